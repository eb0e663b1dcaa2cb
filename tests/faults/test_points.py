"""kill -9 at every point of every deed: what was told stays, what was not is repeated, and nothing happens twice."""

from dataclasses import dataclass
from typing import Any

import pytest

from app.errors import Refused
from tests.faults import invariants, lives, wrong
from tests.faults.deeds import DEEDS, Deed
from tests.faults.lives import Ending, Say
from tests.faults.points import Points
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong

ON_POSTGRES, ON_SQLITE = "attacked_postgres_url", "attacked_sqlite_url"
ON_EACH = [ON_POSTGRES, pytest.param(ON_SQLITE, marks=pytest.mark.long)]


@dataclass(frozen=True)
class Attack:
    """A deed that is to be killed, at every word to the database or only where something is kept, in a portal that may
    be wrong on purpose."""

    stage: Stage
    deed: Deed
    every: bool = False
    wrong: Wrong = wrong.nothing

    def live(self, thing: Any, fatal: int = 0) -> Ending:
        """The deed in a process of its own, which is killed at one of its points, or at none."""

        def lived(say: Say) -> tuple[list[str], Any]:
            points = Points(fatal, every=self.every).install()
            self.wrong(say)
            told = self.deed.act(self.stage, thing)
            return points.passed, told

        return lives.live(self.stage.app, lived)

    def kill(self, fatal: int) -> None:
        """Prepared, killed, repeated unless its doer was told already, checked."""
        thing = self.deed.prepare(self.stage)
        killed = self.live(thing, fatal)
        assert killed.was_killed, killed.answer
        if self.deed.by_worker:
            self.stage.wait()
        told = killed.said[-1] if killed.said else self.live(thing).answer[1]
        self.deed.check(self.stage, thing, told)

    def kill_everywhere(self, points: list[str]) -> None:
        """One life for each point."""
        for fatal, name in enumerate(points, start=1):
            try:
                self.kill(fatal)
                if fatal == len(points) or self.wrong is not wrong.nothing:
                    self.ask()
            except (AssertionError, Refused) as fault:
                raise AssertionError(f"killed at point {fatal}, {name}: {fault}") from fault

    def ask(self) -> None:
        with self.stage.inside():
            assert invariants.broken() == []

    def count(self) -> list[str]:
        """The points of the deed: done once here, so that the portal is warm, then in a life that nobody ends."""
        warm = self.deed.prepare(self.stage)
        self.deed.check(self.stage, warm, self.deed.act(self.stage, warm))
        thing = self.deed.prepare(self.stage)
        passed, told = self.live(thing).answer
        self.deed.check(self.stage, thing, told)
        return passed


@pytest.mark.parametrize("each_stage", ON_EACH, indirect=True)
@pytest.mark.parametrize("name", DEEDS)
def test_a_kill_at_a_commit_loses_and_doubles_nothing(each_stage: Stage, name: str):
    attack = Attack(each_stage, DEEDS[name])
    points = attack.count()
    assert {"before commit", "after commit"} <= set(points)

    attack.kill_everywhere(points)


@pytest.mark.long
@pytest.mark.parametrize("name", DEEDS)
def test_a_kill_at_any_word_to_the_database_loses_and_doubles_nothing(each_stage: Stage, name: str):
    attack = Attack(each_stage, DEEDS[name], every=True)
    attack.kill_everywhere(attack.count())


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("upload", wrong.answered_first),
        ("send", wrong.keys_forgotten),
        ("send", wrong.bit_by_bit),
        ("complete", wrong.keys_forgotten),
        ("complete", wrong.answered_first),
        ("complete", wrong.bit_by_bit),
        ("correct", wrong.bit_by_bit),
        ("retry", wrong.bit_by_bit),
        ("skip", wrong.bit_by_bit),
        ("calendar", wrong.answered_first),
        ("timer", wrong.bit_by_bit),
        ("letter", wrong.numbers_anew),
        ("letter", wrong.files_afterwards),
        ("message", wrong.bit_by_bit),
        ("reminder", wrong.bit_by_bit),
        ("notice", wrong.bit_by_bit),
    ],
)
def test_a_kill_would_find_the_mistake(stage: Stage, name: str, mistake: Wrong):
    attack = Attack(stage, DEEDS[name], wrong=mistake)
    points = attack.count()

    with pytest.raises(AssertionError, match="killed at point"):
        attack.kill_everywhere(points)
