"""What is wrong with a drawing, said to the person who drew it: what, where, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.errors import Invalid


@dataclass(frozen=True)
class Problem:
    """One finding. `blocks` means that the engine cannot run the drawing at all, not only that it should not.

    `path` is the file it belongs to; of a finding about a whole file `element` says it, and `path` stays empty.
    """

    rule: str
    element: str
    name: str
    message: str
    advice: str
    blocks: bool = True
    path: str = ""

    def at(self, path: str) -> "Problem":
        """The same finding, said of this file; one that names its file already stays as it is."""
        return self if self.path else replace(self, path=path)

    @property
    def sentence(self) -> str:
        where = f"“{self.name}” ({self.element})" if self.name else self.element
        return f"{where}: {self.message} {self.advice}"


def refuse(problems: Iterable[Problem]) -> None:
    """Refuse a drawing with all that is wrong with it."""
    found = tuple(problems)
    if found:
        raise Invalid("Diagram belum dapat dipakai. {sentence}", sentence=found[0].sentence, problems=found)
