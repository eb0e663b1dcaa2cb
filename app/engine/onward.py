"""What lies before the tokens of a case on a new version: steps they miss, joins that would wait for ever."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.specs.defaults import CallActivity, SubWorkflowTask, UserTask

from app.engine.elements.adhoc import AdHoc, AdHocSpec
from app.engine.elements.catching import Attached
from app.engine.elements.gateways import RoundParallelGateway, TokenJoin
from app.engine.elements.operations import OperationTask
from app.engine.elements.repeats import Repeated
from app.engine.elements.scopes import BoundarySplit, Exit, ScopeSpec

STEPS = (UserTask, OperationTask, CallActivity, SubWorkflowTask, AdHoc, Repeated)
DEEPEST = 8


@dataclass(frozen=True)
class Tokens:
    """The tokens of one scope: where they stand, and over which flows others wait at joins already."""

    scope: ScopeSpec
    standing: frozenset[str]
    parked: frozenset[tuple[str, str]]  # (join, source of the flow)

    def renamed(self, scope: ScopeSpec, name: Callable[[str], str]) -> "Tokens":
        parked = frozenset((name(join), name(source)) for join, source in self.parked)
        return Tokens(scope, frozenset(map(name, self.standing)), parked)


def missed(tokens: Tokens, fresh: Iterable[str]) -> Iterator[tuple[str, TaskSpec]]:
    """(where a token stands, a new step that every way there leads through and that is not ahead of any token)."""
    scope = tokens.scope
    ahead = _reached(scope, tokens.standing)
    candidates = [scope.task_specs[name] for name in sorted(fresh) if name not in ahead]
    whole = _reached(scope, [scope.start.name])
    for step in candidates:
        if isinstance(step, STEPS) and not step.name.endswith(" [child]"):
            around = _reached(scope, [scope.start.name], but=step.name)
            yield from ((name, step) for name in sorted((tokens.standing & whole) - around))


def starving(tokens: Tokens) -> dict[str, str]:
    """Join → a flow (its source) over which no token can come although one waits there, or will."""
    found: dict[str, str] = {}
    for join in tokens.scope.task_specs.values():
        if isinstance(join, RoundParallelGateway) and len(join._inputs) > 1:
            lacking = _lacking(tokens, join)
            if lacking:
                found[join.name] = lacking
    return found


def apart(tokens: Tokens) -> set[frozenset[str]]:
    """Pairs of places between which nothing in the drawing parts one token into two."""
    standing = sorted(tokens.standing | {join for join, _source in tokens.parked})
    forks = [_branches(tokens.scope, spec) for spec in tokens.scope.task_specs.values()]
    reached = [[_within(tokens.scope, way) for way in ways] for ways in forks if len(ways) > 1]
    return {
        frozenset((one, other))
        for index, one in enumerate(standing)
        for other in standing[index + 1 :]
        if not any(_parts(ways, one, other) for ways in reached)
    }


def _lacking(tokens: Tokens, join: RoundParallelGateway) -> str:
    """A flow that stays empty once every token that gets here without parting has come; empty where none does."""
    came = {source for name, source in tokens.parked if name == join.name}
    inputs, single = set(join._inputs), []
    left = inputs - came
    for token in sorted(tokens.standing):
        alone = _reached(tokens.scope, [token], but=join.name, passes=_leads_on) & inputs
        single += [alone] if alone else []
        if not alone:
            left -= _reached(tokens.scope, [token], but=join.name)
    return min(_unmatched(left, single), default="") if came or single else ""


def _unmatched(flows: set[str], tokens: list[set[str]]) -> set[str]:
    """The flows that get no token when each token takes one of those it can come over."""
    taken: dict[str, int] = {}

    def serve(token: int, tried: set[str]) -> bool:
        for flow in sorted(tokens[token] & flows - tried):
            tried.add(flow)
            if flow not in taken or serve(taken[flow], tried):
                taken[flow] = token
                return True
        return False

    for token in range(len(tokens)):
        serve(token, set())
    return flows - taken.keys()


def _reached(
    scope: ScopeSpec,
    begin: Iterable[str],
    *,
    but: str = "",
    passes: Callable[[TaskSpec], bool] | None = None,
) -> set[str]:
    """Everything on the ways from here, itself included; not over `but`, and beyond nothing that does not pass."""
    todo = [name for name in begin if name in scope.task_specs]
    seen = set(todo)
    while todo:
        spec = scope.task_specs[todo.pop()]
        if passes is not None and not passes(spec):
            continue
        following = {name for name in _ways_on(spec) if name != but} - seen
        seen |= following
        todo.extend(following)
    return seen


def _ways_on(spec: TaskSpec) -> list[str]:
    lasting = getattr(spec, "occurrence", None)
    return [*spec._outputs, lasting] if lasting else spec._outputs


def _leads_on(spec: TaskSpec) -> bool:
    return not (isinstance(spec, TokenJoin) and len(spec._outputs) > 1)


def _branches(scope: ScopeSpec, spec: TaskSpec) -> list[str]:
    """The ways over which one token becomes several here."""
    if isinstance(spec, TokenJoin) and len(spec._outputs) > 1:
        return list(spec._outputs)
    beside = [name for name in spec._outputs if _is_mild(scope.task_specs[name])]
    if isinstance(spec, BoundarySplit) and beside:
        return [spec.main, *beside]
    if spec is scope.start and (beside or isinstance(scope, AdHocSpec)):
        return list(spec._outputs)
    return []


def _is_mild(spec: TaskSpec) -> bool:
    return isinstance(spec, Attached) and not spec.interrupts


def _within(scope: ScopeSpec, begin: str) -> set[str]:
    """What a branch leads to before it meets the others."""
    seen, todo = {(begin, 0)}, [(begin, 0)]
    while todo:
        name, depth = todo.pop()
        spec = scope.task_specs[name]
        below = _depth_after(spec, depth)
        for following in _ways_on(spec) if below is not None else ():
            if (following, below) not in seen:
                seen.add((following, below))
                todo.append((following, below))
    return {name for name, _depth in seen}


def _depth_after(spec: TaskSpec, depth: int) -> int | None:
    """How many branchings deep a way is beyond this; None where it ends."""
    if isinstance(spec, Exit):
        return None
    joins = isinstance(spec, TokenJoin) and len(spec._inputs) > 1
    parts = isinstance(spec, TokenJoin) and len(spec._outputs) > 1
    if joins and depth == 0:
        return None
    return min(depth - joins + parts, DEEPEST)


def _parts(ways: list[set[str]], one: str, other: str) -> bool:
    return any(
        one in first and other in second
        for index, first in enumerate(ways)
        for place, second in enumerate(ways)
        if index != place
    )
