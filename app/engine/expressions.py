"""Works out conditions, parameters, timers and script lines by walking their checked tree, with fuel.

Values are plain (None, bool, int, float, str and lists of them), so no host object can ever be reached.
A name without a value reads as None.
"""

import ast
import operator
from collections.abc import Callable, Iterable, Mapping

from app.engine.language import CONSTANTS, FUNCTIONS, BadExpression, compile_expression, plain_value

MOST_FUEL = 5_000
MOST_WEIGHT = 1_000_000  # letters; every value weighs 50 besides
MOST_LEVELS = 20

_COMPARE: dict[type, Callable] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, box: item in box,
    ast.NotIn: lambda item, box: item not in box,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_ARITHMETIC: dict[type, Callable] = {
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def evaluate(
    text: str, names: Mapping[str, object], functions: Mapping[str, Callable] | None = None
) -> object:
    """Work the text out with these variables; `functions` adds the calendar's to the built-in ones."""
    return weighed(Walk(names, functions or {}).value(compile_expression(text).tree))


def weighed(value: object) -> object:
    """The value, if it can be stored: a list twice in a list, and that twice in another, soon is endless."""
    level, weight, depth = [value], 0, 0
    while level:
        weight += sum(50 + (len(each) if isinstance(each, str) else 0) for each in level)
        depth += 1
        if weight > MOST_WEIGHT or depth > MOST_LEVELS:
            raise BadExpression("nilainya terlalu besar atau terlalu dalam")
        level = [inner for each in level if isinstance(each, list | dict) for inner in _inside(each)]
    return value


def _inside(value: list | dict) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value


class Walk:
    """One working-out: variables, functions and the fuel that is left."""

    def __init__(
        self, names: Mapping[str, object], functions: Mapping[str, Callable], fuel: int = MOST_FUEL
    ) -> None:
        self.names = names
        self.functions = {"len": len, "min": min, "max": max, "round": _round, **functions}
        self.fuel = fuel

    def value(self, node: ast.expr) -> object:
        self.fuel -= 1
        if self.fuel < 0:
            raise BadExpression("ungkapan terlalu berat")
        return getattr(self, _VISIT[type(node)])(node)

    def constant(self, node: ast.Constant) -> object:
        return node.value

    def name(self, node: ast.Name) -> object:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in FUNCTIONS:
            raise BadExpression(f"fungsi {node.id} harus dipanggil dengan kurung")
        return plain_value(self.names.get(node.id))

    def sequence(self, node: ast.List | ast.Tuple) -> object:
        return [self.value(item) for item in node.elts]

    def mapping(self, node: ast.Dict) -> object:
        return {key.value: self.value(value) for key, value in zip(node.keys, node.values, strict=True)}

    def choice(self, node: ast.IfExp) -> object:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def logic(self, node: ast.BoolOp) -> object:
        stops_at = isinstance(node.op, ast.Or)
        outcome: object = None
        for part in node.values:
            outcome = self.value(part)
            if bool(outcome) is stops_at:
                break
        return outcome

    def unary(self, node: ast.UnaryOp) -> object:
        operand = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return not operand
        number = _number(operand)
        return -number if isinstance(node.op, ast.USub) else +number

    def comparison(self, node: ast.Compare) -> object:
        left = self.value(node.left)
        for sort, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            self._weigh(left, right)
            if not _guarded(_COMPARE[type(sort)], left, right):
                return False
            left = right
        return True

    def arithmetic(self, node: ast.BinOp) -> object:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add):
            if isinstance(left, str | list) and type(left) is type(right):
                return plain_value(left + right)
            return plain_value(_number(left) + _number(right))
        return plain_value(_guarded(_ARITHMETIC[type(node.op)], _number(left), _number(right)))

    def call(self, node: ast.Call) -> object:
        function = self.functions.get(node.func.id)
        if function is None:
            raise BadExpression(f"fungsi {node.func.id} tidak tersedia di sini")
        values = [self.value(argument) for argument in node.args]
        self._weigh(*values)
        return plain_value(_guarded(function, *values))

    def _weigh(self, *values: object) -> None:
        self.fuel -= sum(len(value) for value in values if isinstance(value, list | dict))


_VISIT: dict[type, str] = {
    ast.Constant: "constant",
    ast.Name: "name",
    ast.List: "sequence",
    ast.Tuple: "sequence",
    ast.Dict: "mapping",
    ast.IfExp: "choice",
    ast.BoolOp: "logic",
    ast.UnaryOp: "unary",
    ast.Compare: "comparison",
    ast.BinOp: "arithmetic",
    ast.Call: "call",
}


def _number(value: object) -> int | float:
    if isinstance(value, int | float):
        return value
    raise BadExpression("hanya bilangan yang dapat dihitung")


def _round(number: object, digits: object = None) -> int | float:
    if digits is not None and not (isinstance(digits, int) and -15 <= digits <= 15):
        raise BadExpression("jumlah angka di belakang koma harus bilangan kecil")
    return round(_number(number), digits)


def _guarded(function: Callable, *values: object) -> object:
    try:
        return function(*values)
    except (TypeError, ValueError, ArithmeticError) as mishap:
        said = (
            str(mishap)
            if isinstance(mishap, BadExpression)
            else "nilai-nilai ini tidak dapat dihitung atau dibandingkan"
        )
        raise BadExpression(said) from None
