"""How the form of a step is laid out as a decision: what is asked in any case, and what only a "no" needs."""

from dataclasses import dataclass

from app.domain.forms import Field, Form

DECISION = "keputusan"
CONSENT = "setuju"  # also "setuju_bersyarat"; whatever else there is to decide goes another way


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


def arrange(form: Form) -> Decision:
    """The buttons and fields of a step."""
    asked = form.field(DECISION) if DECISION in form and form.field(DECISION).kind == "choice" else None
    options = asked.options if asked else ()
    choices = [Choice(option.value, form.buttons.get(option.value, option.title)) for option in options]
    others = [field for field in form.fields if field is not asked]
    forward = tuple(choice for choice in choices if choice.value.startswith(CONSENT)) or tuple(choices[:1])
    late = {field.name for field in others if _is_against(field, {choice.value for choice in forward})}
    return Decision(
        question=asked.title if asked else "",
        forward=forward,
        against=tuple(choice for choice in choices if choice not in forward),
        asked=tuple(field for field in others if field.name not in late),
        asked_against=tuple(field for field in others if field.name in late),
    )


NOTHING_ASKED = Decision("", (), (), (), ())
"""A step without a form: there is only the button that finishes it."""


def _is_against(field: Field, forward: set[str]) -> bool:
    condition = field.condition
    return condition is not None and condition.field == DECISION and not forward & set(condition.values)
