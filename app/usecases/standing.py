"""Where a case stands, in lines for an operator's shell: no personal data."""

from app.errors import NotFound
from app.storage import cases, events, processes, work
from app.storage.cases import Case
from app.usecases.parts import parts

KINDS = {events.MESSAGE: "pesan", events.SIGNAL: "sinyal"}


def told(number: str) -> list[str]:
    """Status, open tasks, timers, work and incidents of a case. Raises NotFound."""
    case = cases.find_case(number)
    if case is None:
        raise NotFound(f"Tidak ada permohonan {number}.")
    version = processes.get_version(case.version_id).number
    state = case.outcome or "berjalan"
    pool = f"/{case.process_id}" if case.process_id else ""
    return [
        f"{case.number}  {case.service_code}{pool} v{version}  {state}  revisi {case.revision}",
        *(
            f"tugas   {t.step:24} {t.role_key} {t.unit.code if t.unit else ''}"
            for t in cases.open_tasks_of(case.id)
        ),
        *(
            f"waktu   {t.step:24} {t.due_at.astimezone(parts().settings.zone):%Y-%m-%d %H:%M}"
            for t in cases.timers_of(case.id)
        ),
        *(f"kerja   {w.operation:24} percobaan {w.attempts} {w.fault}" for w in work.unfinished_of(case.id)),
        *_waits(case),
        *(
            f"kiriman {p.name:24} percobaan {p.attempts + p.looks} {p.fault}"
            for p in events.unfinished_of(case.id)
        ),
        *(f"gangguan {i.id}: {i.what}" for i in work.open_incidents_of(case.id)),
    ]


def _waits(case: Case) -> list[str]:
    """What it listens to, and by which correlation keys; never their values."""
    bound: dict[tuple[str, str, str, str], list[str]] = {}
    for row in events.waits_of(case.id):
        bound.setdefault((row.listener, row.step, row.kind, row.name), []).append(row.key)
    return [
        f"tunggu  {step:24} {KINDS[kind]} {name}" + "".join(f" [{key}]" for key in keys if key)
        for (_listener, step, kind, name), keys in bound.items()
    ]


def incidents() -> list[str]:
    """Every case that cannot go on by itself, oldest first."""
    found = work.open_incidents()
    numbers = cases.numbers()
    return [f"{each.id:6}  {numbers[each.case_id]}  {each.what}" for each in found] or ["Tidak ada gangguan."]
