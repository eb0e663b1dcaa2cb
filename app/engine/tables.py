"""What a decision does: which rules of its table a case hits and what the hit policy makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.engine.language import BadExpression, Expression, plain_value
from app.engine.trilean import Walk
from app.engine.unary import Cell
from app.errors import ProcessFault

MOST_SHOWN = 10
ANYTHING = Cell("", None)
Row = tuple[object, ...]


@dataclass(frozen=True)
class Input:
    """A column of conditions: what it looks at, and which values it admits at all."""

    label: str
    expression: Expression
    allowed: Cell = ANYTHING


@dataclass(frozen=True)
class Output:
    """A column of results; `ranks` are its values with the most important first, where it lists them."""

    name: str
    allowed: Cell = ANYTHING
    ranks: tuple[object, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True)
class Rule:
    """A row; an empty output cell gives null."""

    number: int
    tests: tuple[Cell, ...]
    results: tuple[Expression | None, ...]


@dataclass(frozen=True)
class Table:
    """A whole table. `policy` is one of POLICIES, written as in DMN; `aggregation` only with COLLECT."""

    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def names(self) -> frozenset[str]:
        """Variables that any of its texts reads."""
        texts: list[Expression | Cell | None] = [column.expression for column in self.inputs]
        texts += [column.allowed for column in (*self.inputs, *self.outputs)]
        texts += [column.default for column in self.outputs]
        for rule in self.rules:
            texts += [*rule.tests, *rule.results]
        return frozenset().union(*(text.names for text in texts if text is not None))

    @property
    def writes(self) -> tuple[str, ...]:
        return tuple(output.name for output in self.outputs)

    def decide(self, walk: Walk) -> dict[str, object]:
        """The value of each output by its name. Raises ProcessFault."""
        given = [self._given(walk, column) for column in self.inputs]
        hit = (rule for rule in self.rules if self._is_hit(walk, rule, given))
        hits = list(islice(hit, 1 if self.policy == "FIRST" else None))
        if not hits:
            return self._without_hit(walk)
        values = POLICIES[self.policy](self, walk, hits)
        return dict(zip(self.writes, values, strict=True))

    def rows(self, walk: Walk, hits: Sequence[Rule]) -> list[Row]:
        """What these rules give, each checked against the values that its columns admit."""
        return [
            tuple(
                self._result(walk, rule, column, text)
                for column, text in zip(self.outputs, rule.results, strict=True)
            )
            for rule in hits
        ]

    def ranked(self, walk: Walk, hits: Sequence[Rule]) -> list[Row]:
        """The same with the most important first; of two columns the left one counts more."""
        return sorted(self.rows(walk, hits), key=lambda row: self._rank(walk, row))

    def _given(self, walk: Walk, column: Input) -> object:
        with _place(f"kolom “{column.label}”"):
            value = walk.worked_out(column.expression)
            if not walk.holds(column.allowed.test, value):
                raise BadExpression(
                    f"nilai {_shown(value)} tidak termasuk nilai masukan {column.allowed.text}"
                )
            return value

    def _is_hit(self, walk: Walk, rule: Rule, given: Sequence[object]) -> bool:
        for column, cell, value in zip(self.inputs, rule.tests, given, strict=True):
            if cell.test is None:
                continue
            with _place(f"aturan {rule.number}, kolom “{column.label}”"):
                if not walk.holds(cell.test, value):
                    return False
        return True

    def _result(self, walk: Walk, rule: Rule, column: Output, text: Expression | None) -> object:
        with _place(f"aturan {rule.number}, kolom “{column.name}”"):
            value = None if text is None else walk.worked_out(text)
            if text is not None and not walk.holds(column.allowed.test, value):
                raise BadExpression(
                    f"hasil {_shown(value)} tidak termasuk nilai keluaran {column.allowed.text}"
                )
            return value

    def _rank(self, walk: Walk, row: Row) -> tuple[int, ...]:
        return tuple(
            next(place for place, rank in enumerate((*column.ranks, value)) if walk.same(rank, value))
            for column, value in zip(self.outputs, row, strict=True)
            if column.ranks
        )

    def _without_hit(self, walk: Walk) -> dict[str, object]:
        nothing: dict[str, object] = {}
        for column in self.outputs:
            with _place(f"nilai bawaan kolom “{column.name}”"):
                value = None if column.default is None else walk.worked_out(column.default)
            if self.gives_list:
                value = [] if column.default is None else [value]
            elif self.aggregation == "COUNT" and column.default is None:
                value = 0
            nothing[column.name] = value
        return nothing

    @property
    def gives_list(self) -> bool:
        return self.policy in LISTS and not self.aggregation


@dataclass(frozen=True)
class Literal:
    """A decision that is one expression instead of a table."""

    name: str
    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    @property
    def writes(self) -> tuple[str, ...]:
        return (self.name,)

    def decide(self, walk: Walk) -> dict[str, object]:
        """Its value. Raises ProcessFault."""
        with _place(f"ungkapan “{self.expression.text[:80]}”"):
            return {self.name: walk.worked_out(self.expression)}


class _place:
    """Says where in the table something could not be worked out."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, mishap: BaseException | None, _trace: object) -> None:
        if isinstance(mishap, BadExpression):
            raise ProcessFault(f"{self.where}: {mishap}") from mishap


def _unique(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    if len(hits) > 1:
        raise ProcessFault(f"{_numbers(hits)} berlaku sekaligus, padahal hanya satu yang boleh (UNIQUE)")
    return table.rows(walk, hits)[0]


def _first(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    return table.rows(walk, hits)[0]


def _any(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    first, *others = table.rows(walk, hits)
    for rule, other in zip(hits[1:], others, strict=True):
        if not walk.same(list(first), list(other)):
            raise ProcessFault(f"{_numbers([hits[0], rule])} berlaku sekaligus tetapi hasilnya berbeda (ANY)")
    return first


def _priority(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    return table.ranked(walk, hits)[0]


def _rule_order(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    return tuple(map(list, zip(*table.rows(walk, hits), strict=True)))


def _output_order(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    return tuple(map(list, zip(*table.ranked(walk, hits), strict=True)))


def _collect(table: Table, walk: Walk, hits: list[Rule]) -> Row:
    columns = _rule_order(table, walk, hits)
    if not table.aggregation:
        return columns
    with _place(f"{_numbers(hits)} ({table.aggregation})"):
        return tuple(plain_value(AGGREGATIONS[table.aggregation](values)) for values in columns)


def _sum(values: list[object]) -> object:
    return sum(_alike(values, (int, float)))


def _smallest(values: list[object]) -> object:
    return min(_alike(values, (int, float), (str,)))


def _largest(values: list[object]) -> object:
    return max(_alike(values, (int, float), (str,)))


def _alike(values: list[object], *kinds: tuple[type, ...]) -> list:
    if any(all(type(value) in kind for value in values) for kind in kinds):
        return values
    raise BadExpression("hasilnya tidak dapat dijumlahkan atau dibandingkan; semuanya harus bilangan")


AGGREGATIONS: dict[str, Callable[[list[object]], object]] = {
    "SUM": _sum, "MIN": _smallest, "MAX": _largest, "COUNT": len,
}  # fmt: skip
POLICIES: dict[str, Callable[[Table, Walk, list[Rule]], Row]] = {
    "UNIQUE": _unique, "FIRST": _first, "PRIORITY": _priority, "ANY": _any,
    "COLLECT": _collect, "RULE ORDER": _rule_order, "OUTPUT ORDER": _output_order,
}  # fmt: skip
LISTS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
RANKED = frozenset({"PRIORITY", "OUTPUT ORDER"})


def _numbers(rules: Sequence[Rule]) -> str:
    shown = [str(rule.number) for rule in rules[:MOST_SHOWN]]
    if len(rules) > MOST_SHOWN:
        return f"aturan {', '.join(shown)}, dan {len(rules) - MOST_SHOWN} lagi"
    return "aturan " + " dan ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def _shown(value: object) -> str:
    return "null" if value is None else f"“{str(value)[:60]}”"
