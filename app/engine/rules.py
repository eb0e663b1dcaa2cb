"""What a running case is allowed to work out: our expressions, on its variables, at one moment, with one calendar."""

import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from SpiffWorkflow.task import Task

from app.engine import expressions, timers
from app.engine.elements.variables import note, shared
from app.engine.language import BadExpression, compile_script
from app.errors import ProcessFault

MOST_DAYS = 1000
MOST_HOURS = 5000


class WorkCalendar(Protocol):
    """The part of the city's calendar that expressions use."""

    def add_working_days(self, moment: datetime, days: int) -> datetime: ...

    def add_working_hours(self, moment: datetime, hours: int) -> datetime: ...


class Rules:
    """Stands where SpiffWorkflow expects a script engine. One per call: it carries the moment of the call."""

    def __init__(self, now: datetime, calendar: WorkCalendar | None) -> None:
        if now.tzinfo is None:
            raise ProcessFault("Waktu langkah harus punya zona.")
        self.now = now
        self.functions = _calendar_functions(now, calendar)

    def evaluate(
        self,
        task: Task,
        expression: str,
        external_context: Mapping | None = None,
        newest: Mapping | None = None,
    ) -> object:
        """One expression on the task's variables; what is `newest` in the case comes before them."""
        return self.over(
            task, expression, {**(external_context or {}), **shared(task), **task.data, **(newest or {})}
        )

    def over(self, task: Task, expression: str, known: Mapping[str, object]) -> object:
        """One expression on these values only."""
        try:
            return expressions.evaluate(expression, known, self.functions)
        except BadExpression as mishap:
            raise _fault(task, expression, mishap) from mishap

    def execute(self, task: Task, script: str, external_context: Mapping | None = None) -> bool:
        """The lines of a script, each assigning one variable."""
        try:
            for name, line in compile_script(script):
                known = {**(external_context or {}), **shared(task), **task.data}
                value = expressions.evaluate(line.text, known, self.functions)
                task.data[name] = copy.deepcopy(value)
                note(task, {name: value})
        except BadExpression as mishap:
            raise _fault(task, script, mishap) from mishap
        return True

    def timer(self, task: Task, text: str) -> object:
        """A timer's text: a plain ISO time, or an expression that gives one."""
        return text if timers.is_literal(text) else self.evaluate(task, text)


def _calendar_functions(now: datetime, calendar: WorkCalendar | None) -> dict[str, Callable]:
    if calendar is None:
        return {}

    def hari_kerja(days: object) -> str:
        return calendar.add_working_days(now, _count(days, MOST_DAYS)).isoformat()

    def jam_kerja(hours: object) -> str:
        return calendar.add_working_hours(now, _count(hours, MOST_HOURS)).isoformat()

    return {"hari_kerja": hari_kerja, "jam_kerja": jam_kerja}


def _count(number: object, most: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise BadExpression(f"jumlahnya harus bilangan bulat dari 0 sampai {most}")
    return number


def _fault(task: Task, text: str | None, mishap: BadExpression) -> ProcessFault:
    where, text = task.task_spec.bpmn_id or task.task_spec.name, text or ""
    return ProcessFault(f"Langkah {where}: “{text[:120]}” tidak dapat dihitung: {mishap}.")
