"""Decisions of DMN files, as business rule tasks call them: read once, then worked out for one case after another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from app.engine.decision_reading import Draft, drafts
from app.engine.language import is_name
from app.engine.problems import Problem, refuse
from app.engine.trilean import MOST_FUEL, Walk
from app.errors import Invalid, ProcessFault

CYCLE = ("dmn-berputar", "Hapus salah satu kebutuhannya, sehingga tidak ada keputusan yang menunggu dirinya.")
MISSING = ("dmn-tidak-ada", "Gambar keputusan itu di berkas yang sama, atau hapus kebutuhannya.")
CLASH = ("dmn-nama-ganda", "Beri nama keluaran yang berbeda.")


class Logic(Protocol):
    """A table or one expression: what it reads, what it writes, and how it comes to that."""

    @property
    def names(self) -> frozenset[str]: ...

    @property
    def writes(self) -> tuple[str, ...]: ...

    def decide(self, walk: Walk) -> dict[str, object]: ...


@dataclass(frozen=True)
class Decision:
    """One decision with the decisions of the same file that it needs; `before` has them all in working order."""

    id: str
    name: str
    logic: Logic
    aliases: tuple[str, ...]
    requires: frozenset[str]
    before: tuple["Decision", ...]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Variables that it writes."""
        return self.logic.writes

    @property
    def names(self) -> frozenset[str]:
        """Variables of the case that it reads, itself or through the decisions it needs."""
        return frozenset().union(*(step._reads() for step in (*self.before, self)))

    def decide(
        self, variables: Mapping[str, object], functions: Mapping[str, Callable] | None = None
    ) -> dict[str, object]:
        """What is to be written among the variables: the value of every output by its name.

        UNIQUE, FIRST, PRIORITY, ANY and a literal expression give a plain value; COLLECT, RULE ORDER and
        OUTPUT ORDER give a list for every output; COLLECT with an aggregation gives the sum, smallest,
        largest or count. Where no rule is hit: the default output entry, else null, for lists an empty
        list and for COUNT 0. Raises ProcessFault, which names decision, rule and column.
        """
        done: dict[str, dict[str, object]] = {}
        fuel = MOST_FUEL
        for step in (*self.before, self):
            given: dict[str, object] = {}
            for needed in step._needed():
                given |= needed._provided(done[needed.id])
            walk = Walk({**variables, **given}, functions or {}, fuel)
            done[step.id] = step._decide(walk)
            fuel = walk.fuel
        return done[self.id]

    def _decide(self, walk: Walk) -> dict[str, object]:
        try:
            return self.logic.decide(walk)
        except ProcessFault as fault:
            raise ProcessFault(f"Keputusan “{self.name}” ({self.id}), {fault}.") from fault

    def _needed(self) -> Iterator["Decision"]:
        return (step for step in self.before if step.id in self.requires)

    def _reads(self) -> frozenset[str]:
        return self.logic.names.difference(*(needed._provides() for needed in self._needed()))

    def _provides(self) -> tuple[str, ...]:
        """The names under which a decision that needs this one finds its result."""
        return (*self.outputs, *(alias for alias in self.aliases if alias not in self.outputs))

    def _provided(self, result: dict[str, object]) -> dict[str, object]:
        whole = next(iter(result.values())) if len(result) == 1 else result
        return {**dict.fromkeys(self.aliases, whole), **result}


def read(path: str, content: bytes) -> dict[str, Decision]:
    """All decisions of a DMN file by their id. Raises Invalid with everything that is wrong with it."""
    decisions, found = _read(path, content)
    refuse(problem for problem in found if problem.blocks)
    return decisions


def problems(path: str, content: bytes) -> list[Problem]:
    """All that is wrong with a DMN file, in words for its author; empty when it can be used."""
    try:
        return _read(path, content)[1]
    except Invalid as refusal:
        return list(refusal.facts["problems"])


def _read(path: str, content: bytes) -> tuple[dict[str, Decision], list[Problem]]:
    found, told = drafts(path, content)
    decisions, more = _ordered({draft.id: draft for draft in found})
    return decisions, told + [problem.at(path) for problem in more]


def _ordered(known: Mapping[str, Draft]) -> tuple[dict[str, Decision], list[Problem]]:
    """The decisions, each tied to those it needs; none when that cannot be."""
    missing = list(_missing(known))
    if missing:
        return {}, missing
    try:
        order = list(
            TopologicalSorter({name: draft.requires for name, draft in known.items()}).static_order()
        )
    except CycleError as mishap:
        return {}, [_cycle(known, mishap.args[1])]
    decisions: dict[str, Decision] = {}
    for name in order:
        decisions[name] = _resolved(known[name], decisions, order)
    return decisions, list(_clashes(decisions))


def _missing(known: Mapping[str, Draft]) -> Iterator[Problem]:
    for draft in known.values():
        for wanted in sorted(draft.requires - known.keys()):
            message = f"Keputusan “{draft.name}” membutuhkan “{wanted}”, yang tidak ada di berkas ini."
            yield _problem(MISSING, draft, message)


def _cycle(known: Mapping[str, Draft], ids: Sequence[str]) -> Problem:
    chain = " → ".join(f"“{known[name].name}”" for name in reversed(ids))
    return _problem(CYCLE, known[ids[0]], f"Keputusan saling menunggu: {chain}.")


def _resolved(draft: Draft, decisions: Mapping[str, Decision], order: Sequence[str]) -> Decision:
    below = set(draft.requires).union(
        *({step.id for step in decisions[needed].before} for needed in draft.requires)
    )
    return Decision(
        id=draft.id,
        name=draft.name,
        logic=draft.logic,
        aliases=tuple(alias for alias in dict.fromkeys((draft.variable, draft.id)) if is_name(alias)),
        requires=draft.requires,
        before=tuple(decisions[name] for name in order if name in below),
    )


def _clashes(decisions: Mapping[str, Decision]) -> Iterator[Problem]:
    """Two needed decisions whose results would go under one name."""
    for decision in decisions.values():
        owners: dict[str, Decision] = {}
        for needed in decision._needed():
            for name in needed._provides():
                other = owners.setdefault(name, needed)
                if other is not needed:
                    message = (
                        f"Keputusan “{decision.name}” membutuhkan “{other.name}” dan “{needed.name}”, "
                        f"dan keduanya memberi hasil bernama “{name}”."
                    )
                    yield _problem(CLASH, decision, message)


def _problem(kind: tuple[str, str], decision: Draft | Decision, message: str) -> Problem:
    rule, advice = kind
    return Problem(rule, decision.id, decision.name, message, advice)
