"""Which texts are sentences of the diagrams' small language: checked once against an allow-list, never run."""

import ast
import keyword
import re
from dataclasses import dataclass
from functools import lru_cache

MOST_CHARACTERS = 2_000
MOST_NODES = 300
MOST_DEPTH = 40
MOST_LINES = 50
MOST_TEXT = 10_000
MOST_ITEMS = 1_000
MOST_NUMBER = 10**15
MOST_NAME = 100

CONSTANTS = {"true": True, "false": False, "null": None}
FUNCTIONS = frozenset({"len", "min", "max", "round", "hari_kerja", "jam_kerja"})
RESERVED = frozenset({"typename"})
INPUT = "?"  # what a cell of a decision table is held against; no text can spell this name

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)\s*(.+)", re.ASCII)
_ALLOWED = (
    ast.Expression, ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.Dict, ast.IfExp, ast.Call,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
    ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod,
)  # fmt: skip


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


def compile_tree(text: str, tree: ast.expr) -> Expression:
    """Check a tree that another notation was turned into, as strictly as a text."""
    _check(tree)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in called and node.id not in (*CONSTANTS, INPUT)
    }
    if named := names & FUNCTIONS:
        raise BadExpression(f"fungsi {min(named)} harus dipanggil dengan kurung")
    return Expression(text, tree, frozenset(names))


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
    taken = text in FUNCTIONS or text in CONSTANTS or text in RESERVED or keyword.iskeyword(text)
    return bool(_NAME.fullmatch(text)) and len(text) <= MOST_NAME and "__" not in text and not taken


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
        return compile_tree(text, parse(text))
    except BadExpression as refusal:
        return str(refusal)


def parse(text: str) -> ast.expr:
    """The tree of a text, not checked yet; refuses what is too long or no sentence at all."""
    if not text:
        raise BadExpression("ungkapan kosong")
    if len(text) > MOST_CHARACTERS:
        raise BadExpression(f"ungkapan lebih dari {MOST_CHARACTERS} huruf")
    if "\n" in text:
        text = f"({text})"
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadExpression(
            "ungkapan tidak dapat dibaca; periksa tanda petik, kurung, dan tanda =="
        ) from None


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
        raise BadExpression(
            f"{_NAMED.get(type(node), type(node).__name__)} tidak boleh dipakai dalam ungkapan"
        )
    if isinstance(node, ast.Call):
        _check_call(node)
    elif isinstance(node, ast.Name) and not (
        is_name(node.id) or node.id in FUNCTIONS or node.id in CONSTANTS or node.id == INPUT
    ):
        raise BadExpression(f"nama “{node.id[:60]}” tidak boleh dipakai")
    elif isinstance(node, ast.Constant):
        _check_letters(plain_value(node.value))
    elif isinstance(node, ast.Compare):
        _check_is(node)
    elif isinstance(node, ast.Dict) and not all(_is_key(key) for key in node.keys):
        raise BadExpression('kunci kamus harus teks berupa nama, misalnya {"nomor": nomor}')


_NAMED = {
    ast.Attribute: "titik (atribut)",
    ast.Subscript: "kurung siku",
    ast.Lambda: "lambda",
    ast.Pow: "pangkat (**)",
    ast.Starred: "tanda bintang",
    ast.JoinedStr: 'teks f"…"',
    ast.NamedExpr: "penugasan :=",
    ast.Set: "himpunan",
    ast.ListComp: "perulangan",
    ast.GeneratorExp: "perulangan",
    ast.keyword: "argumen bernama",
}


def _check_letters(value: object) -> None:
    """What a text spells out must be storable; nothing that is worked out can bring such letters later."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise BadExpression("teks memuat huruf yang tidak dapat disimpan")


def _is_key(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str) and is_name(key.value)


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


def plain_value(value: object) -> object:
    """The value, or a refusal when it is of a kind or size that our language does not know."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not abs(value) <= MOST_NUMBER:  # false for nan as well
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
