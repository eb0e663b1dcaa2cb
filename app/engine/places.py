"""Where a stored case stands, read from its state alone: what it holds on which element, and nothing of its data.

Two cases that stand at one place are treated alike by a new version of their drawing, so ten thousand of them need
only a few verdicts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.util.task import TaskState

from app.engine import codec
from app.engine.elements.compensation import DONE
from app.engine.elements.gateways import RESETS

ID, PARENT, CHILDREN, STATE, SPEC, _CHANGED, TRIGGERED, INTERNAL, UPDATES, _REMOVED = range(10)

Scope = tuple[str, ...]  # the activities around it, the outermost first


@dataclass(frozen=True)
class Spot:
    """One thing that is open: on which spec, and under which."""

    scope: Scope
    name: str
    under: str
    state: int
    triggered: bool


@dataclass(frozen=True)
class Place:
    """All that a case holds."""

    process: str
    spots: frozenset[Spot]
    undoing: frozenset[
        tuple[Scope, str, Scope]
    ]  # what is to be undone if asked: in which scope, by whom, what
    used: frozenset[tuple[Scope, str, str]]  # flows that a counting join remembers, by their source


def place_of(state: bytes) -> Place:
    """Where this case stands. Raises ProcessFault for bytes that are no state of the current format."""
    tree = codec.tree_of(state)
    spots, undoing, used = set(), set(), set()
    for scope, part in parts_of(tree):
        rows = part["tasks"]
        for row in rows:
            if is_open(rows, row):
                spots.add(Spot(scope, row[SPEC], _above(rows, row), row[STATE], bool(row[TRIGGERED])))
            undoing |= {_undone(scope, each) for each in row[INTERNAL].get("owed", ())}
            used |= {(scope, row[SPEC], source) for source in row[INTERNAL].get(RESETS, ())}
        undoing |= {_undone(scope, each) for each in part["data"].get(DONE, ())}
    return Place(tree["process"], frozenset(spots), frozenset(undoing), frozenset(used))


def parts_of(tree: Mapping) -> list[tuple[Scope, Mapping]]:
    """Every running process of a written state with the scope it runs in, the outer before the inner."""
    found: list[tuple[Scope, Mapping]] = [((), tree["top"])]
    for scope, part in found:
        held = [row for row in part["tasks"] if row[ID] in tree["subs"]]
        found.extend(((*scope, row[SPEC]), tree["subs"][row[ID]]) for row in held)
    return found


def is_open(rows: list[list], row: list) -> bool:
    """Whether a token stands here, or an event waits here."""
    return not row[STATE] & TaskState.FINISHED_MASK and not is_coming(rows, row)


def is_coming(rows: list[list], row: list) -> bool:
    """Whether it only says what comes next."""
    if row[STATE] & TaskState.PREDICTED_MASK:
        return True
    return row[STATE] == TaskState.FUTURE and not (
        row[PARENT] is None or rows[row[PARENT]][STATE] & TaskState.FINISHED_MASK
    )


def _above(rows: list[list], row: list) -> str:
    return "" if row[PARENT] is None else rows[row[PARENT]][SPEC]


def _undone(scope: Scope, kept: Mapping) -> tuple[Scope, str, Scope]:
    return scope, kept["handler"], tuple(kept["within"])
