"""Timers of diagrams: read with bounds of our own and compared with the moment of the step, not the machine's clock."""

import calendar as month_lengths
import re
from datetime import UTC, date, datetime, timedelta

from SpiffWorkflow.task import Task

from app.engine.elements.triggers import Trigger
from app.engine.language import BadExpression, compile_expression

KINDS = ("timer", "cycle")
MOST_DAYS = 3660
MOST_CYCLES = 100
SHORTEST_CYCLE = timedelta(minutes=1)

_DURATION = re.compile(
    r"P(?=[0-9T])(?:(?P<years>\d{1,5})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(\d{0,9})/(P[0-9A-Z]+)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.+Z-]+)?", re.ASCII)
_MEANT_SO = re.compile(r"PT?[0-9][0-9A-Z.,]*", re.ASCII)  # a duration with a slip is not a variable's name
_LITERALS = (_DURATION, _CYCLE, _DATE, _MEANT_SO)


def is_literal(text: str) -> bool:
    """Whether the text is a plain ISO time, written without quotes as most modelers do."""
    return any(form.fullmatch(text.strip()) for form in _LITERALS)


def moment(text: object, now: datetime) -> datetime:
    """The moment that a date, a time or a duration from now stands for."""
    if not isinstance(text, str):
        raise BadExpression("pengatur waktu harus menghasilkan teks waktu, misalnya hari_kerja(2) atau P3D")
    text = text.strip().upper()
    if _DURATION.fullmatch(text):
        return now + duration(text, now)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadExpression(
            f"waktu “{text[:60]}” tidak dikenal; tulis misalnya P3D atau hari_kerja(2)"
        ) from None
    found = found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
    if abs((found - now).days) > MOST_DAYS:
        raise BadExpression("waktu terlalu jauh; paling jauh sepuluh tahun")
    return found


def duration(text: str, now: datetime) -> timedelta:
    """An ISO 8601 duration from now, months and years by the calendar."""
    found = _DURATION.fullmatch(text.strip().upper())
    if not found:
        raise BadExpression(f"lama waktu “{text[:60]}” tidak dikenal; tulis misalnya P3D atau PT4H")
    part = {name: int(value or 0) for name, value in found.groupdict().items()}
    months = part["years"] * 12 + part["months"]
    try:
        rough = timedelta(
            weeks=part["weeks"], days=part["days"] + months * 31,
            hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"],
        )  # fmt: skip
    except OverflowError:
        rough = timedelta.max
    if rough.days > MOST_DAYS:
        raise BadExpression("lama waktu terlalu panjang; paling lama sepuluh tahun")
    return rough - timedelta(days=months * 31) + (_months_later(now.date(), months) - now.date())


def cycle(text: object, now: datetime) -> tuple[int, timedelta]:
    """How often and how far apart a repeating timer fires."""
    found = _CYCLE.fullmatch(text.strip().upper()) if isinstance(text, str) else None
    if not found:
        raise BadExpression("pengulangan harus berbentuk R3/P1D: berapa kali dan berapa jaraknya")
    if not found[1] or not 1 <= int(found[1]) <= MOST_CYCLES:
        raise BadExpression(f"pengulangan harus punya batas, 1 sampai {MOST_CYCLES} kali")
    apart = duration(found[2], now)
    if apart < SHORTEST_CYCLE:
        raise BadExpression("jarak pengulangan paling pendek satu menit")
    return int(found[1]), apart


def begin(task: Task, trigger: Trigger) -> dict[str, object]:
    """What a timer that is reached now has to remember: when it is due, and how often and how far apart again."""
    rules = task.workflow.script_engine
    text = rules.timer(task, trigger.text)
    if trigger.kind == "timer":
        since = {} if is_literal(trigger.text) else {"since": rules.now.isoformat()}
        return {"due": moment(text, rules.now).isoformat(), **since}
    times, apart = cycle(text, rules.now)
    return {"due": (rules.now + apart).isoformat(), "left": times, "apart": apart.total_seconds()}


def ring(task: Task) -> bool:
    """Fire this timer once if it is due; whether it was."""
    due, kept = due_of(task), task.internal_data
    if due is None or due > task.workflow.script_engine.now:
        return False
    if "left" in kept:
        kept.update(left=kept["left"] - 1, due=(due + timedelta(seconds=kept["apart"])).isoformat())
    task.task_spec.fire(task)
    return True


def due_of(task: Task) -> datetime | None:
    """When this waiting task fires next, None when it waits for something else or for nothing more."""
    kept = task.internal_data
    return datetime.fromisoformat(kept["due"]) if "due" in kept and kept.get("left", 1) else None


def begun(task: Task) -> datetime:
    """When this timer was reached; states of before it was kept know it only by the machine's clock."""
    since = task.internal_data.get("since")
    return datetime.fromisoformat(since) if since else datetime.fromtimestamp(task.last_state_change, UTC)


def checked_text(text: str) -> None:
    """Refuse, before a diagram is published, a timer text that can never work."""
    text = (text or "").strip()
    if is_literal(text):
        probe = text
    else:
        tree = compile_expression(text)
        if tree.names or not hasattr(tree.tree, "value"):
            return
        probe = tree.tree.value
    now = datetime.fromisoformat("2026-01-01T00:00:00+07:00")
    if isinstance(probe, str) and probe.strip().upper().startswith("R"):
        cycle(probe, now)
    elif isinstance(probe, str) and _DATE.fullmatch(probe.strip()):
        date.fromisoformat(probe.strip()[:10])
    else:
        moment(probe, now)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, month_lengths.monthrange(year, month + 1)[1]))
