"""The bench: both sides do the same work on the same tables, and nothing of it stays behind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from app.engine import plain
from app.errors import Invalid, Unavailable
from app.storage.bench import Scratch, scratch
from app.usecases import bench
from app.usecases.bench import chain
from app.usecases.bench.chain import Side

NOW = datetime(2026, 6, 8, 2, 0, tzinfo=UTC)
ROUNDS = 3
SCRIPT = b"putaran = putaran + 1"
PROMISED = {"step_fresh_ratio", "step_50_rounds_ratio", "step_growth_100"}
TOLD = {"database", "cpus", "python", "steps_measured", "seed", "seconds"}


def trail(side: Side) -> list[tuple]:
    """Where the case stands after every move of some returns and the whole way."""
    moves = [(chain.REVIEW, "kembalikan"), (chain.CORRECTION, "")] * ROUNDS
    moves += [(step, "setuju") for step in chain.WAY]
    standing = side.start(chain.application(1))
    seen = [chain.picture(standing)]
    for number, (step, decision) in enumerate(moves):
        standing = side.do(standing, step, chain.answers(step, decision=decision, number=number))
        seen.append(chain.picture(standing))
    return seen


def test_after_every_answer_both_sides_wait_for_the_same_with_the_same_variables_and_timers() -> None:
    seen = trail(chain.ours(NOW))
    assert seen == trail(chain.baseline())
    assert [finished for *_, finished in seen] == [False] * (len(seen) - 1) + [True]
    assert any(timers for _waiting, timers, _finished in seen)


def test_a_side_that_leaves_one_script_out_is_noticed() -> None:
    shorter = {name: content.replace(SCRIPT, b"putaran = putaran") for name, content in chain.FILES.items()}
    lazy = replace(chain.baseline(), start=lambda variables: plain.create(shorter, chain.PROCESS, variables))
    assert trail(lazy) != trail(chain.ours(NOW))


def test_both_sides_pass_the_same_elements_equally_often() -> None:
    ours, baseline = chain.ours(NOW), chain.baseline()
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
    for side in (chain.ours(NOW), chain.baseline()):
        (waiting,) = side.start(data).waiting
        assert waiting.variables.items() >= data.items()


@pytest.fixture(params=["postgres", "sqlite"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/alur.db"
    return request.getfixturevalue("postgres").url("postgres")


def test_a_quick_run_prints_every_figure_and_leaves_nothing_behind(address: str, tmp_path: Path) -> None:
    before = what_is_there(address, tmp_path)
    figures = bench.measure_engine(address, passes=bench.QUICK)
    assert figures.keys() >= PROMISED | TOLD
    assert all(figures[name] > 0 for name in PROMISED)
    assert figures["passes"] == bench.QUICK
    assert figures["database"].split()[0] == ("SQLite" if address.startswith("sqlite") else "PostgreSQL")
    assert what_is_there(address, tmp_path) == before


def what_is_there(address: str, folder: Path) -> list[str]:
    if address.startswith("sqlite"):
        return sorted(path.name for path in folder.iterdir())
    engine = create_engine(address)
    found = sorted(inspect(engine).get_schema_names()) + sorted(inspect(engine).get_table_names())
    engine.dispose()
    return found


@pytest.mark.parametrize("make", [lambda: chain.ours(NOW), chain.baseline], ids=["ours", "plain"])
def test_a_walk_leaves_the_same_rows_whoever_moved_the_case(address: str, make: Callable[[], Side]) -> None:
    side = make()
    with scratch(address) as tables:
        tables.put(side.start(chain.application(1)), NOW)
        for step in chain.WAY:
            tables.step(step, lambda *case, step=step: side.complete(*case, chain.answers(step)), NOW)
        assert rows(tables, 'SELECT revision, closed_at IS NOT NULL FROM "case"') == [(len(chain.WAY), True)]
        assert rows(tables, "SELECT step, status FROM task ORDER BY step") == sorted(
            (step, "done") for step in chain.WAY
        )
        assert rows(tables, "SELECT step FROM diary ORDER BY id") == [(step,) for step in chain.WAY]
        assert rows(tables, "SELECT id FROM timer") == []


def test_a_step_that_fails_leaves_the_case_as_it_was(address: str) -> None:
    with scratch(address) as tables:
        tables.put(chain.ours(NOW).start(chain.application(1)), NOW)
        before = rows(tables, 'SELECT * FROM "case"'), rows(tables, "SELECT * FROM task")
        with pytest.raises(ZeroDivisionError):
            tables.step(chain.REVIEW, lambda *_case: 1 / 0, NOW)
        assert (rows(tables, 'SELECT * FROM "case"'), rows(tables, "SELECT * FROM task")) == before
        assert rows(tables, "SELECT * FROM diary") == []


def rows(tables: Scratch, query: str) -> list[tuple]:
    with tables._transaction():
        return tables._run(query).fetchall()


@pytest.mark.parametrize("address", ["mysql://x/y", "nothing", "sqlite:////no/such/folder/alur.db"])
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence(address: str) -> None:
    with pytest.raises(Invalid), scratch(address):
        pass


def test_a_server_that_does_not_answer_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable), scratch(f"postgresql://alur@/alur?host={tmp_path}"):
        pass
