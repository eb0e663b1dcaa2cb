"""What every deed needs of a case: its drawing and forms, what was answered, who may see it, where it stands."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from app import engine
from app.domain import forms
from app.domain.forms import Form
from app.domain.permissions import CaseFacts, TaskFacts
from app.errors import ProcessFault
from app.storage import cases, holding, people, processes, reach
from app.storage.cases import Answers, Case, Message, Task
from app.storage.sheet import put
from app.usecases.parts import now, parts

APPLICATION = "permohonan"  # where the applicant's own form is kept, whatever its step is called
APPLICANT = "pemohon"
NO_FORM = Form("", "", (), ())


@dataclass(frozen=True)
class Published:
    """One published version, read once: immutable, so it may be kept for as long as the process lives."""

    service: str
    drawing: engine.Drawing
    files: dict[str, bytes]
    forms: dict[tuple[str, str | None], Form] = field(default_factory=dict)  # read so far

    def schema(self, name: str, ui_name: str | None) -> tuple[dict, dict]:
        """A schema file and its uiSchema file, read."""
        folder = f"forms/{self.service}/"
        ui = orjson.loads(self.files[folder + ui_name]) if ui_name and folder + ui_name in self.files else {}
        if folder + name not in self.files:
            raise ProcessFault(f"{folder}{name} is not part of this version")
        return orjson.loads(self.files[folder + name]), ui

    def form(self, name: str, ui_name: str | None) -> Form:
        """The form of a schema file and its uiSchema file."""
        if (name, ui_name) not in self.forms:
            self.forms[name, ui_name] = forms.read(*self.schema(name, ui_name))
        return self.forms[name, ui_name]

    def applicant_schema(self) -> tuple[dict, dict]:
        """The files of the form of its start event; nothing where it has none."""
        start = self._entrance
        return self.schema(start.form, start.form_ui) if start else ({}, {})

    def applicant_form(self) -> Form | None:
        """The form of its start event, if it has one."""
        start = self._entrance
        return self.form(start.form, start.form_ui) if start else None

    def step_schema(self, step_id: str) -> tuple[dict, dict]:
        """The files of a step's form; nothing where it has none."""
        step = self.drawing.steps.get(step_id)
        return self.schema(step.form, step.form_ui) if step and step.form else ({}, {})

    def step_form(self, step_id: str) -> Form | None:
        """The form of a step, if it has one."""
        step = self.drawing.steps.get(step_id)
        return self.form(step.form, step.form_ui) if step and step.form else None

    @property
    def _entrance(self) -> engine.StepOutline | None:
        return next(
            (step for step in self.drawing.steps.values() if step.kind == "start" and step.form), None
        )

    def letter(self, name: str) -> str:
        """The text of a letter template."""
        path = f"templates/letters/{self.service}/{name}"
        if path not in self.files:
            raise ProcessFault(f"{path} is not part of this version")
        return self.files[path].decode()


@dataclass(frozen=True)
class Station:
    """One stop of the line the applicant sees."""

    label: str
    holder: str
    state: str  # done | now | later | returned | refused
    since: datetime | None
    until: datetime | None


def published(version_id: int, process_id: str | None = None) -> Published:
    """A version's drawing and files, from memory after the first time; with a process id, of that other pool."""
    known = parts().published
    if (version_id, process_id) not in known:
        known[version_id, process_id] = _read(version_id, process_id)
    return known[version_id, process_id]


def drawing_of(version_id: int, process_id: str | None = None) -> engine.Drawing:
    """What a version draws: its main process, or another pool. Of a case, give both of what it holds."""
    return published(version_id, process_id).drawing


def applicant_form(version_id: int, process_id: str | None = None) -> Form:
    """The form the applicant fills in: the one of the start event. Another pool may have none, which asks nothing."""
    version = published(version_id, process_id)
    form = version.applicant_form()
    if form is None and process_id is None:
        raise ProcessFault(f"{version.drawing.process_id} has no applicant's form on its start event")
    return form or NO_FORM


def step_form(version_id: int, step_id: str, process_id: str | None = None) -> Form | None:
    """The form of a step (human, or one with which a case begins), if it has one."""
    return published(version_id, process_id).step_form(step_id)


def understood(case: Case, event: engine.Event) -> dict[str, object]:
    """What the case's drawing reads of that which an event brings."""
    drawing = drawing_of(case.version_id, case.process_id)
    brought = event.payload if isinstance(event.payload, dict) else {}
    return {name: brought[name] for name in drawing.variables & brought.keys()}


def store_answers(
    case: Case, step: str, form: str, answers: dict, *, by: str, person_id: int | None = None
) -> None:
    """Keep one filled-in form, sealed to its case; earlier ones stay."""
    sealed = parts().sealer.seal_json(answers, answers_context(case.id))
    put(
        Answers, case_id=case.id, step=step, form=form, sealed=sealed, at=now(), person_id=person_id, by=by
    )  # fmt: skip


def tell(case: Case, reader: str, text: str, *, unit_id: int | None = None) -> None:
    """Leave a notice where its reader looks: the tracking page ("pemohon"), or the inbox of an office."""
    sealed = parts().sealer.seal_text(text, f"message:{case.id}")
    put(Message, case_id=case.id, audience=reader, unit_id=unit_id, sealed=sealed, at=now())


def open_answers(row: Answers) -> dict:
    return parts().sealer.open_json(row.sealed, answers_context(row.case_id))


def answers_context(case_id: int) -> str:
    """What an answer is sealed to: moved to another case, it does not open."""
    return f"answers:{case_id}"


def answers_of(case_id: int) -> dict[str, dict]:
    """Step → its newest answers; the applicant's own under APPLICATION."""
    return {step: open_answers(row) for step, row in cases.latest_answers(case_id).items()}


def case_facts(case: Case) -> CaseFacts:
    around = holding.seen(case)
    if around is not None:
        return CaseFacts(case.confidential, around.reach, around.conflicted)
    return CaseFacts(case.confidential, reach.reach_of(case.id), reach.conflicted_in(case.id))


def task_facts(task: Task) -> TaskFacts:
    return TaskFacts(case_facts(task.case), task.role_key, task.unit_id, task.taken_by_id)


def turned_back(case: Case) -> Task | None:
    """The step that asked for the correction the case waits for, else the one that last said no.

    Offices that work side by side may each ask for one: they are mended in the order they were asked for.
    """
    tasks = cases.tasks_of(case.id)
    asked = next((t.returned_by for t in tasks if t.status == "open" and t.role_key == APPLICANT), "")
    said_no = [t for t in tasks if t.decision in {"kembalikan", "tolak"} and asked in ("", t.step)]
    last = case.variables.get("langkah")
    return max(said_no, key=lambda task: (task.done_at, task.step == last), default=None)


def stations(case: Case) -> list[Station]:
    """The line of stations of a case, in walking order; whoever took a step over stands in its place."""
    drawing = drawing_of(case.version_id, case.process_id)
    steps = drawing.steps
    visits: dict[str, list[Task]] = {}
    for task in cases.tasks_of(case.id):
        visits.setdefault(steps[task.step].properties.get("menggantikan", task.step), []).append(task)
    roles = {key: role.name for key, role in people.roles().items()}
    returned = _returned_station(case, visits)
    found = []
    for step in drawing.outline:
        if step.public_label and step.role != APPLICANT:
            state = _state(case, step.id, visits.get(step.id, []), returned)
            found += [_station(step, state, visits.get(step.id, []), roles)] if state else []
    return found


def _read(version_id: int, process_id: str | None) -> Published:
    if process_id is not None:
        main = published(version_id)
        return replace(main, drawing=engine.read(main.files, process_id))
    version = processes.get_version(version_id)
    files = processes.files_of(version_id)
    return Published(version.service_code, engine.read(files, version.main), files)


def _returned_station(case: Case, visits: dict[str, list[Task]]) -> str | None:
    """The station that waits for the applicant's correction, if the case does."""
    waiting = any(
        task.status == "open" and task.role_key == APPLICANT for at in visits.values() for task in at
    )
    last = turned_back(case) if waiting else None
    return next((station for station, at in visits.items() if last in at), None)


def _state(case: Case, step: str, visits: list[Task], returned: str | None) -> str | None:
    last = visits[-1] if visits else None
    if last is None or last.status == "cancelled":
        return "later" if case.is_open else None
    if last.status == "open":
        return "now"
    if step == returned:
        return "returned"
    return "refused" if case.outcome == "ditolak" and last.decision == "tolak" else "done"


def _station(step: engine.StepOutline, state: str, visits: list[Task], roles: dict[str, str]) -> Station:
    last = visits[-1] if visits else None
    holder = step.lane
    if last is not None and last.unit is not None:
        holder = people.office_title(roles.get(last.role_key, step.lane), last.unit.name)
    return Station(
        step.public_label, holder, state, last.created_at if last else None, last.done_at if last else None
    )
