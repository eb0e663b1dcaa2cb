"""How cells of a decision table compare: true, false, or unknown (None) where two values cannot be compared.

That is FEEL's logic: a rule is hit only by what is certainly true, behind a not(...) as well.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping

from app.engine import expressions
from app.engine.language import INPUT, BadExpression, Expression, plain_value

MOST_FUEL = 250_000

_ORDER: dict[type, Callable] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_NEGATIVE = (ast.NotEq, ast.NotIn, ast.IsNot)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?![0-9])", re.ASCII)


class Day(str):
    """A date written in a cell; a text with a date and a time is compared with it by its day."""


class Walk(expressions.Walk):
    """Works out the cells and the values of one case's decision, all of them with one supply of fuel."""

    def __init__(
        self, names: Mapping[str, object], functions: Mapping[str, Callable], fuel: int = MOST_FUEL
    ) -> None:
        super().__init__({**names, INPUT: None}, functions, fuel)

    def worked_out(self, expression: Expression) -> object:
        """An input, an output or a literal expression: as everywhere in a drawing, nothing is unknown there."""
        strict = expressions.Walk(self.names, self.functions, self.fuel)
        try:
            return plain_value(strict.value(expression.tree))
        finally:
            self.fuel = strict.fuel

    def holds(self, test: Expression | None, given: object) -> bool:
        """Whether the column's input certainly passes. What cannot be reckoned with an absent input does not."""
        if test is None:
            return True
        self.names[INPUT] = given
        try:
            return self.value(test.tree) is True
        except BadExpression:
            if given is None and self.fuel >= 0:
                return False
            raise

    def same(self, left: object, right: object) -> bool | None:
        """Equality between values of one kind; nothing else is known to be equal or unequal to null but null."""
        self._burn(1)
        if left is None or right is None:
            return left is right
        left, right = _by_day(left, right)
        kind = _kind(left)
        if kind is None or kind is not _kind(right):
            return None
        if kind is list:
            return len(left) == len(right) and all(map(self._surely_same, left, right))
        if kind is dict:
            return left.keys() == right.keys() and all(
                self._surely_same(left[key], right[key]) for key in left
            )
        return left == right

    def ordered(self, sort: type[ast.cmpop], left: object, right: object) -> bool | None:
        """Before or after, between two numbers, two texts or two dates."""
        left, right = _by_day(left, right)
        kind = _kind(left)
        return _ORDER[sort](left, right) if kind in (float, str) and kind is _kind(right) else None

    def comparison(self, node: ast.Compare) -> bool | None:
        left, answer = self.value(node.left), True
        for sort, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            link = self._compare(type(sort), left, right)
            if link is False:
                return False
            answer = answer if link else None
            left = right
        return answer

    def logic(self, node: ast.BoolOp) -> bool | None:
        stops_at = isinstance(node.op, ast.Or)
        answer: bool | None = not stops_at
        for part in node.values:
            outcome = self.value(part)
            if outcome is stops_at:
                return stops_at
            if not isinstance(outcome, bool):
                answer = None
        return answer

    def unary(self, node: ast.UnaryOp) -> object:
        if isinstance(node.op, ast.Not):
            return _opposite(self.value(node.operand))
        return super().unary(node)

    def _compare(self, sort: type, left: object, right: object) -> bool | None:
        if sort in _ORDER:
            return self.ordered(sort, left, right)
        if sort in (ast.In, ast.NotIn):
            outcome = self._among(left, right)
        elif sort in (ast.Is, ast.IsNot):
            outcome = left is right
        else:
            outcome = self.same(left, right)
        return _opposite(outcome) if issubclass(sort, _NEGATIVE) else outcome

    def _among(self, item: object, box: object) -> bool | None:
        """Part of a text; or one of a list's values, or of a list inside it, as where a cell names lists."""
        if isinstance(box, str) and isinstance(item, str):
            self._burn(len(box) // 100)
            return item in box
        if not isinstance(box, list):
            return None
        answer: bool | None = False
        for part in box:
            alike = self.same(item, part)
            if alike or (isinstance(part, list) and any(self._surely_same(item, one) for one in part)):
                return True
            answer = answer if alike is False or isinstance(part, list) else None
        return answer

    def _surely_same(self, left: object, right: object) -> bool:
        return self.same(left, right) is True

    def _burn(self, amount: int) -> None:
        self.fuel -= amount
        if self.fuel < 0:
            raise BadExpression("keputusan terlalu berat")


def _opposite(outcome: object) -> bool | None:
    return not outcome if isinstance(outcome, bool) else None


def _by_day(left: object, right: object) -> tuple[object, object]:
    """Where one side is a date: the other's day, or nothing comparable when it is no date."""
    if isinstance(left, Day) or isinstance(right, Day):
        return _day(left), _day(right)
    return left, right


def _day(value: object) -> object:
    return str(value)[:10] if isinstance(value, str) and _MOMENT.match(value) else None


def _kind(value: object) -> type | None:
    """True is no number, and a whole number is of one kind with a broken one."""
    if isinstance(value, bool):
        return bool
    for kind, members in ((float, int | float), (str, str), (list, list), (dict, dict)):
        if isinstance(value, members):
            return kind
    return None
