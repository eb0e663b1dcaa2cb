"""How a case begins: with an application that was sent, or with a message or signal of another case.

Every function here works inside the caller's transaction.
"""

from dataclasses import dataclass

from app import engine
from app.domain import forms, references
from app.domain.forms import Form
from app.errors import Invalid, ProcessFault
from app.storage import cases, db, listed, people, reach
from app.storage.cases import Attachment, Case
from app.storage.events import Entrance
from app.storage.people import Unit
from app.storage.processes import Service
from app.usecases import areas, casework, routing
from app.usecases.attempts import SYSTEM
from app.usecases.casework import APPLICANT, APPLICATION
from app.usecases.diary import note
from app.usecases.parts import calendar, now, parts, today
from app.usecases.settling import service_due, settle

OWN_NUMBER = "nomor_registrasi"  # the variable in which a drawing finds its case's number

FORWARDED = (
    "Sebagian permohonan Anda dikerjakan sebagai berkas tersendiri bernomor {number}. "
    "Bila ada yang perlu Anda lengkapi, lacak nomor itu dengan kode {code}."
)


@dataclass(frozen=True)
class Opened:
    """A case that has just been received, and the tracking code that only its applicant gets."""

    case: Case
    code: str


def open_case(
    service: Service, version_id: int, answers: dict, files: list[Attachment], *, by: str = "Pemohon"
) -> Opened:
    """Receive an application: number and code, the sealed answers, the first tasks."""
    drawing = casework.drawing_of(version_id)
    form = casework.applicant_form(version_id)
    code = references.new_code()
    case = _new_case(service, version_id, _home_unit(form, answers), code, secret=service.confidential)
    name_applicant(case, answers)
    _register(case)
    for attachment in files:
        attachment.case_id, attachment.draft_id = case.id, None
    casework.store_answers(case, APPLICATION, form.title, answers, by=by)
    note(case, "application received", by=by, service=service.code)
    variables = {name: answers[name] for name in drawing.variables & answers.keys()}
    _begin(case, variables, None, by=by)
    return Opened(case, code)


def open_by_event(sender: Case, entrance: Entrance, event: engine.Event, *, hops: int) -> Case:
    """Another case's message or signal begins one: at home where that one is, and as secret.

    The applicant is named in it as far as both cases may say the name, and gets its code where it may ask
    something of them; of what the sender's forms hold it knows only what the event brings. Raises ProcessFault
    where that does not fill in the entrance's form.
    """
    service = _service_of(entrance)
    secret = service.confidential or sender.confidential
    code = references.new_code()
    case = _new_case(service, entrance.version_id, sender.home_unit, code, secret=secret)
    case.process_id = None if entrance.is_main else entrance.process_id
    case.opened_by_id = sender.id
    if not secret:
        case.applicant_name, case.applicant_search = sender.applicant_name, sender.applicant_search
        case.nik_index = sender.nik_index
    _register(case)
    _store_brought(case, entrance, event)
    case.variables = casework.understood(case, event)
    note(case, "case opened", by=SYSTEM, service=service.code, event=event.kind, name=event.name)
    _begin(case, {}, event, by=SYSTEM, hops=hops)
    if not secret and _asks_applicant(case):
        first = _first_of(sender)
        casework.tell(first, APPLICANT, FORWARDED.format(number=case.number, code=code))
    return case


def name_applicant(case: Case, answers: dict) -> None:
    """Whose case it is, for those who search; nobody's where it is secret."""
    if case.confidential:
        return
    before = case.applicant_search
    case.applicant_name = str(answers.get("nama", case.applicant_name or ""))
    case.applicant_search = case.applicant_name.lower()
    case.nik_index = parts().sealer.blind_index(answers["nik"]) if answers.get("nik") else None
    if case.id is not None and case.applicant_search != before:
        listed.rename(case)


def _begin(case: Case, variables: dict, event: engine.Event | None, *, by: str, hops: int = 0) -> None:
    drawing = casework.drawing_of(case.version_id, case.process_id)
    if OWN_NUMBER in drawing.variables:
        variables = {**variables, OWN_NUMBER: case.number}
    case.due_at = service_due(case)
    standing = parts().engine.start(drawing, variables, now(), calendar=calendar(), event=event)
    settle(case, standing, by=by, hops=hops)


def _new_case(service: Service, version_id: int, home: Unit, code: str, *, secret: bool) -> Case:
    sealer = parts().sealer
    number = _free_number()
    return Case(
        number=number,
        code_hash=sealer.code_hash(f"{number}:{references.normalise(code)}"),
        code_sealed=None if secret else sealer.seal(code.encode(), f"code:{number}"),
        service_code=service.code,
        version_id=version_id,
        home_unit_id=home.id,
        home_unit=home,
        confidential=secret,
        opened_at=now(),
        variables={},
        state=b"",
    )


def _register(case: Case) -> None:
    db.session.add(case)
    db.session.flush()
    _open_reach(case)


def _free_number() -> str:
    number = references.new_number(now().year)
    while cases.find_case(number) is not None:
        number = references.new_number(now().year)
    return number


def _home_unit(form: Form, answers: dict) -> Unit:
    area = next(
        (field.name for field in form.fields if field.kind == "area" and answers.get(field.name)), None
    )
    return routing.unit_named(answers[area]) if area else routing.city()


def _open_reach(case: Case) -> None:
    if case.confidential:
        return
    home = case.home_unit
    units = people.units_by_id(home.ancestor_ids)
    for unit in units.values():
        if unit.level != "kota":
            reach.come_to(case, unit.id)


def _asks_applicant(case: Case) -> bool:
    steps = casework.drawing_of(case.version_id, case.process_id).outline
    return any(step.role == APPLICANT for step in steps)


def _first_of(case: Case) -> Case:
    """The case the applicant sent, from which all led to this one."""
    while case.opened_by_id is not None:
        case = db.session.get_one(Case, case.opened_by_id)
    return case


def _service_of(entrance: Entrance) -> Service:
    return db.session.get_one(Service, casework.published(entrance.version_id).service)


def _store_brought(case: Case, entrance: Entrance, event: engine.Event) -> None:
    """What the event brings is read as an application is; the entrance's own form it has to fill in wholly."""
    whole = casework.step_form(case.version_id, entrance.step, case.process_id)
    form = whole or casework.applicant_form(case.version_id, case.process_id)
    if not form.fields:
        return
    brought = event.payload if isinstance(event.payload, dict) else {}
    typed = {name: brought[name] for name in form.names if name in brought}
    try:
        answers = forms.clean(
            form, typed, today=today(), areas=areas.is_area, only=None if whole else tuple(typed)
        )
    except Invalid as refusal:
        wrong = ", ".join(sorted(refusal.fields))
        raise ProcessFault(f"Isi “{event.name}” tidak sesuai formulir penerimanya: {wrong}.") from refusal
    casework.store_answers(case, APPLICATION, form.title, answers, by=SYSTEM)
