"""What is wrong with a drawing, said to the person who drew it: what, where, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import Invalid


@dataclass(frozen=True)
class Problem:
    """One finding. `blocks` means that the engine cannot run the drawing at all, not only that it should not."""

    rule: str
    element: str
    name: str
    message: str
    advice: str
    blocks: bool = True

    @property
    def sentence(self) -> str:
        where = f"“{self.name}” ({self.element})" if self.name else self.element
        return f"{where}: {self.message} {self.advice}"


def refuse(problems: Iterable[Problem]) -> None:
    """Refuse a drawing with all that is wrong with it."""
    found = tuple(problems)
    if found:
        raise Invalid("Diagram belum dapat dipakai. {sentence}", sentence=found[0].sentence, problems=found)
