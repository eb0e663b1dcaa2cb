"""The texts of a DMN file, checked one by one, with a finding for each that cannot be used."""

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from app.engine import unary
from app.engine.language import BadExpression, Expression, is_name
from app.engine.problems import Problem
from app.engine.unary import Cell

_T = TypeVar("_T")
MOST_SHOWN = 80
MOST_LETTERS = 250_000
MOST_FINDINGS = 200
CELL_ADVICE = 'Tulis misalnya "lunas", > 5, [1..5], "a","b", atau not("a"); kosongkan bila semua nilai boleh.'
VALUE_ADVICE = 'Tulis satu ungkapan, misalnya jumlah * 2 atau "disetujui".'
NAME_ADVICE = "Pakai huruf, angka, dan garis bawah, diawali huruf, misalnya hasil_periksa."
LANGUAGE_ADVICE = "Tulis dengan FEEL atau bahasa ungkapan Alur, lalu hapus pilihan bahasanya."


class Texts:
    """One reading of one file: what was found so far, and in which decision we are."""

    def __init__(self, path: str, namespace: str) -> None:
        self.path, self.namespace = path, namespace
        self.problems: list[Problem] = []
        self.id, self.name = path, ""
        self._letters = 0

    def enter(self, decision: etree._Element) -> None:
        """What is found from here on is this decision's."""
        self.id = decision.get("id") or self.path
        self.name = (decision.get("name") or decision.get("id") or "")[:MOST_SHOWN]

    def say(
        self, rule: str, element: etree._Element, message: str, advice: str, *, blocks: bool = True
    ) -> None:
        """Write a finding down, at the element if it has an id, else at the decision; enough is enough."""
        if len(self.problems) >= MOST_FINDINGS:
            return
        place = element.get("id") or self.id
        problem = Problem(rule, place, self.name, message, advice, blocks)
        self.problems.append(problem if place == self.path else problem.at(self.path))

    def all(self, element: etree._Element, tag: str) -> list[etree._Element]:
        return element.findall(f"{{{self.namespace}}}{tag}")

    def one(self, element: etree._Element, tag: str) -> etree._Element | None:
        return element.find(f"{{{self.namespace}}}{tag}")

    def cell(self, element: etree._Element, where: str) -> Cell:
        """A cell of conditions, or a list of values that a column admits."""
        return self._compiled(element, where, _cell, CELL_ADVICE) or Cell(self.text(element), None)

    def value(self, element: etree._Element, where: str) -> Expression | None:
        """A cell of results, or any other expression; nothing for one that cannot be used."""
        return self._compiled(element, where, _value, VALUE_ADVICE)

    def text(self, element: etree._Element) -> str:
        found = self.one(element, "text")
        return "" if found is None else (found.text or "").strip()

    def check_language(self, element: etree._Element) -> None:
        """Another language's sentence can look like ours and mean something else."""
        named = element.get("expressionLanguage", "")
        if named and not any(known in named.lower() for known in ("feel", "python")):
            message = f"Bahasa ungkapan “{named[:MOST_SHOWN]}” tidak dikenal."
            self.say("dmn-bahasa", element, message, LANGUAGE_ADVICE)

    def check_name(self, name: str, element: etree._Element, where: str) -> None:
        """A name that is to be a variable must be able to."""
        if not is_name(name):
            message = f"Keputusan “{self.name}”, {where}: nama “{name[:MOST_SHOWN]}” tidak dapat dipakai."
            self.say("dmn-nama", element, message, NAME_ADVICE)

    def _compiled(
        self, element: etree._Element, where: str, compiled: Callable[[str], _T], advice: str
    ) -> _T | None:
        self.check_language(element)
        text = self.text(element)
        if self._is_too_much(element, len(text)):
            return None
        try:
            return compiled(text)
        except BadExpression as why:
            shown = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
            message = f"Keputusan “{self.name}”, {where}: sel DMN “{shown}” tidak dapat dibaca: {why}."
            self.say("dmn-sel", element, message, advice)
            return None

    def _is_too_much(self, element: etree._Element, letters: int) -> bool:
        """All texts together cost time to read, as one alone would; said once, at the text where it is too much."""
        before, self._letters = self._letters, self._letters + letters
        if before <= MOST_LETTERS < self._letters:
            message = f"Isi semua sel berkas ini lebih dari {MOST_LETTERS} huruf."
            self.say("dmn-ukuran", element, message, "Pecah menjadi beberapa berkas.")
        return self._letters > MOST_LETTERS


def _cell(text: str) -> Cell:
    cell = unary.compile_cell(text)
    unary.listed(cell)  # what can never be worked out is found before a case meets it
    return cell


def _value(text: str) -> Expression:
    expression = unary.compile_value(text)
    unary.constant(expression)
    return expression
