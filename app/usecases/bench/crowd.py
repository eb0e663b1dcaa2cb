"""A city with very many cases: real ones of every service, copied to other homes, names, numbers and days."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.config import ROOT
from app.domain import references
from app.storage import bench_crowd, cases, db, inbox, letters, people, public, schema, transaction
from app.storage import processes as offered
from app.storage.bench_crowd import Copy, places
from app.storage.cases import Case
from app.storage.people import Unit
from app.storage.reach import Reader
from app.usecases import casework, certificates, city, demo, demo_cases, processes
from app.usecases.bench import crowd_names
from app.usecases.parts import now, parts

__all__ = ["Crowd", "Landmark", "places"]

OPEN_SHARE, BIG_SHARE, ELSEWHERE_SHARE = 0.025, 0.25, 0.002
YEARS, OPEN_DAYS = 5 * 365, 20
ONE = "domisili"  # the service whose cases are enough to show that it works
FAR = 1_000_000  # where the ids of copies begin
BIG_ROLE, WIDE_ROLE, SMALL_ROLE = "operator_kelurahan", "operator_kecamatan", "rt"
# cases that are visited, tasks of the small inbox, cases of the rare name
LANDMARKS, SMALL_INBOX, RARE = (
    24,
    6,
    3,
)


@dataclass(frozen=True)
class Landmark:
    """A case that is visited: what a reader has to know of it."""

    number: str
    code: str
    nik: str
    area: str  # code of the area its home lies in, below the office with the big inbox


@dataclass(frozen=True)
class Template:
    """A case that was really handled, of which others are copies."""

    id: int
    opened_at: datetime
    is_open: bool
    waits_for: frozenset[str]  # roles
    path: tuple[int, ...]  # of its home
    reached: tuple[int, ...]
    confidential: bool
    has_letter: bool


class Crowd:
    """The cases of a scratch database, and how many more would look."""

    def __init__(self, *, seed: int, rounds: int) -> None:
        self._chance = random.Random(seed)
        self._rounds, self._next, self._numbers = rounds, FAR, set()
        self.landmarks: list[Landmark] = []

    def fill(self, count: int) -> None:
        """Found the city in an empty database and bring it to this many cases."""
        self.found()
        self.settle_in()
        self.grow_to(count)
        self.take_tasks()

    def size(self) -> dict[str, object]:
        """What is in the database."""
        return {
            **bench_crowd.counts(),
            "bytes": bench_crowd.told_size(),
            "database": bench_crowd.told_engine(),
        }

    def found(self) -> None:
        """Found the city in an empty database."""
        schema.upgrade()
        bench_crowd.make_light()
        city.seed_city(parts().settings.city, neighbourhoods=(3, 3))
        certificates.found_authority(demo.BEGAN)
        processes.publish(ROOT, by="alur bench")
        demo.appoint_officials()

    def settle_in(self) -> None:
        """Handle the cases that become templates, and make those that are visited."""
        versions = {each.code: each.current_version_id for each in offered.offered_services()}
        if not self._rounds:
            versions = {ONE: versions[ONE]}
        demo_cases.play_plans(list(demo_cases.plans_for(versions)) * max(self._rounds, 1))
        self._look_around()
        bench_crowd.prepare(self._slots(), self._homes())
        self._settle_landmarks()

    def _settle_landmarks(self) -> None:
        """The cases that are visited, the small inbox and the rare name: the same however many others there are."""
        letter = next(each for each in self._closed if each.has_letter)
        rows = [self._copy(letter, self._big_homes[0], YEARS * turn / LANDMARKS) for turn in range(LANDMARKS)]
        waiting = next(each for each in self._open if SMALL_ROLE in each.waits_for)
        rows += [self._copy(waiting, self._small, 1 + turn) for turn in range(SMALL_INBOX)]
        rare = crowd_names.RARE
        rows += [self._copy(letter, self._big_homes[0], 40 + turn, name=rare) for turn in range(RARE)]
        bench_crowd.grow([row for row, _nik in rows], lightly=False)
        self.landmarks = [self._unseal(letter, row, nik) for row, nik in rows[:LANDMARKS]]

    def grow_to(self, count: int) -> None:
        """Bring the database to this many cases."""
        missing = count - bench_crowd.counts()["case"]
        bench_crowd.grow((self._any_copy() for _ in range(missing)), lightly=missing > _MANY)

    def officials(self) -> dict[str, str]:
        """User names of who has the big inbox, the small one and the wide reach, and of the administrator."""
        offices = {
            "big": (BIG_ROLE, self._big), "wide": (WIDE_ROLE, self._wide),
            "small": (SMALL_ROLE, self._small),
        }  # fmt: skip
        found = {who: people.holder(role, unit, now().date()) for who, (role, unit) in offices.items()}
        keeper = people.holder("admin_sistem", people.units_holding("admin_sistem")[0].id, now().date())
        return {who: held.person.username for who, held in (*found.items(), ("keeper", keeper))}

    def take_tasks(self, most: int = 5) -> None:
        """The official with the big inbox has begun some of it."""
        with transaction():
            held = people.holder(BIG_ROLE, self._big, now().date())
            reader = Reader(held.person_id, ((BIG_ROLE, self._big),))
            for task_id in inbox.waiting_ids(
                reader, inbox.TaskSearch(), order="terlama", after=None, limit=most
            ):
                cases.get_task(task_id).taken_by_id = held.person_id

    def _look_around(self) -> None:
        units = people.all_units()
        self._paths = {unit.id: tuple(unit.ancestor_ids) for unit in units if unit.level == "rt"}
        self._levels = {unit.id: unit.level for unit in units}
        big = next(unit for unit in units if unit.level == "kelurahan")
        self._big, self._wide = big.id, big.parent_id
        self._vertical = {unit.parent_id: unit.id for unit in units if unit.level == "vertikal"}
        self._big_homes = [home for home, path in self._paths.items() if self._big in path]
        self._small = next(home for home, path in self._paths.items() if self._wide not in path)
        self._all_homes = [home for home in self._paths if home != self._small]
        self._far_homes = [home for home in self._all_homes if self._wide not in self._paths[home]]
        templates = [_template(db.session.get_one(Case, case_id), units) for case_id in cases.numbers()]
        self._open = [each for each in templates if each.is_open]
        self._closed = [each for each in templates if not each.is_open]
        self._for_big = [each for each in self._open if BIG_ROLE in each.waits_for]
        db.session.rollback()

    def _any_copy(self) -> Copy:
        chance = self._chance
        if chance.random() >= OPEN_SHARE:
            template, age = chance.choice(self._closed), YEARS * chance.random()
            if chance.random() < ELSEWHERE_SHARE:
                return self._copy(template, chance.choice(self._far_homes), age, name=crowd_names.ELSEWHERE)[
                    0
                ]
            home = chance.choice(self._all_homes) if chance.random() < _NOT_SMALL else self._small
            return self._copy(template, home, age)[0]
        age = OPEN_DAYS * chance.random() ** 2
        if chance.random() < BIG_SHARE:
            return self._copy(chance.choice(self._for_big), chance.choice(self._big_homes), age)[0]
        return self._copy(chance.choice(self._open), chance.choice(self._all_homes), age)[0]

    def _copy(self, template: Template, home: int, days_ago: float, *, name: str = "") -> tuple[Copy, str]:
        """A copy at a home, opened so many days ago, and its NIK."""
        self._next += 1
        opened = now() - timedelta(days=days_ago)
        nik = crowd_names.nik(self._chance)
        ranks = dict(self._ranks(template.path))
        above = {rank: unit for unit, rank in self._ranks(self._paths[home])}
        copy = Copy(
            case_id=self._next,
            template_id=template.id,
            home_id=home,
            number=self._number(opened.year),
            name=name or crowd_names.name(self._chance),
            nik_index=parts().sealer.blind_index(nik),
            seconds=int((opened - template.opened_at).total_seconds()),
            reached=sorted(above.get(ranks.get(unit, ""), unit) for unit in template.reached),
        )
        return copy, nik

    def _number(self, year: int) -> str:
        while (number := references.new_number(year, self._chance.choice)) in self._numbers:
            continue
        self._numbers.add(number)
        return number

    def _unseal(self, template: Template, copy: Copy, nik: str) -> Landmark:
        """Seal what a copy holds to the copy, and give it a code of its own: it can be opened like any other."""
        code = references.new_code(self._chance.choice)
        with transaction():
            case = db.session.get_one(Case, copy.case_id)
            case.code_hash = parts().sealer.code_hash(f"{case.number}:{references.normalise(code)}")
            for old, new in zip(cases.all_answers(template.id), cases.all_answers(case.id), strict=True):
                context = casework.answers_context(case.id)
                new.sealed = parts().sealer.seal_json(casework.open_answers(old), context)
            for old, new in zip(
                public.correspondence(template.id), public.correspondence(case.id), strict=True
            ):
                told = parts().sealer.open_text(old.sealed, f"message:{template.id}")
                new.sealed = parts().sealer.seal_text(told, f"message:{case.id}")
        return Landmark(copy.number, code, nik, inbox.areas_below([self._big])[0].code)

    def _ranks(self, path: Sequence[int]) -> Iterator[tuple[int, str]]:
        """(unit, its rank) of everything above a home, and what stands beside it."""
        for unit in path:
            if self._levels[unit] != "kota":
                yield unit, self._levels[unit]
            if unit in self._vertical:
                yield self._vertical[unit], "vertikal"

    def _slots(self) -> Iterator[tuple[int, int, str]]:
        for template in (*self._open, *self._closed):
            yield from ((template.id, unit, rank) for unit, rank in self._ranks(template.path))

    def _homes(self) -> Iterator[tuple[int, str, int]]:
        for home, path in self._paths.items():
            yield from ((home, rank, unit) for unit, rank in self._ranks(path))


_MANY, _NOT_SMALL = 50_000, 0.998


def _template(case: Case, units: Sequence[Unit]) -> Template:
    waiting = frozenset(task.role_key for task in cases.open_tasks_of(case.id))
    path = next(unit.ancestor_ids for unit in units if unit.id == case.home_unit_id)
    return Template(
        id=case.id, opened_at=case.opened_at, is_open=case.is_open, waits_for=waiting, path=tuple(path),
        reached=tuple(case.reached), confidential=case.confidential, has_letter=bool(letters.letters_of(case.id)),
    )  # fmt: skip
