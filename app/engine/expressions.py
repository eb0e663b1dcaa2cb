"""The small language of diagrams: conditions, parameters, timers and script lines, interpreted and never handed to Python.

A text is parsed into Python's syntax tree, every node is checked against an allow-list once, and the
tree is then walked with fuel. Values are plain: None, bool, int, float, str and lists of them, so no
host object can ever be reached. A name without a value reads as None.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

MOST_CHARACTERS = 2_000
MOST_NODES = 300
MOST_DEPTH = 40
MOST_FUEL = 5_000
MOST_LINES = 50
MOST_TEXT = 10_000
MOST_ITEMS = 1_000
MOST_NUMBER = 10**15

CONSTANTS = {"true": True, "false": False, "null": None}
FUNCTIONS = frozenset({"len", "min", "max", "round", "hari_kerja", "jam_kerja"})
RESERVED = frozenset({"typename"})

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)\s*(.+)", re.ASCII)
_ALLOWED = (
    ast.Expression, ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.IfExp, ast.Call,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
)  # fmt: skip
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


class BadExpression(ValueError):
    """The text is no sentence of our language, or it cannot be worked out. Says why, in Indonesian."""


@dataclass(frozen=True)
class Expression:
    """A checked text, ready to be worked out any number of times."""

    text: str
    tree: ast.expr
    names: frozenset[str]


def compile_expression(text: str) -> Expression:
    """Check the text once; the answer is remembered, also when it is a refusal."""
    outcome = _compiled((text or "").strip())
    if isinstance(outcome, str):
        raise BadExpression(outcome)
    return outcome


def compile_script(text: str) -> tuple[tuple[str, Expression], ...]:
    """The `name = expression` lines of a script task."""
    lines = [line.strip() for line in (text or "").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    if not wanted:
        raise BadExpression("tugas skrip tidak berisi satu baris pun")
    if len(wanted) > MOST_LINES:
        raise BadExpression(f"skrip lebih dari {MOST_LINES} baris")
    return tuple(_assignment(line) for line in wanted)


def is_name(text: str) -> bool:
    """Whether the text may be the name of a variable."""
    return bool(_NAME.fullmatch(text)) and not (
        "__" in text or text in FUNCTIONS or text in CONSTANTS or text in RESERVED or len(text) > 100
    )


def evaluate(text: str, names: Mapping[str, object], functions: Mapping[str, Callable] | None = None) -> object:
    """Work the text out with these variables; `functions` adds the calendar's to the built-in ones."""
    return _Walk(names, functions or {}).value(compile_expression(text).tree)


def _assignment(line: str) -> tuple[str, Expression]:
    found = _LINE.fullmatch(line)
    if not found:
        raise BadExpression(f"baris “{line[:80]}” bukan bentuk nama = ungkapan")
    name, right = found.groups()
    if not is_name(name):
        raise BadExpression(f"nama “{name}” tidak boleh dipakai")
    return name, compile_expression(right)


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Expression | str:
    try:
        tree = _parsed(text)
        _check(tree)
    except BadExpression as refusal:
        return str(refusal)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in called and node.id not in CONSTANTS
    }
    return Expression(text, tree, frozenset(names))


def _parsed(text: str) -> ast.expr:
    if not text:
        raise BadExpression("ungkapan kosong")
    if len(text) > MOST_CHARACTERS:
        raise BadExpression(f"ungkapan lebih dari {MOST_CHARACTERS} huruf")
    if "\n" in text:
        text = f"({text})"
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadExpression("ungkapan tidak dapat dibaca; periksa tanda petik, kurung, dan tanda ==") from None


def _check(tree: ast.expr) -> None:
    level, seen, depth = [tree], 0, 0
    while level:
        seen, depth = seen + len(level), depth + 1
        if seen > MOST_NODES or depth > MOST_DEPTH:
            raise BadExpression("ungkapan terlalu panjang atau terlalu dalam")
        for node in level:
            _check_node(node)
        level = [child for node in level for child in ast.iter_child_nodes(node)]


def _check_node(node: ast.AST) -> None:
    if not isinstance(node, _ALLOWED):
        raise BadExpression(f"{_NAMED.get(type(node), type(node).__name__)} tidak boleh dipakai dalam ungkapan")
    if isinstance(node, ast.Call):
        _check_call(node)
    elif isinstance(node, ast.Name) and not (
        is_name(node.id) or node.id in FUNCTIONS or node.id in CONSTANTS
    ):
        raise BadExpression(f"nama “{node.id[:60]}” tidak boleh dipakai")
    elif isinstance(node, ast.Constant):
        _plain(node.value)
    elif isinstance(node, ast.Compare):
        _check_is(node)


_NAMED = {
    ast.Attribute: "titik (atribut)",
    ast.Subscript: "kurung siku",
    ast.Lambda: "lambda",
    ast.Pow: "pangkat (**)",
    ast.Starred: "tanda bintang",
    ast.JoinedStr: "teks f\"…\"",
    ast.NamedExpr: "penugasan :=",
    ast.Dict: "kamus",
    ast.Set: "himpunan",
    ast.ListComp: "perulangan",
    ast.GeneratorExp: "perulangan",
    ast.keyword: "argumen bernama",
}


def _check_call(node: ast.Call) -> None:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        raise BadExpression(f"hanya fungsi ini yang boleh dipanggil: {', '.join(sorted(FUNCTIONS))}")
    if node.keywords or not node.args:
        raise BadExpression(f"fungsi {node.func.id} memerlukan nilai di dalam kurung, tanpa nama")


def _check_is(node: ast.Compare) -> None:
    for sort, right in zip(node.ops, node.comparators, strict=True):
        nothing = isinstance(right, ast.Constant) and right.value is None
        if isinstance(sort, ast.Is | ast.IsNot) and not (nothing or getattr(right, "id", "") == "null"):
            raise BadExpression("“is” hanya untuk None; pakai == untuk membandingkan")


def _plain(value: object) -> object:
    """The value, or a refusal when it is of a kind or size that our language does not know."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > MOST_NUMBER:
            raise BadExpression("bilangan terlalu besar")
    elif isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise BadExpression("teks terlalu panjang")
    elif isinstance(value, list):
        if len(value) > MOST_ITEMS:
            raise BadExpression("daftar terlalu panjang")
    elif not isinstance(value, dict):
        raise BadExpression("nilai jenis ini tidak dikenal")
    return value


class _Walk:
    """One working-out of one tree: variables, functions and the fuel that is left."""

    def __init__(self, names: Mapping[str, object], functions: Mapping[str, Callable]) -> None:
        self.names = names
        self.functions = {"len": len, "min": min, "max": max, "round": _round, **functions}
        self.fuel = MOST_FUEL

    def value(self, node: ast.expr) -> object:
        self.fuel -= 1
        if self.fuel < 0:
            raise BadExpression("ungkapan terlalu berat")
        return _VISIT[type(node)](self, node)

    def name(self, node: ast.Name) -> object:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in FUNCTIONS:
            raise BadExpression(f"fungsi {node.id} harus dipanggil dengan kurung")
        return _plain(self.names.get(node.id))

    def sequence(self, node: ast.List | ast.Tuple) -> object:
        return [self.value(item) for item in node.elts]

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
                return _plain(left + right)
            return _plain(_number(left) + _number(right))
        return _plain(_guarded(_ARITHMETIC[type(node.op)], _number(left), _number(right)))

    def call(self, node: ast.Call) -> object:
        function = self.functions.get(node.func.id)
        if function is None:
            raise BadExpression(f"fungsi {node.func.id} tidak tersedia di sini")
        values = [self.value(argument) for argument in node.args]
        self._weigh(*values)
        return _plain(_guarded(function, *values))

    def _weigh(self, *values: object) -> None:
        self.fuel -= sum(len(value) for value in values if isinstance(value, list | dict))


_VISIT: dict[type, Callable] = {
    ast.Constant: lambda _walk, node: node.value,
    ast.Name: _Walk.name,
    ast.List: _Walk.sequence,
    ast.Tuple: _Walk.sequence,
    ast.IfExp: _Walk.choice,
    ast.BoolOp: _Walk.logic,
    ast.UnaryOp: _Walk.unary,
    ast.Compare: _Walk.comparison,
    ast.BinOp: _Walk.arithmetic,
    ast.Call: _Walk.call,
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
        said = str(mishap) if isinstance(mishap, BadExpression) else "nilai-nilai ini tidak dapat dihitung atau dibandingkan"
        raise BadExpression(said) from None
