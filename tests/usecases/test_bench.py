"""The bench: both sides do the same work on the same tables, and nothing of it stays behind."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import engine
from app.config import ROOT
from app.domain import forms
from app.engine import Standing, plain
from app.errors import Invalid, Unavailable
from app.storage import bench_rows, db, work
from app.storage.bench import scratch
from app.storage.bench_rows import Bare
from app.storage.cases import Case
from app.usecases import areas, casework, diary, processes
from app.usecases.bench import chain, portal, services
from app.usecases.bench.chain import PlainEngine
from app.usecases.bench.measuring import script_of
from app.usecases.bench.services import Pair
from app.usecases.bench.walking import Walk, moved_by
from app.usecases.bench.workers import PULSE
from app.usecases.parts import calendar, today
from tests.conftest import Clock
from tests.usecases import sides
from tests.usecases.sides import Side

NOW = datetime(2026, 6, 8, 2, 0, tzinfo=UTC)
ROUNDS = 3
SCRIPT = b"putaran = putaran + 1"


def trail(side: Side) -> list[tuple]:
    """Where the case stands after every move of some returns and the whole way."""
    moves = [(chain.REVIEW, "kembalikan"), (chain.CORRECTION, "")] * ROUNDS
    moves += [(step, "setuju") for step in chain.WAY]
    standing = side.start(chain.application(1))
    seen = [sides.picture(standing)]
    for number, (step, decision) in enumerate(moves):
        standing = side.do(standing, step, chain.answers(step, decision=decision, number=number))
        seen.append(sides.picture(standing))
    return seen


def test_after_every_answer_both_sides_wait_for_the_same_with_the_same_variables_and_timers() -> None:
    seen = trail(sides.ours(NOW))
    assert seen == trail(sides.baseline())
    assert [finished for *_, finished in seen] == [False] * (len(seen) - 1) + [True]
    assert any(timers for _waiting, timers, _finished in seen)


def test_a_side_that_leaves_one_script_out_is_noticed() -> None:
    shorter = {name: content.replace(SCRIPT, b"putaran = putaran") for name, content in chain.FILES.items()}
    lazy = replace(sides.baseline(), start=lambda variables: plain.create(shorter, chain.PROCESS, variables))
    assert trail(lazy) != trail(sides.ours(NOW))


def test_both_sides_pass_the_same_elements_equally_often() -> None:
    ours, baseline = sides.ours(NOW), sides.baseline()
    mine, theirs = (side.start(chain.application(1)) for side in (ours, baseline))
    passed = [*mine.passed]
    moves = [(chain.REVIEW, "kembalikan"), (chain.CORRECTION, "")] * ROUNDS
    for step, decision in [*moves, *((step, "setuju") for step in chain.WAY)]:
        given = chain.answers(step, decision=decision)
        mine, theirs = ours.do(mine, step, given), baseline.do(theirs, step, given)
        passed += mine.passed

    assert sorted(passed) == plain.walked(theirs.state)
    assert Counter(passed)[chain.REVIEW] == ROUNDS + 1
    assert set(chain.WAY) | {"beri_agenda", "catat_perbaikan", "selesai"} <= set(passed)


def test_the_case_carries_four_kilobytes_of_data_in_the_state_of_both_sides() -> None:
    data = chain.application(1)
    assert 4000 <= len(str(data)) <= 4200
    for side in (sides.ours(NOW), sides.baseline()):
        (waiting,) = side.start(data).waiting
        assert waiting.variables.items() >= data.items()


@pytest.fixture
def measured(each_app: Flask) -> Iterator[Flask]:
    """A portal that offers the chain."""
    with each_app.app_context():
        processes.publish(chain.SERVICE, by="pengujian")
        yield each_app
        db.session.remove()


def told(case_id: int) -> dict[str, list[tuple]]:
    """What a portal's tables say of a case, without ids, secrets and moments."""
    rows = bench_rows.rows_of(case_id)
    return {
        "case": [(row["outcome"], row["closed_at"] is None, row["variables"]) for row in rows["case"]],
        "task": sorted((row["step"], row["status"], row["role_key"], row["unit_id"]) for row in rows["task"]),
        "timer": sorted(row["step"] for row in rows["timer"]),
        "diary": [(row["seq"], row["kind"], row["by"], row["facts"]) for row in rows["diary"]],
        "case_reach": sorted((row["unit_id"], row["role_key"]) for row in rows["case_reach"]),
        "others": sorted(
            (name, len(rows[name]))
            for name in ("case_answers", "case_pause", "reminder", "message", "outbox")
        ),
    }


def walk(mover: object) -> list[dict]:
    """What the tables say after every step of two returns and the whole way."""
    with moved_by(mover):
        case_id = portal.open_case(1)
        seen = [told(case_id)]
        for number in range(2):
            portal.send_round(case_id, number)
            seen.append(told(case_id))
        for step in chain.WAY:
            portal.finish(portal.waiting(case_id), chain.answers(step))
            seen.append(told(case_id))
    assert diary.broken_at(case_id) is None
    return seen


def test_both_sides_leave_the_same_rows_after_every_step(measured: Flask) -> None:
    ours = walk(engine)
    assert ours == walk(PlainEngine())
    assert [seen["case"][0][0] for seen in ours] == [None] * (len(ours) - 1) + ["selesai"]
    assert [each for seen in ours for each in seen["timer"]], "no step had a timer"


def test_the_bare_side_writes_the_rows_of_the_step_and_no_others(measured: Flask) -> None:
    case_id = portal.open_case(1)
    before = bench_rows.rows_of(case_id)
    script = script_of(case_id)
    after = bench_rows.rows_of(case_id)
    bench_rows.put_back(case_id, before)
    assert bench_rows.rows_of(case_id) == before

    with Bare() as bare:
        for task_id, writes in script:
            bare.step(case_id, task_id, writes)

    assert bench_rows.rows_of(case_id) == after
    assert {statement.split()[2] for _task, writes in script for statement, _values in writes} >= {
        "task", "timer", "diary", "case_answers", "case_reach", "request_key", "reminder",
    }  # fmt: skip


def test_a_step_that_fails_leaves_the_case_as_it_was(measured: Flask) -> None:
    case_id = portal.open_case(1)
    before = bench_rows.rows_of(case_id)
    with moved_by(Broken()), pytest.raises(ZeroDivisionError):
        portal.finish(portal.waiting(case_id), chain.answers(chain.REVIEW))
    assert bench_rows.rows_of(case_id) == before


class Broken(PlainEngine):
    def complete(self, *_case: object, **_more: object) -> Standing:
        return 1 / 0


@pytest.fixture
def city_services(each_app: Flask, clock: Clock) -> Iterator[dict[str, Pair]]:
    """The walks of the city's services, at an hour when offices work and no timer is due by the machine's clock."""
    with each_app.app_context():
        clock.set(calendar().add_working_hours(datetime.now(UTC), 3))
        yield {path.stem: services.prepared(path.stem) for path in (ROOT / "bpmn").glob("*.bpmn")}
        db.session.remove()


def walked(walk: Walk, clock: Clock) -> list[dict]:
    """What the tables say after every step of a walk, a minute apart, with the very moments of its timers."""
    seen, began = [], clock.now
    walk.put_back()
    with moved_by(walk.mover):
        for step, given in walk.way:
            clock.forward(minutes=1)
            task = portal.waiting(walk.case_id)
            assert task.step == step
            portal.finish(task, given)
            rows = bench_rows.rows_of(walk.case_id)
            timers = sorted((row["step"], row["due_at"]) for row in rows["timer"])
            seen.append(told(walk.case_id) | {"timer": timers})
    walk.refuse_elsewhere()
    clock.set(began)
    return seen


def test_both_sides_leave_the_same_rows_after_every_step_of_every_service(
    city_services: dict[str, Pair], clock: Clock
) -> None:
    for code, pair in city_services.items():
        ours = walked(pair.ours, clock)
        assert ours == walked(pair.plain, clock), code
        assert [seen for seen in ours if seen["timer"]], f"no step of {code} had a timer"
        assert diary.broken_at(pair.plain.case_id) is None


def test_a_side_that_counts_working_days_from_another_moment_is_noticed(
    city_services: dict[str, Pair], clock: Clock
) -> None:
    pair = city_services["sktm"]
    early = Early(pair.plain.mover.files, pair.plain.mover.quiet)
    due = [
        [seen["timer"] for seen in walked(walk, clock)]
        for walk in (pair.ours, replace(pair.plain, mover=early))
    ]
    assert due[0] != due[1]


class Early(PlainEngine):
    def complete(self, *case: object, **more: object) -> Standing:
        *known, now = case
        return super().complete(*known, now - timedelta(hours=1), **more)


def test_a_walk_goes_on_until_a_step_orders_work_outside(city_services: dict[str, Pair]) -> None:
    assert len(city_services["sktm"].ours.way) >= 5
    assert all(pair.ours.way == pair.plain.way for pair in city_services.values())
    for code in ("sktm", "domisili"):
        walk = city_services[code].ours
        for _step, given in [*walk.way, ("", services.consent(walk.case_id, walk.goal[1][0]))]:
            assert not work.unfinished_of(walk.case_id)
            portal.finish(portal.waiting(walk.case_id), given)
        assert work.unfinished_of(walk.case_id)


def test_what_is_typed_is_what_the_forms_accept(city_services: dict[str, Pair]) -> None:
    for pair in city_services.values():
        case = db.session.get_one(Case, pair.ours.case_id)
        applied = casework.applicant_form(case.version_id)
        given = casework.answers_of(case.id)[casework.APPLICATION]
        assert forms.clean(applied, given, today=today(), areas=areas.is_area) == given
        for step, answers in pair.ours.way:
            form = casework.step_form(case.version_id, step)
            typed = forms.clean(form, answers, today=today(), areas=areas.is_area, applicant=applied)
            assert typed == answers and typed


def test_a_service_that_nobody_decides_in_is_left_out(each_app: Flask) -> None:
    with each_app.app_context():
        processes.publish(PULSE, by="pengujian")
        assert services.prepared("detak") is None


@pytest.mark.parametrize("address", ["mysql://x/y", "nothing", "sqlite:////no/such/folder/alur.db"])
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(Invalid), scratch(address):
        pass


def test_a_server_that_does_not_answer_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable), scratch(f"postgresql://alur@/alur?host={tmp_path}"):
        pass
