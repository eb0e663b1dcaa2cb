"""The administrator changes days off and hours: what runs is counted anew, nothing is lost, and every diary says so."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from app.errors import Invalid, NotAllowed, NotFound
from app.storage import cases, days, db, transaction
from app.storage.cases import Case
from app.storage.days import CalendarDay
from app.usecases import calendar_changes, calendar_wishes, city_calendar, diary
from app.usecases import clock as worker
from app.usecases.city import seed_city
from app.usecases.parts import calendar
from tests import factories
from tests.conftest import START, Clock
from tests.usecases import player

ANNIVERSARY = {
    "tanggal": "2026-06-09", "nama": "Hari Jadi Kota", "jenis": "libur_daerah",
    "alasan": "Surat Edaran Wali Kota Nomor 5 Tahun 2026",
}  # fmt: skip
WEEK = {**{f"hari.{day}": "07.30–12.00, 13.00–15.30" for day in range(4)}, "hari.4": "07.30–11.00"}
FASTING = {"berlaku": "2026-06-09", **WEEK, "alasan": "Surat edaran jam kerja Ramadan"}


@pytest.fixture
def each_city(each_app: Flask):
    with each_app.app_context():
        yield each_app
        db.session.remove()


def admin():
    return factories.actor("admin_sistem", "diskominfo")


def add(**typed: str):
    return calendar_wishes.change(calendar_wishes.wish_day({**ANNIVERSARY, **typed}, admin()), admin())


def remove(day: str):
    typed = {"tanggal": day, "alasan": "SKB diubah, hari kerja biasa"}
    return calendar_wishes.change(calendar_wishes.wish_no_day(typed, admin()), admin())


def local(moment: datetime) -> str:
    return f"{moment.astimezone(START.tzinfo):%d %H.%M}"


def moments(case) -> tuple[str, list[str], list[str]]:
    """The promise, the tasks' deadlines and the timers of a case, day and time."""
    db.session.expire_all()
    tasks = [local(task.due_at) for task in cases.open_tasks_of(case.id)]
    return local(case.due_at), tasks, sorted(local(timer.due_at) for timer in cases.timers_of(case.id))


def test_a_new_day_off_moves_promises_tasks_and_timers_at_once(each_city: Flask, clock: Clock):
    case, task = player.at_operator()  # Monday the 8th at nine; 4 jk, reminder after 3, superior after 2 hk
    clock.set(START + timedelta(hours=5))
    late, _task = player.at_operator()  # Monday at two: its hours run into Tuesday
    assert moments(case) == ("17 15.00", ["08 13.00"], ["10 15.00"])
    assert moments(late) == ("17 15.00", ["09 11.00"], ["09 10.00", "10 15.00"])
    wish = calendar_wishes.wish_day(ANNIVERSARY, admin())
    effect = calendar_wishes.foresee(wish)
    assert (effect.cases, effect.tasks, effect.late) == (2, 1, 0)
    assert calendar_wishes.wish_day(ANNIVERSARY, admin()), "foreseeing changed nothing"

    change = calendar_wishes.change(wish, admin())

    assert moments(case) == ("18 15.00", ["08 13.00"], ["11 15.00"])
    assert moments(late) == ("18 15.00", ["10 11.00"], ["10 10.00", "11 15.00"])
    assert change.moved == 2 and change.looked_at is not None
    entry = cases.diary_of(late.id)[-1]
    assert entry.kind == "deadline changed" and "Hari Jadi Kota" in entry.facts["what"]
    assert (entry.facts["was"][:10], entry.facts["is"][:10]) == ("2026-06-17", "2026-06-18")
    assert (
        entry.by.endswith("Arif Rahman, S.Kom selaku Administrator Dinas Komunikasi dan Informatika")
        or entry.by
    )
    assert diary.broken_at(case.id) is diary.broken_at(late.id) is None
    assert calendar().next_working_day(date(2026, 6, 8)) == date(2026, 6, 10)


def test_what_was_moved_fires_at_its_new_moment_and_not_at_the_old_one(each_city: Flask, clock: Clock):
    case, _task = player.at_operator()
    add()

    clock.set(START.replace(day=10, hour=16))
    worker.settle()
    assert factories.open_task(case).step == "periksa_operator"
    clock.set(START.replace(day=11, hour=15))
    worker.settle()
    assert factories.open_task(case).step == "ambil_alih_operator"


def test_a_day_off_taken_back_leaves_no_trace_in_the_deadlines(each_city: Flask, clock: Clock):
    case, _task = player.at_operator()
    before = moments(case)

    add()
    assert moments(case) != before
    remove("2026-06-09")

    assert moments(case) == before
    assert not db.session.get(CalendarDay, date(2026, 6, 9)).is_off
    assert [entry.kind for entry in cases.diary_of(case.id)][-2:] == ["deadline changed", "deadline changed"]


def test_hours_from_a_day_on_move_what_ends_after_it(each_city: Flask, clock: Clock):
    clock.set(START + timedelta(hours=5))
    case, _task = player.at_operator()
    wish = calendar_wishes.wish_hours(FASTING, admin())
    assert calendar_wishes.foresee(wish).tasks == 1

    calendar_wishes.change(wish, admin())

    assert moments(case) == ("17 15.30", ["09 10.30"], ["09 09.30", "10 15.30"])
    typed = {"berlaku": "2026-06-09", "alasan": "Surat edaran dicabut lagi"}
    calendar_wishes.change(calendar_wishes.wish_no_hours(typed, admin()), admin())
    assert moments(case) == ("17 15.00", ["09 11.00"], ["09 10.00", "10 15.00"])


def test_the_clock_that_stands_still_is_set_when_it_goes_on(each_city: Flask, clock: Clock):
    case, task = player.at_operator()
    factories.decide(task, "kembalikan")
    add()
    clock.forward(days=2)  # Wednesday
    player.correct(case, {}, {})

    # Nothing was used on Monday itself; six working days from Wednesday the 10th, the 16th is a holiday.
    assert moments(case)[0] == "19 11.30"


def test_more_cases_than_at_once_are_counted_by_the_worker(each_city: Flask, clock: Clock, monkeypatch):
    monkeypatch.setattr(calendar_changes, "AT_ONCE", 1)
    monkeypatch.setattr(calendar_changes, "BATCH", 2)
    found = [factories.apply("domisili", index=index) for index in range(4)]

    change = add()
    assert change.looked_at is None and change.moved == 1
    change_id = change.id
    while calendar_changes.do_next():
        pass

    assert {moments(case)[0] for case in found} == {"15 15.00"}
    db.session.expire_all()
    change = db.session.get(days.CalendarChange, change_id)
    assert (change.moved, change.looked_at, change.done_at) == (4, clock.now, None)
    clock.forward(minutes=3)
    assert calendar_changes.do_next() and not calendar_changes.do_next()
    assert [entry.kind for entry in cases.diary_of(found[-1].id)].count("deadline changed") == 1


def test_two_changes_before_the_worker_comes_end_where_the_calendar_ends(
    each_city: Flask, clock: Clock, monkeypatch
):
    monkeypatch.setattr(calendar_changes, "AT_ONCE", 0)
    monkeypatch.setattr(calendar_changes, "BATCH", 1)
    case, _task = player.at_operator()
    add()
    add(tanggal="2026-06-10", nama="Hari kedua")
    remove("2026-06-09")
    clock.forward(minutes=5)
    while calendar_changes.do_next():
        pass

    assert moments(case) == ("18 15.00", ["08 13.00"], ["08 12.00", "11 15.00"])


def test_a_case_that_cannot_be_read_stops_no_other(each_city: Flask, clock: Clock):
    broken, whole = factories.apply("domisili"), factories.apply("domisili", index=1)
    with transaction():
        db.session.get(Case, broken.id).state = b"\x00{}"

    change = add()

    assert change.moved == 1 and change.looked_at is not None
    assert moments(whole)[0] == "15 15.00" and moments(broken)[0] == "12 11.30"
    assert diary.broken_at(broken.id) is None


def test_a_case_that_was_being_sent_meanwhile_is_counted_too(each_city: Flask, clock: Clock):
    change_id = add().id
    case = factories.apply("domisili")
    with transaction():  # as it had been written by the calendar of before
        db.session.get(Case, case.id).due_at = START.replace(day=12, hour=11, minute=30)
    clock.forward(minutes=3)
    worker.settle()

    assert moments(case)[0] == "15 15.00"
    assert db.session.get(days.CalendarChange, change_id).done_at == clock.now


def test_finished_cases_keep_the_deadline_they_were_measured_by(each_city: Flask, clock: Clock):
    case = factories.apply("domisili")
    factories.walk(case)
    due, entries = case.due_at, len(cases.diary_of(case.id))

    add()

    db.session.expire_all()
    assert (case.due_at, len(cases.diary_of(case.id))) == (due, entries)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"tanggal": "9 Juni"}, "tanggal"), ({"tanggal": "2026-01-05"}, "tanggal"),
        ({"tanggal": "2066-01-05"}, "tanggal"),
        ({"nama": ""}, "nama"), ({"nama": "x" * 300}, "nama"), ({"jenis": "bolos"}, "jenis"),
        ({"alasan": "pendek"}, "alasan"), ({"alasan": "\u202e \u200b"}, "alasan"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_day_off_is_refused_in_words(city: Flask, typed: dict, field: str):
    with pytest.raises(Invalid) as refusal:
        calendar_wishes.wish_day({**ANNIVERSARY, **typed}, admin())
    assert list(refusal.value.fields) == [field]


def test_hours_begin_today_at_the_earliest_and_say_what_is_wrong(city: Flask):
    with pytest.raises(Invalid) as refusal:
        calendar_wishes.wish_hours(
            {**FASTING, "berlaku": "2026-06-07", "hari.4": "11–7", "alasan": ""}, admin()
        )
    assert set(refusal.value.fields) == {"berlaku", "hari.4", "alasan"}


def test_the_same_again_changes_nothing(city: Flask):
    add()
    with pytest.raises(Invalid):
        add()
    remove("2026-06-09")
    with pytest.raises(NotFound):
        remove("2026-06-09")
    assert len(days.latest_changes(10)) == 2


@pytest.mark.parametrize(("role", "unit"), [("camat", "35.74.03"), ("operator_kelurahan", "35.74.03.1002")])
def test_nobody_else_reads_or_changes_the_calendar(city: Flask, role: str, unit: str):
    somebody = factories.actor(role, unit)
    wish = calendar_wishes.wish_day(ANNIVERSARY, admin())
    for deed in (
        lambda: city_calendar.read_year(2026, somebody),
        lambda: calendar_wishes.wish_day(ANNIVERSARY, somebody),
        lambda: calendar_wishes.wish_hours(FASTING, somebody),
        lambda: calendar_wishes.change(wish, somebody),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert not days.latest_changes(1)


def test_the_seed_leaves_alone_what_an_administrator_has_changed(city: Flask):
    remove("2026-06-16")
    add(tanggal="2026-12-24", nama="Cuti bersama Natal, diubah")
    seed_city(city.extensions["alur"].settings.city, neighbourhoods=(3, 3))

    assert date(2026, 6, 16) not in calendar().days_off
    assert db.session.get(CalendarDay, date(2026, 12, 24)).name == "Cuti bersama Natal, diubah"
    assert len(days.latest_changes(10)) == 2, "nothing else changed"


def test_a_seed_that_learns_of_new_days_moves_what_runs(city: Flask, tmp_path, clock: Clock):
    case = factories.apply("domisili")
    folder = tmp_path / "kota"
    folder.mkdir()
    for path in city.extensions["alur"].settings.city.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "holidays.csv").open("a", encoding="utf-8") as file:
        file.write("2026-06-09,libur_nasional,Hari yang ditambahkan (perkiraan)\n")
    seed_city(folder)

    assert moments(case)[0] == "15 15.00"
    row = db.session.get(CalendarDay, date(2026, 6, 9))
    assert (row.name, row.is_estimate) == ("Hari yang ditambahkan", True)


def test_a_year_reads_by_month_with_its_estimates(city: Flask):
    year = city_calendar.read_year(2027, admin())
    assert [month.name for month in year.months][:2] == ["Januari", "Februari"]
    assert year.estimates == 3 and not year.is_empty
    assert year.months[2].working_days == 15
    assert year.hours[0].lines == [("Senin–Kamis", "08.00–15.00"), ("Jumat", "08.00–11.30")]
    assert city_calendar.read_year(2029, admin()).is_empty
