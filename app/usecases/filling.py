"""What the people of a played journey fill in, checked by the rules of the real forms; nothing is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain import decisions, forms
from app.domain.forms import Field, Form
from app.domain.journeys import Answers, Deed, Files
from app.engine import Waiting
from app.usecases.casework import Published

Areas = Callable[[str, str], bool]  # whether there is such a unit on this level


class Astray(Exception):
    """The case does not do what the journey says."""

    def __init__(self, expected: str, actual: str) -> None:
        self.expected, self.actual = expected, actual
        super().__init__(actual)


@dataclass
class Papers:
    """The forms of one case as far as they are filled in. What each deed gives back is what the drawing reads of it."""

    version: Published
    areas: Areas
    application: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, dict] = field(default_factory=dict)  # step → its newest answers
    said_no: list[str] = field(default_factory=list)  # steps that returned or refused, the latest last
    uploads: int = 0

    def apply(self, answers: Answers, files: Files, today: date) -> dict[str, Any]:
        """The applicant fills in the whole form. Raises Invalid, Astray."""
        form = self.form()
        typed = self._typed(form, answers, files)
        self.application = forms.clean(form, typed, today=today, areas=self.areas)
        return self._read_by_drawing(self.application)

    def decide(self, deed: Deed, today: date) -> dict[str, Any]:
        """An official fills in the form of a step, if it has one. Raises Invalid, Astray."""
        form = self.version.step_form(deed.step)
        if form is None:
            return {}
        typed = self._typed(form, deed.answers, deed.files)
        answers = forms.clean(form, typed, today=today, areas=self.areas, applicant=self.form())
        decisions.refuse_without_reason(form, answers)
        self.answers[deed.step] = answers
        if answers.get(decisions.DECISION) in (decisions.RETURN, decisions.REFUSAL):
            self.said_no.append(deed.step)
        return self._read_by_drawing(answers)

    def correct(self, deed: Deed, task: Waiting, today: date) -> dict[str, Any]:
        """The applicant mends what was asked for; the rest stays as it was sent. Raises Invalid, Astray."""
        form, before = self.form(), self.application
        wanted = self._wanted(form, task)
        if deed.only is not None and set(deed.only) != set(wanted):
            raise Astray(f"terbuka {', '.join(deed.only)}", f"terbuka {', '.join(wanted)}")
        kept = {name: before.get(name) for name in wanted if not form.field(name).is_upload}
        typed = before | self._typed(form.narrowed(wanted), kept | dict(deed.answers), deed.files)
        found = forms.clean(form, typed, today=today, areas=self.areas, only=wanted)
        self.application = forms.merged(form, before, found, wanted)
        changed = forms.changed(form, before, self.application)
        return self._read_by_drawing(self.application) | ({"isi_berubah": True} if changed else {})

    def form(self) -> Form:
        """The applicant's form. Raises Astray where the drawing names none."""
        form = self.version.applicant_form()
        if form is None:
            raise Astray("formulir pemohon", "start event belum menyebut formulir (formJsonSchemaFilename)")
        return form

    def _wanted(self, form: Form, task: Waiting) -> tuple[str, ...]:
        """The fields that whoever returned the application asked for; all where none was named."""
        asked_by = str(task.variables.get("langkah", ""))
        askers = [step for step in self.said_no if asked_by in ("", step)]
        named = self.answers[askers[-1]].get("perbaikan") or () if askers else ()
        return tuple(name for name in named if name in form) or form.names

    def _typed(self, form: Form, answers: Answers, files: Files) -> dict[str, Any]:
        """What the pages of a form would have posted, and the files that were kept."""
        uploads = {asked.name for asked in form.requirements}
        if unknown := [name for name in answers if name not in form or name in uploads]:
            raise Astray(
                f"isian formulir “{form.title}”", f"isian {', '.join(unknown)} tidak terbuka di sana"
            )
        if unknown := [name for name in files if name not in uploads]:
            raise Astray(
                f"unggahan formulir “{form.title}”", f"unggahan {', '.join(unknown)} tidak terbuka di sana"
            )
        typed = forms.raw(form, posted(answers))
        return typed | {
            asked.name: self._uploaded(asked, files.get(asked.name, [])) for asked in form.requirements
        }

    def _uploaded(self, asked: Field, named: str | list[str]) -> list[str]:
        """The files of a field after these were added: one replaces, several join those that were there."""
        count = 1 if isinstance(named, str) else len(named)
        new = [f"berkas-{self.uploads + at}" for at in range(count)]
        self.uploads += count
        kept = list(self.application.get(asked.name) or ())
        return [*kept, *new] if asked.kind == "files" or not new else new

    def _read_by_drawing(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        return {name: answers[name] for name in self.version.drawing.variables & answers.keys()}


def posted(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Clean answers as a browser posts them: flat names, text only."""
    flat: dict[str, Any] = {}
    for name, value in answers.items():
        rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        for at, row in enumerate(rows):
            flat |= {f"{name}.{at}.{child}": _text(text) for child, text in row.items()}
        if not rows:
            flat[name] = [_text(each) for each in value] if isinstance(value, list) else _text(value)
    return flat


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)
