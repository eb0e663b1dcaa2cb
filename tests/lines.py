"""Hears what is said to PostgreSQL past SQLAlchemy, which has no events for it."""

from collections.abc import Callable

from app.storage.line import Answer, Line

Hearer = Callable[[str], object]


def hear(before: Hearer, after: Hearer = lambda _statement: None) -> Callable[[], None]:
    """Tell of every statement before it is sent and after it was answered; gives what puts an end to it."""
    real = Line.exec_driver_sql

    def says(line: Line, statement: str, values: object) -> Answer:
        before(statement)
        answer = real(line, statement, values)
        after(statement)
        return answer

    Line.exec_driver_sql = says
    return lambda: setattr(Line, "exec_driver_sql", real)
