"""Thousands of cases: the statements of lists, inboxes and workers read ranges of indexes, and counts stop in time."""

import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import ColumnElement, and_, event, func, or_, select

from app.domain import forms, words
from app.domain.permissions import Actor
from app.storage import bench_crowd, cases, days, db, events, people, reach, searching, transaction, work
from app.storage.cases import Case, Task, Timer
from app.storage.inbox_counts import MOST_COUNTED, count_inbox
from app.storage.letters import Letter
from app.usecases import inbox_list, staff_letters
from app.usecases.bench import crowd_names
from app.usecases.bench.crowd import Crowd
from app.usecases.cases import CaseWish, list_cases, reader_of
from app.usecases.inbox_list import InboxWish
from app.usecases.parts import now
from app.usecases.people import actor_of
from tests import founding
from tests.postgres import Server

CASES = 5_000
LARGE = ("case", "task", "diary", "case_reach", "case_answers", "message", "timer", "outbox")


@contextmanager
def database(server: Server) -> Iterator[str]:
    with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE crowd TEMPLATE template_alur")
        yield server.url("crowd")
        connection.execute("DROP DATABASE crowd WITH (FORCE)")


@pytest.fixture(scope="module")
def crowd(
    postgres_server: Server, postgres_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crowd]:
    """One city for all of this module; the test that adds to it comes last."""
    files = shutil.copytree(postgres_template, tmp_path_factory.mktemp("crowd") / "files")
    made = Crowd(seed=7, rounds=0)
    with database(postgres_server) as url:
        app = founding.portal(url, files, founding.unset_clock)
        with app.app_context():
            made.settle_in()
            made.grow_to(CASES)
            made.take_tasks()
            yield made
        founding.close(app)


@contextmanager
def heard() -> Iterator[list[tuple[str, object]]]:
    """Every statement that reads, with its values."""
    said: list[tuple[str, object]] = []

    def hear(_connection, _cursor, statement: str, values: object, *_rest) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            said.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def read_whole(said: list[tuple[str, object]]) -> dict[str, str]:
    """Large table → a statement that reads all of it."""
    found = {}
    with db.engine.connect() as connection:
        cursor = connection.connection.driver_connection.cursor()
        for statement, values in said:
            plan = "\n".join(row[0] for row in cursor.execute("EXPLAIN " + statement, values))
            for table in re.findall(r'Seq Scan on "?(\w+)"?', plan):
                if table in LARGE:
                    found[table] = f"{statement}\n{plan}"
    return found


def official(crowd: Crowd, who: str) -> Actor:
    username = crowd.officials()[who]
    return actor_of(db.session.query(people.Person).filter_by(username=username).one().id)


def listed(actor: Actor, **wish: str) -> list[str]:
    return [line.case.number for line in list_cases(actor, CaseWish(**wish)).lines]


def test_no_statement_of_a_list_or_a_worker_reads_a_whole_table(crowd: Crowd) -> None:
    """Seen to fail without the migration's indexes, and with names searched by `contains` alone."""
    big, wide = official(crowd, "big"), official(crowd, "wide")
    mark = crowd.landmarks[0]
    texts = (crowd_names.COMMON, crowd_names.RARE, crowd_names.NOBODY, mark.number, mark.nik)
    views = (
        {"view": "saya"},
        {"view": "terlambat"},
        {"order": "terlama"},
        {"order": "terbaru"},
        {"service": "domisili"},
    )
    with transaction():  # timers of the far future are read by nobody
        far = now() + timedelta(days=99)
        db.session.add_all(
            Timer(id=f"far-{n}", case_id=1_000_001, step="x", due_at=far) for n in range(CASES)
        )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE timer")
    with heard() as said:
        for actor in (big, wide):
            for wish in ({}, *views, *({"text": text} for text in texts)):
                inbox_list.open_inbox(actor, InboxWish(**wish))
            for wish in ({}, *({"text": text} for text in texts)):
                list_cases(actor, CaseWish(**wish))
            staff_letters.list_letters(actor, "", "")
            staff_letters.list_letters(actor, crowd_names.RARE, "")
        work.due_cases(now(), 50)
        work.open_incidents()
        days.due_reminders(now(), 50)
        days.open_cases_after(0, 50)
        for taken in (work.take_work, events.take_post):
            with transaction():
                taken(now(), timedelta(minutes=1))
    assert len(said) > 60
    assert read_whole(said) == {}


@pytest.mark.parametrize("who", ["big", "wide", "small"])
def test_whatever_way_a_list_is_read_it_shows_the_same(crowd: Crowd, who: str, monkeypatch) -> None:
    """Frequent and rare names, numbers and states, read from the newest end, gathered, and read to the end."""
    actor, mark = official(crowd, who), crowd.landmarks[3]
    wishes = [
        {"text": text} for text in ("siti", "kirana", "a", crowd_names.RARE, crowd_names.ELSEWHERE, "wqxz")
    ]
    wishes += [{"text": mark.number}, {"text": mark.number[:5]}, {"text": mark.nik}, {}]
    wishes += [{"state": state} for state in ("berjalan", "perbaikan", "terlambat", "terbit", "dibatalkan")]
    wishes += [{"state": "ditolak", "service": "domisili"}, {"state": "terbit", "text": "siti"}]
    found = {}
    for stretches, gathered in (((300, 3_000), 2_500), ((30,), 10_000), ((30, 60), 1), ((100_000,), 1)):
        monkeypatch.setattr(searching, "STRETCHES", stretches)
        monkeypatch.setattr(searching, "GATHERED", gathered)
        for wish in wishes:
            shown = found.setdefault(str(wish), listed(actor, **wish))
            assert listed(actor, **wish) == shown, (wish, stretches, gathered)
            tasks = found.setdefault(f"tasks {wish}", tasks_listed(actor, wish.get("text", "")))
            assert tasks_listed(actor, wish.get("text", "")) == tasks, (wish, stretches, gathered)
    if who == "big":
        assert len(found[str(wishes[3])]) == 3
        assert found[str(wishes[4])] == found[str(wishes[5])] == []
        assert found[str({"text": mark.nik})] == [mark.number]
        assert len(found[str({"text": "siti"})]) == 25


def tasks_listed(actor: Actor, text: str) -> list[str]:
    return [line.id for line in inbox_list.open_inbox(actor, InboxWish(text=text)).lines]


def plain_cases(actor: Actor, text: str) -> list[str]:
    """Numbers of the cases of this reader that have the text in their number's beginning or their name."""
    query = select(Case.number).where(reach.in_reach(reader_of(actor)), plainly(text))
    return list(db.session.scalars(query.order_by(Case.opened_at.desc(), Case.id.desc())))


def plain_tasks(actor: Actor, text: str) -> list[str]:
    """Ids of the open tasks of this reader, of such cases, the most urgent first."""
    mine = or_(
        *(and_(Task.role_key == role, Task.unit_id == unit) for role, unit in reader_of(actor).offices)
    )
    query = select(Task.id).join(Task.case).where(mine, Task.status == "open", plainly(text))
    return list(db.session.scalars(query.order_by(Task.due_at.asc().nulls_last(), Task.id)))


def names_waiting(actor: Actor) -> list[str]:
    return list(db.session.scalars(select(Task.applicant_search).where(Task.id.in_(plain_tasks(actor, "")))))


def plain_letters(actor: Actor, text: str) -> list[str]:
    """Numbers of the signed letters of this reader's units, of cases within reach, that have the text."""
    reader, named = reader_of(actor), or_(Letter.number.contains(text), plainly(text))
    query = select(Letter.number).join(Letter.case).where(reach.in_reach(reader), named)
    query = query.where(Letter.unit_id.in_(reader.units), Letter.signed_at.is_not(None))
    return list(db.session.scalars(query.order_by(Letter.signed_at.desc(), Letter.id.desc())))


def plainly(text: str) -> ColumnElement[bool]:
    number, name = Case.number.startswith(text.upper()), Case.applicant_search.contains(text.lower())
    return or_(number, name)


def misspelt(name: str) -> str:
    """Words that begin like those of a name, and are others."""
    return " ".join(f"{word[: searching.STEM]}x" for word in name.split() if len(word) >= searching.STEM)


def texts(crowd: Crowd, actor: Actor, chance: random.Random) -> set[str]:
    """What may be typed: parts of names, whole ones and ones that are misspelt, and numbers."""
    names = [case.applicant_search for case in db.session.query(Case).order_by(Case.id.desc()).limit(8)]
    parts = [
        name[start : start + chance.randint(1, 6)] for name in names for start in (0, chance.randint(1, 8))
    ]
    waiting = [name for name in names_waiting(actor) if " " in misspelt(name)][:3]
    assert waiting or actor != official(crowd, "big")
    whole = [longer for name in (*names, *waiting) for longer in (name, name[2:-1], misspelt(name))]
    number = crowd.landmarks[0].number[:6]
    return {*filter(str.strip, parts), *whole, "siti", "kirana", "wqxz", "26-", number, "/10"}


def pages(read: Callable[[str], tuple[list[str], str]], most: int = 4) -> list[str]:
    """The first pages of a list, as one."""
    shown, cursor = read("")
    while cursor and most > 1:
        more, cursor = read(cursor)
        shown, most = shown + more, most - 1
    return shown


@pytest.mark.parametrize("who", ["big", "wide", "small"])
@pytest.mark.parametrize("stretches", [(300, 3_000), (30, 90), (90_000,)])
def test_a_search_finds_what_a_plain_statement_finds(
    crowd: Crowd, who: str, stretches: tuple[int, ...], monkeypatch
) -> None:
    """Parts of names that many, few and none have, over several pages. Seen to fail without `descending`, with a name
    that is not copied into the rows of lists, and with words found by their beginnings alone."""
    actor, chance = official(crowd, who), random.Random(who)
    for name in ("STRETCHES", "LONG"):
        monkeypatch.setattr(searching, name, stretches)
    monkeypatch.setattr(searching, "GATHERED", chance.choice([1, 40, 2_500]))
    for text in texts(crowd, actor, chance):

        def cases_from(cursor: str, text: str = text) -> tuple[list[str], str]:
            found = list_cases(actor, CaseWish(text=text, cursor=cursor))
            return [line.case.number for line in found.lines], found.next_cursor

        def tasks_from(cursor: str, text: str = text) -> tuple[list[str], str]:
            found = inbox_list.open_inbox(actor, InboxWish(text=text, cursor=cursor))
            return [line.id for line in found.lines], found.next_cursor

        def letters_from(cursor: str, text: str = text) -> tuple[list[str], str]:
            found = staff_letters.list_letters(actor, text, cursor)
            return [letter.number for letter in found.letters], found.next_cursor

        text = forms.plain(text)
        assert pages(cases_from) == plain_cases(actor, text)[:100], text
        assert pages(tasks_from) == plain_tasks(actor, text)[:100], text
        assert pages(letters_from) == plain_letters(actor, text)[:100], text


def test_copies_are_cases_of_their_own(crowd: Crowd) -> None:
    assert bench_crowd.counts()["case"] == CASES
    assert len({number for number in cases.numbers().values()}) == CASES
    homes = db.session.query(Case.home_unit_id).distinct().count()
    assert homes > 100
    for case in db.session.query(Case).filter(Case.id > 1_000_000).limit(20):
        units = {unit for unit, _role in reach.reach_of(case.id)}
        assert set(case.reached) == units


def test_a_count_stops_in_time_and_says_so(crowd: Crowd) -> None:
    big = official(crowd, "big")
    reader = reader_of(big)
    (office,) = reader.offices
    waiting = db.session.query(Task).filter_by(role_key=office[0], unit_id=office[1], status="open")
    few = waiting.count()
    assert 0 < few < MOST_COUNTED
    counts = inbox_list.open_inbox(big, InboxWish()).counts
    assert (counts.everything, counts.mine) == (few, 5)
    assert inbox_list.count_waiting(big) == few
    template = waiting.first()
    facts = {column.name: getattr(template, column.name) for column in Task.__table__.columns}
    for missing, shown in ((MOST_COUNTED - few, "1.000"), (1, "1.000+"), (500, "1.000+")):
        with transaction():
            db.session.add_all(Task(**{**facts, "id": f"{shown}-{missing}-{n}"}) for n in range(missing))
        assert words.counted(inbox_list.count_waiting(big), MOST_COUNTED) == shown
        assert words.counted(inbox_list.open_inbox(big, InboxWish()).counts.everything, MOST_COUNTED) == shown
    for hours in (-2_000, -48, -1, 0, 1, 48, 2_000):  # what was added is late, due today, or due later
        moment, day_ends = (facts["due_at"] + timedelta(hours=hours + more) for more in (0, 2))
        assert count_inbox(reader, moment=moment, day_ends=day_ends) == plain_counts(reader, moment, day_ends)


def plain_counts(reader: reach.Reader, moment: datetime, day_ends: datetime) -> tuple[int, ...]:
    """All tasks, own, late and due before the day ends, each counted by itself as far as one counts."""
    ((role, unit),) = reader.offices
    query = select(func.count()).where(Task.role_key == role, Task.unit_id == unit, Task.status == "open")
    until_night = Task.due_at >= moment, Task.due_at < day_ends
    wishes = (), (Task.taken_by_id == reader.person_id,), (Task.due_at < moment,), until_night
    return tuple(min(db.session.scalar(query.where(*terms)), MOST_COUNTED + 1) for terms in wishes)
