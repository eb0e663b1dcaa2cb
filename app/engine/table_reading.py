"""Turns the XML of one decision table into a table that can decide, and names what in it cannot be used."""

from lxml import etree

from app.engine import unary
from app.engine.decision_texts import MOST_SHOWN, Texts
from app.engine.language import BadExpression, Expression, compile_expression
from app.engine.tables import AGGREGATIONS, ANYTHING, POLICIES, RANKED, Input, Output, Rule, Table
from app.engine.trilean import Walk

MOST_RULES = 1_000
MOST_COLUMNS = 50
NOTHING = compile_expression("null")


def table(texts: Texts, element: etree._Element, result_name: str) -> Table:
    """The table; `result_name` is for its only output when that has no name."""
    policy = " ".join(element.get("hitPolicy", "UNIQUE").upper().split())
    aggregation = element.get("aggregation", "").upper()
    columns, results, rows = (texts.all(element, tag) for tag in ("input", "output", "rule"))
    if not _fits(texts, element, len(columns) + len(results), len(rows)):
        return Table(policy, aggregation, (), (), ())
    inputs = tuple(_input(texts, column, place) for place, column in enumerate(columns, 1))
    outputs = tuple(_output(texts, column, place, result_name) for place, column in enumerate(results, 1))
    _check_outputs(texts, element, outputs, [column.get("name") for column in results])
    _check_policy(texts, element, policy, aggregation, outputs)
    rules = tuple(_rule(texts, row, number, inputs, outputs) for number, row in enumerate(rows, 1))
    if policy == "UNIQUE":
        _check_twins(texts, element, rules)
    return Table(policy, aggregation, inputs, outputs, rules)


def _fits(texts: Texts, element: etree._Element, columns: int, rules: int) -> bool:
    if columns > MOST_COLUMNS or rules > MOST_RULES:
        message = (
            f"Tabel keputusan “{texts.name}” punya lebih dari {MOST_RULES} aturan atau {MOST_COLUMNS} kolom."
        )
        texts.say("dmn-ukuran", element, message, "Pecah menjadi beberapa keputusan.")
        return False
    if not rules:
        message = f"Tabel keputusan “{texts.name}” belum punya aturan."
        texts.say("dmn-kosong", element, message, "Isi paling sedikit satu aturan.", blocks=False)
    return True


def _input(texts: Texts, element: etree._Element, place: int) -> Input:
    label = (element.get("label") or "")[:MOST_SHOWN]
    where = f"kolom masukan {place}{f' “{label}”' if label else ''}"
    expression = texts.one(element, "inputExpression")
    if expression is None or not texts.text(expression):
        message = f"Keputusan “{texts.name}”, {where}: belum ada ungkapan masukan."
        texts.say("dmn-masukan", element, message, "Tulis nama variabel yang dilihat kolom ini.")
        return Input(label or str(place), NOTHING)
    allowed = texts.one(element, "inputValues")
    return Input(
        label or texts.text(expression)[:MOST_SHOWN],
        texts.value(expression, where) or NOTHING,
        ANYTHING if allowed is None else texts.cell(allowed, f"{where}, nilai masukan"),
    )


def _output(texts: Texts, element: etree._Element, place: int, result_name: str) -> Output:
    name = element.get("name") or result_name
    where = f"kolom hasil {place} “{name[:MOST_SHOWN]}”"
    allowed, default = texts.one(element, "outputValues"), texts.one(element, "defaultOutputEntry")
    cell = ANYTHING if allowed is None else texts.cell(allowed, f"{where}, nilai keluaran")
    value = None
    if default is not None and texts.text(default):
        value = texts.value(default, f"{where}, nilai bawaan")
        _check_result(texts, default, f"{where}, nilai bawaan", cell, value)
    return Output(name, cell, unary.listed(cell), value)


def _check_outputs(
    texts: Texts, element: etree._Element, outputs: tuple[Output, ...], given: list[str | None]
) -> None:
    if not outputs:
        message = f"Tabel keputusan “{texts.name}” tidak punya kolom hasil yang dapat dipakai."
        texts.say("dmn-ukuran", element, message, "Tambahkan paling sedikit satu kolom hasil.")
    if len(outputs) > 1 and not all(given):
        message = f"Keputusan “{texts.name}” punya beberapa kolom hasil, tetapi ada yang belum bernama."
        texts.say("dmn-nama", element, message, "Beri setiap kolom hasil nama sendiri.")
        return
    seen: set[str] = set()
    for place, output in enumerate(outputs, 1):
        texts.check_name(output.name, element, f"kolom hasil {place}")
        if output.name in seen:
            message = (
                f"Keputusan “{texts.name}”: nama “{output.name[:MOST_SHOWN]}” dipakai oleh dua kolom hasil."
            )
            texts.say("dmn-nama", element, message, "Beri setiap kolom hasil nama sendiri.")
        seen.add(output.name)


def _check_policy(
    texts: Texts, element: etree._Element, policy: str, aggregation: str, outputs: tuple[Output, ...]
) -> None:
    if policy not in POLICIES:
        message = f"Keputusan “{texts.name}”: hit policy “{policy[:40]}” tidak dikenal."
        texts.say("dmn-hit-policy", element, message, f"Pakai salah satu dari {', '.join(POLICIES)}.")
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS or len(outputs) > 1):
        message = f"Keputusan “{texts.name}”: penggabung “{aggregation[:40]}” tidak dapat dipakai di sini."
        advice = f"Pakai {', '.join(AGGREGATIONS)} dengan COLLECT dan satu kolom hasil."
        texts.say("dmn-penggabung", element, message, advice)
    if policy in RANKED and outputs and not any(output.ranks for output in outputs):
        message = f"Keputusan “{texts.name}”: {policy} memerlukan nilai keluaran, tetapi tidak satu kolom pun punya."
        advice = 'Isi nilai keluaran dari yang terpenting, misalnya "tolak","setuju".'
        texts.say("dmn-urutan", element, message, advice)


def _rule(
    texts: Texts, element: etree._Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Rule:
    cells, results = texts.all(element, "inputEntry"), texts.all(element, "outputEntry")
    if len(cells) != len(inputs) or len(results) != len(outputs):
        message = f"Keputusan “{texts.name}”, aturan {number}: jumlah selnya tidak sama dengan jumlah kolom."
        texts.say("dmn-sel", element, message, "Simpan ulang tabel itu dengan penyunting DMN.")
        return Rule(number, (), ())
    tests = tuple(
        texts.cell(cell, f"aturan {number}, kolom masukan {place} “{column.label}”")
        for place, (cell, column) in enumerate(zip(cells, inputs, strict=True), 1)
    )
    values = tuple(
        _result(texts, cell, f"aturan {number}, kolom hasil {place} “{column.name[:MOST_SHOWN]}”", column)
        for place, (cell, column) in enumerate(zip(results, outputs, strict=True), 1)
    )
    return Rule(number, tests, values)


def _result(texts: Texts, element: etree._Element, where: str, column: Output) -> Expression | None:
    if texts.text(element) in ("", "-"):
        return None
    value = texts.value(element, where)
    _check_result(texts, element, where, column.allowed, value)
    return value


def _check_result(
    texts: Texts, element: etree._Element, where: str, allowed: unary.Cell, value: Expression | None
) -> None:
    """A result that is the same for every case is held against the admitted values at once."""
    known = unary.constant(value) if value and not allowed.names else ()
    if known and not _admits(allowed, known[0]):
        shown, listed = value.text[:MOST_SHOWN], allowed.text[:MOST_SHOWN]
        message = f"Keputusan “{texts.name}”, {where}: hasil {shown} tidak termasuk nilai keluaran {listed}."
        texts.say("dmn-nilai", element, message, "Perbaiki hasilnya atau tambahkan pada nilai keluaran.")


def _admits(allowed: unary.Cell, value: object) -> bool:
    try:
        return Walk({}, {}).holds(allowed.test, value)
    except BadExpression:
        return False


def _check_twins(texts: Texts, element: etree._Element, rules: tuple[Rule, ...]) -> None:
    """Two equal rows of a UNIQUE table can only ever fail together."""
    seen: dict[tuple[str, ...], int] = {}
    for rule in rules:
        first = seen.setdefault(tuple(cell.text for cell in rule.tests), rule.number)
        if first != rule.number and rule.tests:
            message = (
                f"Keputusan “{texts.name}”: aturan {first} dan {rule.number} punya syarat yang sama (UNIQUE)."
            )
            texts.say("dmn-kembar", element, message, "Hapus salah satu, atau pakai hit policy lain.")
