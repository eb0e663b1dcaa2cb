"""What service tasks can ask for by name, and what each does outside and inside the case's transaction."""

from collections.abc import Callable, Set
from dataclasses import dataclass

from app.domain import letter_language
from app.errors import ProcessFault
from app.storage import cases
from app.storage.cases import Case
from app.usecases import casework, letter_words, letters, routing
from app.usecases.diary import note
from app.usecases.letters import Order
from app.usecases.parts import now, today

APPLICANT = casework.APPLICANT


@dataclass(frozen=True)
class Operation:
    """`outside` runs without a transaction and may be repeated; `inside` belongs to the move that follows."""

    outside: Callable[[Order], object]
    inside: Callable[[Case, Order, object], dict]


def perform(name: str, order: Order) -> Callable[[Case], dict]:
    """Do the outside part of an operation; returns what is left for inside the case's transaction."""
    if name not in NAMES:
        raise ProcessFault(f"nobody knows the operation {name!r}")
    operation = NAMES[name]
    made = operation.outside(order)
    return lambda case: operation.inside(case, order, made)


def _issue(order: Order) -> letters.Signed:
    return letters.draw(letters.reserve(order), order.params)


def _legalise(order: Order) -> letters.Signed:
    from app.usecases import legalising  # with all that reads and draws scans

    return legalising.stamp(letters.reserve(order), order.params)


def _keep_letter(case: Case, _order: Order, made: letters.Signed) -> dict:
    return letters.keep(case, made)


def _nothing(_order: Order) -> None:
    """Everything happens inside."""


def _send_notice(case: Case, order: Order, _made: object) -> dict:
    """Write the notice where its reader looks: the tracking page, or the inbox of an office."""
    reader = order.params["kepada"]
    message = order.params["pesan"]
    text = letter_language.fill_line(message, _notice_context(case, letter_language.roots(message)))
    unit = None if reader == APPLICANT else _office_of(case, reader)
    casework.tell(case, reader, text, unit_id=unit)
    if reader != APPLICANT:
        _mark_reminded(case, reader)
    note(case, "notice sent", by="Sistem", reader=reader)
    return {}


def _set_public_status(case: Case, order: Order, _made: object) -> dict:
    case.public_status = str(order.params["status"])
    return {}


def _notice_context(case: Case, named: Set[str]) -> dict:
    """What a text names. Most say a number or two: answers are opened for those that say more."""
    own: dict[str, Callable[[], str]] = {
        "nomor": lambda: case.number,
        "nomor_registrasi": lambda: case.number,
        "nomor_surat": lambda: _letter_number(case),
        "layanan": lambda: case.service.name,
        "alasan": lambda: _reason(case),
    }
    if named <= own.keys():
        return {name: own[name]() for name in named}
    context = letter_words.context_of(case, [], number=_letter_number(case), dated=today())
    return {**context, **{name: tell() for name, tell in own.items()}}


def _reason(case: Case) -> str:
    turned = casework.turned_back(case)
    last = casework.answers_of(case.id).get(turned.step, {}) if turned else {}
    return last.get("alasan", "")


def _letter_number(case: Case) -> str:
    found = letters.register.letters_of(case.id)
    return found[-1].number if found else ""


def _office_of(case: Case, role_key: str) -> int:
    open_here = [task for task in cases.open_tasks_of(case.id) if task.role_key == role_key]
    if open_here:
        return open_here[0].unit_id
    role = routing.role_named(role_key)
    return routing.office(role, None, case.home_unit, case.variables).id


def _mark_reminded(case: Case, role_key: str) -> None:
    for task in cases.open_tasks_of(case.id):
        if task.role_key == role_key:
            task.reminded_at = now()


NAMES: dict[str, Operation] = {
    letters.ISSUE: Operation(_issue, _keep_letter),
    "surat.legalisir": Operation(_legalise, _keep_letter),
    "pemberitahuan.kirim": Operation(_nothing, _send_notice),
    "status.publik": Operation(_nothing, _set_public_status),
}
