"""Testing services before they are published: plays every journey of a folder and tells what none of them walks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from app import engine
from app.domain import journeys as reading
from app.domain.calendar import Calendar
from app.domain.forms.areas import path as area_path
from app.domain.journeys import Deed, Journey
from app.errors import Invalid
from app.usecases import city, coverage, playing, processes
from app.usecases.casework import Published
from app.usecases.coverage import Coverage
from app.usecases.filling import Areas
from app.usecases.playing import Ground

PLACE = "tests/journeys"
READABLE = "berkas perjalanan yang dapat dibaca"


@dataclass(frozen=True)
class Verdict:
    """How one journey file did. `at` is None where it could not be played at all, or went well."""

    file: str
    service: str
    title: str
    ok: bool
    moves: int = 0
    at: int | None = None
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True)
class Report:
    """Every journey that was played, and what they cover of each service."""

    verdicts: tuple[Verdict, ...]
    coverage: tuple[Coverage, ...]


def test(folder: Path, *, service: str = "", seed: Path, zone: tzinfo) -> Report:
    """Play every journey of a folder (or of one service of it) as the city of this seed would.

    Raises Invalid where the folder has no such service, no journeys, or a drawing that cannot run.
    """
    tree = processes.read_tree(folder)
    codes = {Path(main).stem: main for main in processes.mains(tree)}
    wanted = _wanted(codes, service, folder)
    files = [
        path
        for path in sorted((folder / PLACE).glob("*.json"))
        if not service or _owner(path, codes) == service
    ]
    if not files:
        raise Invalid(
            f"Belum ada perjalanan di {folder.name}/{PLACE}. Tulis misalnya {PLACE}/{wanted[0]}.json."
        )
    days, areas = _calendar(seed, zone), _areas(seed)
    grounds = {code: Ground(_published(tree, codes[code]), days, areas) for code in wanted}
    done = [_one(path, grounds) for path in files]
    return Report(
        tuple(verdict for verdict, _played in done),
        tuple(
            _coverage(ground, [played for _verdict, played in done if played]) for ground in grounds.values()
        ),
    )


def _wanted(codes: Mapping[str, str], service: str, folder: Path) -> list[str]:
    if service and service not in codes:
        raise Invalid(
            f"Tidak ada layanan {service} di {folder.name}/bpmn. Yang ada: {', '.join(codes) or 'tidak ada'}."
        )
    if not codes:
        raise Invalid(
            f"Tidak ada layanan di {folder.name}: letakkan bpmn/<kode>.bpmn dan forms/<kode>/ di sana."
        )
    return [service] if service else list(codes)


def _owner(path: Path, codes: Iterable[str]) -> str | None:
    """The service that a file's name says it is of: `sktm.json`, `sktm_ditolak.json`."""
    of = [code for code in codes if path.stem == code or path.stem.startswith(f"{code}_")]
    return max(of, key=len, default=None)


def _published(tree: Mapping[str, bytes], main: str) -> Published:
    files = processes.bundle(tree, main)
    return Published(Path(main).stem, engine.read(files, main), files)


def _calendar(seed: Path, zone: tzinfo) -> Calendar:
    days = frozenset(date.fromisoformat(row["tanggal"]) for row in city.rows(seed / "holidays.csv"))
    weeks = city.weeks(seed)
    return Calendar(zone, days, **({"weeks": weeks} if weeks else {}))


def _areas(seed: Path) -> Areas:
    """Every RT and RW below a kelurahan of the seed counts: which there are is known to a running portal only."""
    known = {row["kode"] for row in city.rows(seed / "areas.csv")}

    def is_area(code: str, level: str) -> bool:
        way = area_path(code)
        return level in way and way.get("kelurahan", way[level]) in known

    return is_area


def _one(path: Path, grounds: Mapping[str, Ground]) -> tuple[Verdict, tuple[str, playing.Played] | None]:
    try:
        journey = reading.read(path.name, path.read_bytes())
        ground = _ground_of(journey, path, grounds)
    except Invalid as refusal:
        return Verdict(path.name, "", "", ok=False, expected=READABLE, actual=str(refusal)), None
    played = playing.play(journey, ground)
    verdict = Verdict(
        path.name, journey.service, journey.title, ok=played.at is None, moves=len(journey.moves),
        at=played.at, expected=played.expected, actual=played.actual,
    )  # fmt: skip
    return verdict, (journey.service, played)


def _ground_of(journey: Journey, path: Path, grounds: Mapping[str, Ground]) -> Ground:
    if journey.service not in grounds or _owner(path, grounds) != journey.service:
        raise Invalid(
            f"{path.name}: layanan “{journey.service}” tidak ada di folder ini, atau nama berkasnya lain. "
            "Beri nama <layanan>.json atau <layanan>_<kejadian>.json."
        )
    ground = grounds[journey.service]
    if problems := list(_unknown(journey, ground.version.drawing)):
        raise Invalid("\n".join(f"{path.name}: {problem}" for problem in problems))
    return ground


def _unknown(journey: Journey, drawing: engine.Drawing) -> Iterator[str]:
    """Steps that the journey names and the drawing does not have."""
    named = {"never": journey.never, "units": journey.units, "results": journey.results}
    places = [(place, step) for place, steps in named.items() for step in steps]
    for number, move in enumerate(journey.moves, start=1):
        steps = ([move.step] if isinstance(move, Deed) else []) + [*move.opens, *move.closes]
        places += [(f"langkah {number}", step) for step in steps]
    for place, step in places:
        if step not in drawing.steps:
            yield f"{place}: “{step}” tidak ada di diagram. Pakai id langkah yang tergambar."


def _coverage(ground: Ground, done: Iterable[tuple[str, playing.Played]]) -> Coverage:
    drawing = ground.version.drawing
    own = [played for service, played in done if service == drawing.process_id]
    return coverage.measure(drawing, [each.passed for each in own], [each.walked for each in own])
