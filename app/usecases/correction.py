"""Correcting a returned application: only what was asked for opens, and everything earlier stays on record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain import forms
from app.domain.forms import Form
from app.errors import Conflict, Invalid
from app.storage import cases, db, public, transaction
from app.storage.cases import Attachment, Case, Task
from app.storage.drafts import Draft
from app.usecases import areas, casework, drafts, track, uploads
from app.usecases.advance import complete_step
from app.usecases.casework import APPLICANT, APPLICATION
from app.usecases.drafts import Paper, Posted
from app.usecases.parts import today
from app.usecases.track import BY


@dataclass(frozen=True)
class Correction:
    """What the applicant sees: the reason, and a form of only the fields to mend."""

    reason: str
    asked_by: str
    paper: Paper


def open_correction(case: Case) -> Correction:
    """The correction a returned case waits for. Raises Conflict where it waits for none."""
    task = _waiting(case)
    answers = track.returning_answers(case)
    last = casework.turned_back(case)
    draft = public.find_draft(_hash(task))
    return Correction(str(answers.get("alasan", "")), last.done_as if last else "", _paper(case, draft))


def keep(case_id: int, posted: Posted) -> tuple[Paper, dict[str, str]]:
    """Store what was typed and uploaded so far; the refused uploads come back as field → sentence."""
    case = db.session.get_one(Case, case_id)
    form = asked_form(case)
    received, problems = uploads.receive(form, posted.names, posted.files, nameless=case.confidential)
    with transaction():
        case = cases.lock_case(case_id)
        task = _waiting(case)
        draft = public.lock_draft(_hash(task)) or _start(case, task, form)
        problems |= drafts.fill(draft, form, posted, received)
        gone = drafts.drop_unused(draft, form)
    uploads.discard(gone)
    case = db.session.get_one(Case, case_id)
    return _paper(case, public.find_draft(_hash(_waiting(case)))), problems


def send(case_id: int) -> None:
    """Send the corrected fields; the case goes back to whoever returned it.

    Raises Invalid naming the fields to mend, Conflict where the case no longer waits for a correction.
    """
    with transaction():
        case = cases.lock_case(case_id)
        task = _waiting(case)
        form, wanted = casework.applicant_form(case.version_id, case.process_id), wanted_fields(case)
        draft = public.lock_draft(_hash(task))
        paper = _paper(case, draft)
        before = casework.answers_of(case_id)[APPLICATION]
        typed = {**before, **drafts.answers(paper)}
        corrections = forms.clean(form, typed, today=today(), areas=areas.is_area, only=wanted)
        answers = forms.merged(form, before, corrections, wanted)
        changed = forms.changed(form, before, answers)
        _adopt(case, paper, answers)
        variables = {"isi_berubah": True} if changed else {}
        complete_step(task, answers, by=BY, person_id=None, as_title=BY, variables=variables)
        gone = drafts.remove(draft) if draft is not None else []
    uploads.discard(gone)


def asked_form(case: Case) -> Form:
    """The applicant's form with only the fields to mend."""
    return casework.applicant_form(case.version_id, case.process_id).narrowed(wanted_fields(case))


def wanted_fields(case: Case) -> tuple[str, ...]:
    """The fields an official asked to mend; all of them where none was named."""
    form = casework.applicant_form(case.version_id, case.process_id)
    named = track.returning_answers(case).get("perbaikan") or ()
    return tuple(name for name in named if name in form) or form.names


def _waiting(case: Case) -> Task:
    task = next((task for task in cases.open_tasks_of(case.id) if task.role_key == APPLICANT), None)
    if task is None:
        raise Conflict(
            "Permohonan ini tidak sedang menunggu perbaikan. Perbaikan Anda mungkin sudah terkirim."
        )
    return task


def _start(case: Case, task: Task, form: Form) -> Draft:
    draft = drafts.start(case.service, _hash(task), case_id=case.id, typed=_before(case, form))
    draft.version_id = case.version_id
    return draft


def _paper(case: Case, draft: Draft | None) -> Paper:
    form = asked_form(case)
    kept: Mapping[str, Attachment] = cases.attachments_of(case.id)
    if draft is None:
        return Paper(case.service, form, _before(case, form), kept)
    paper = drafts.read(draft, form, case.service)
    return replace(paper, uploads={**kept, **paper.uploads})


def _before(case: Case, form: Form) -> dict[str, Any]:
    answers = casework.answers_of(case.id).get(APPLICATION, {})
    return {name: value for name, value in answers.items() if name in form}


def _adopt(case: Case, paper: Paper, answers: Mapping[str, Any]) -> None:
    """New files become the case's; the ones they replace stay there as history."""
    for each in paper.form.requirements:
        for file in answers.get(each.name) or ():
            if file not in paper.uploads:
                raise Invalid(fields={each.name: f"Unggah ulang {each.title}."})
            paper.uploads[file].case_id, paper.uploads[file].draft_id = case.id, None


def _hash(task: Task) -> str:
    return drafts.token_hash(f"perbaikan:{task.id}")
