"""Cells of decision tables: FEEL's unary tests, turned once into checked trees of our own language.

cell = "" | "-" | "not(" tests ")" | tests        tests = test {"," test}
test = [1..5] and its kin | > 5 and its kin | a sentence with `?`, the column's input | a value
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.engine import expressions, language
from app.engine.language import INPUT, BadExpression, Expression
from app.engine.trilean import Day, Walk

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>\d+(?:\.(?!\.)\d*)?(?:[eE][+-]?\d+)?|\.\d+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>\.\.|<=|>=|==|!=|//|\*\*|[-+*/%<>=()\[\],?.]))""",
    re.ASCII | re.VERBOSE,
)
_COMPARE: dict[str, type[ast.cmpop]] = {
    "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "=": ast.Eq, "==": ast.Eq, "!=": ast.NotEq,
}  # fmt: skip
_MOST_TOKENS = 2 * language.MOST_NODES
_HELD = "_"  # how `?` is spelt while Python reads the text; a designer cannot write it
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _Token(NamedTuple):
    kind: str
    text: str


@dataclass(frozen=True)
class Cell:
    """A checked cell: its test of the column's input, or None where every input will do."""

    text: str
    test: Expression | None

    @property
    def names(self) -> frozenset[str]:
        return self.test.names if self.test else frozenset()


def compile_cell(text: str | None) -> Cell:
    """Check a cell once. Raises BadExpression."""
    text = (text or "").strip()
    if text in ("", "-"):
        return Cell(text, None)
    tokens = _tokens(text)
    if _is_inverted(tokens):
        tree: ast.expr = ast.UnaryOp(ast.Not(), _any_of(_tests(tokens[2:-1])))
    else:
        tree = _any_of(_tests(tokens))
    return Cell(text, language.compile_tree(text, tree))


def compile_value(text: str | None) -> Expression:
    """Check the text of an input, an output or a literal expression once. Raises BadExpression."""
    text = (text or "").strip()
    tokens = _tokens(text)
    if any(token.text == INPUT for token in tokens):
        raise BadExpression("tanda ? hanya ada di sel syarat")
    tree = language.parse(_source(tokens))
    if isinstance(tree, ast.Tuple):
        raise BadExpression("koma desimal ditulis sebagai titik (1.5) dan daftar dengan kurung siku ([1, 5])")
    return language.compile_tree(text, tree)


def constant(expression: Expression) -> tuple[object, ...]:
    """The one value of an expression that reads nothing, or nothing for one that does."""
    if expression.names or any(isinstance(node, ast.Call | ast.IfExp) for node in ast.walk(expression.tree)):
        return ()
    return (expressions.Walk({}, {}).value(expression.tree),)


def listed(cell: Cell) -> tuple[object, ...]:
    """The values of a cell that is a plain list of values, in its order; nothing for any other cell."""
    tree = cell.test.tree if cell.test else None
    if not (isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.In) and not cell.names):
        return ()
    return tuple(expressions.Walk({}, {}).value(tree.comparators[0]))


def _tokens(text: str) -> list[_Token]:
    if len(text) > language.MOST_CHARACTERS:
        raise BadExpression(f"isinya lebih dari {language.MOST_CHARACTERS} huruf")
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise BadExpression(_unknown(text[at:].strip()[0]))
        token, at = _Token(found.lastgroup, found[found.lastgroup]), found.end()
        if token.text == _HELD:
            raise BadExpression("nama “_” tidak boleh dipakai")
        if tokens and tokens[-1].kind == token.kind == "text":
            raise BadExpression("dua teks berdampingan; pisahkan dengan koma")
        tokens.append(token)
        if len(tokens) > _MOST_TOKENS:
            raise BadExpression("isinya terlalu panjang")
    return tokens


def _unknown(sign: str) -> str:
    if sign in "\"'":
        return "tanda petik tidak ditutup"
    if sign in "“”‘’":
        return "tanda petik harus lurus, bukan melengkung"
    return f"tanda {sign} tidak boleh dipakai"


def _is_inverted(tokens: Sequence[_Token]) -> bool:
    """Whether this is FEEL's not(...); with a `?` inside it is a sentence like any other."""
    return (
        [token.text for token in tokens[:2]] == ["not", "("]
        and tokens[-1].text == ")"
        and not any(token.text == INPUT for token in tokens)
    )


def _tests(tokens: Sequence[_Token]) -> list[ast.expr]:
    """The tests between the commas; a value that is no test yet stands as it is."""
    tests, at = [], 0
    while True:
        if at >= len(tokens) or tokens[at].text == ",":
            raise BadExpression("ada tempat yang kosong; periksa koma dan kurungnya")
        end = _range_end(tokens, at)
        if end:
            tests.append(_range(tokens[at:end]))
        else:
            end = _comma(tokens, at)
            tests.append(_single(tokens[at:end]))
        if end == len(tokens):
            return tests
        if tokens[end].text != ",":
            raise BadExpression("rentang seperti [1..5] harus berdiri sendiri; pisahkan dengan koma")
        at = end + 1


def _any_of(tests: Sequence[ast.expr]) -> ast.expr:
    values = [test for test in tests if not _is_test(test)]
    others = [test for test in tests if _is_test(test)]
    if values:
        among = ast.Compare(_held(), [ast.In()], [ast.Tuple(values, ast.Load())])
        others = [among, *others]
    return others[0] if len(others) == 1 else ast.BoolOp(ast.Or(), others)


def _is_test(tree: ast.expr) -> bool:
    negation = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
    return negation or isinstance(tree, ast.Compare | ast.BoolOp)


def _held() -> ast.Name:
    return ast.Name(INPUT, ast.Load())


def _comma(tokens: Sequence[_Token], start: int) -> int:
    """Where the test that begins here ends: before the next comma outside all brackets."""
    depth = 0
    for at in range(start, len(tokens)):
        sign = tokens[at].text
        if sign == "," and depth == 0:
            return at
        depth += (sign in ("(", "[")) - (sign in (")", "]"))
    return len(tokens)


def _range_end(tokens: Sequence[_Token], start: int) -> int:
    """Behind the closing bracket of the range that begins here; 0 when none does."""
    if tokens[start].text not in ("[", "(", "]"):
        return 0
    depth, dotted = 0, False
    for at in range(start + 1, len(tokens)):
        sign = tokens[at].text
        closes = sign in (")", "]") or (sign == "[" and dotted)
        if closes and depth == 0:
            return at + 1 if dotted or tokens[start].text == "]" else 0
        dotted = dotted or (sign == ".." and depth == 0)
        depth += (sign in ("(", "[")) - (sign in (")", "]"))
    return 0


def _range(tokens: Sequence[_Token]) -> ast.expr:
    dots = [at for at, token in enumerate(tokens) if token.text == ".."]
    if len(dots) != 1:
        raise BadExpression("rentang ditulis dengan dua batas, misalnya [1..5]")
    low, high = _bound(tokens[1 : dots[0]]), _bound(tokens[dots[0] + 1 : -1])
    _check_order(low, high)
    ops = [
        ast.LtE() if tokens[0].text == "[" else ast.Lt(),
        ast.LtE() if tokens[-1].text == "]" else ast.Lt(),
    ]
    return ast.Compare(low, ops, [_held(), high])


def _check_order(low: ast.expr, high: ast.expr) -> None:
    """A range that no value can ever be in is a slip of the pen."""
    low, high = (constant(language.compile_tree("", bound)) for bound in (low, high))
    if low and high and Walk({}, {}).ordered(ast.Gt, low[0], high[0]) is not False:
        raise BadExpression("rentang ditulis dari yang kecil ke yang besar, dengan dua batas yang sejenis")


def _single(tokens: Sequence[_Token]) -> ast.expr:
    if tokens[0].text in _COMPARE:
        return ast.Compare(_held(), [_COMPARE[tokens[0].text]()], [_bound(tokens[1:])])
    if not any(token.text == INPUT for token in tokens):
        return _operand(tokens)
    within = [token.text for token in tokens[:2]] == [INPUT, "in"] and len(tokens) > 2
    if within and _range_end(tokens, 2) == len(tokens):
        return _range(tokens[2:])
    tree = _marked(language.parse(_source(tokens)))
    if not _is_test(tree) or _holds_loose_list(tree):
        raise BadExpression("kalimat dengan tanda ? harus berupa perbandingan, misalnya 4 < ? < 10")
    return tree


def _holds_loose_list(tree: ast.expr) -> bool:
    """Whether commas stand where they would always be true: `not(? > 5, ? < 2)`, `? > 5 and (a, b)`."""
    loose = (getattr(node, "values", [getattr(node, "operand", None)]) for node in ast.walk(tree))
    return any(isinstance(part, ast.Tuple | ast.List) for parts in loose for part in parts)


def _bound(tokens: Sequence[_Token]) -> ast.expr:
    tree = _operand(tokens)
    if isinstance(tree, ast.Tuple | ast.List):
        raise BadExpression("di samping tanda banding atau rentang harus ada satu nilai, bukan daftar")
    return tree


def _operand(tokens: Sequence[_Token]) -> ast.expr:
    if not tokens or any(token.text == INPUT for token in tokens):
        raise BadExpression("di samping tanda banding atau rentang harus ada satu nilai, tanpa tanda ?")
    tree = _marked(language.parse(_source(tokens)))
    if _is_test(tree):
        raise BadExpression("perbandingan ditulis mulai dari tandanya (> 5), atau dengan ? di tempat isinya")
    return tree


def _source(tokens: Sequence[_Token]) -> str:
    """The same text as Python spells it. A date becomes a text with the mark u, which `_marked` understands."""
    parts, at = [], 0
    while at < len(tokens):
        day = _day(tokens[at : at + 4])
        parts.append(day or {INPUT: _HELD, "=": "=="}.get(tokens[at].text, tokens[at].text))
        at += 4 if day else 1
    return " ".join(parts)


def _day(tokens: Sequence[_Token]) -> str | None:
    if [token.text for token in tokens[:2]] != ["date", "("]:
        return None
    text = tokens[2].text[1:-1] if len(tokens) == 4 and tokens[3].text == ")" else ""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return f'u"{date.fromisoformat(text)}"'
    except ValueError:
        raise BadExpression('tanggal ditulis date("2026-01-31")') from None


def _marked(tree: ast.expr) -> ast.expr:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == _HELD:
            node.id = INPUT
        elif isinstance(node, ast.Constant) and node.kind == "u":
            node.value = Day(node.value)
    return tree
