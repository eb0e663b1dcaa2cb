"""How the form of a step is laid out as a decision: what is asked in any case, and what only a "no" needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.forms import Field, Form
from app.errors import Invalid

DECISION = "keputusan"
CONSENT = "setuju"  # also "setuju_bersyarat"; whatever else there is to decide goes another way
RETURN, REFUSAL = "kembalikan", "tolak"
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Choice:
    """One button: the decision it stands for and what it says."""

    value: str
    words: str


@dataclass(frozen=True)
class Decision:
    """A step's form, its decision drawn as buttons."""

    question: str
    forward: tuple[Choice, ...]
    against: tuple[Choice, ...]
    asked: tuple[Field, ...]  # besides the decision itself
    asked_against: tuple[Field, ...]  # only when it does not go forward

    @property
    def words_against(self) -> str:
        """What the folded part is called."""
        usual = [choice.value for choice in self.against] == ["kembalikan", "tolak"]
        return "Kembalikan atau tolak" if usual else "Keputusan lain"


def arrange(form: Form) -> Decision:
    """The buttons and fields of a step."""
    asked = form.field(DECISION) if DECISION in form and form.field(DECISION).kind == "choice" else None
    options = asked.options if asked else ()
    choices = [Choice(option.value, form.buttons.get(option.value, option.title)) for option in options]
    forward = tuple(choice for choice in choices if choice.value.startswith(CONSENT)) or tuple(choices[:1])
    against = tuple(choice for choice in choices if choice not in forward)
    others = [field for field in form.fields if field is not asked]
    late = {field.name for field in others if _is_against(field, {choice.value for choice in forward})}
    return Decision(
        question=asked.title if asked else "",
        forward=forward,
        against=against,
        asked=tuple(_explained(field, forward) for field in others if field.name not in late),
        asked_against=tuple(_explained(field, against) for field in others if field.name in late),
    )


NOTHING_ASKED = Decision("", (), (), (), ())
"""A step without a form: there is only the button that finishes it."""


def refuse_without_reason(form: Form, answers: Mapping[str, Any]) -> None:
    """Whatever the form says: nobody is sent back or refused without being told why and what to do. Raises Invalid."""
    decision = answers.get(DECISION)
    if decision not in (RETURN, REFUSAL):
        return
    problems = {}
    if len(answers.get("alasan", "").strip()) < SHORTEST_REASON:
        problems["alasan"] = (
            f"Tulis alasannya, sedikitnya {SHORTEST_REASON} karakter. Pemohon akan membacanya."
        )
    if decision == RETURN and "perbaikan" in form and not answers.get("perbaikan"):
        problems["perbaikan"] = "Pilih isian yang harus diperbaiki pemohon."
    if problems:
        raise Invalid(fields=problems)


def _is_against(field: Field, forward: set[str]) -> bool:
    condition = field.condition
    return condition is not None and condition.field == DECISION and not forward & set(condition.values)


def _explained(field: Field, among: Sequence[Choice]) -> Field:
    """The field as it stands beside its buttons; its hint says which of them it is for, where not for all."""
    condition = field.condition
    if condition is None or condition.field != DECISION:
        return field
    meant = [choice.words for choice in among if choice.value in condition.values]
    hint = (
        f"Untuk “{'” atau “'.join(meant)}”. {field.hint}".strip() if len(meant) < len(among) else field.hint
    )
    return replace(field, condition=None, hint=hint)
