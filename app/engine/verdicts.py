"""What is said of a case that is to go on with another version: nothing stands in its way, or these obstacles do."""

from dataclasses import dataclass

SAFE, UNDECIDED, IMPOSSIBLE = "safe", "undecided", "impossible"


@dataclass(frozen=True)
class Obstacle:
    """One reason why a case does not simply go on; the administrator may decide it where it does not block."""

    element: str  # of the old version: what a decision is about
    name: str
    reason: str
    choices: tuple[tuple[str, str], ...] = ()  # (id, name) of what it may become; itself means: as it is now
    blocks: bool = False


@dataclass(frozen=True)
class Verdict:
    """What becomes of all cases that stand at one place."""

    obstacles: tuple[Obstacle, ...] = ()

    @property
    def kind(self) -> str:
        """`safe`, `undecided` or `impossible`."""
        if any(each.blocks for each in self.obstacles):
            return IMPOSSIBLE
        return UNDECIDED if self.obstacles else SAFE
