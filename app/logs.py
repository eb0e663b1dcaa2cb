"""Structured logs: one JSON line an event, with case numbers but never personal data."""

import logging
import re

import structlog

# NIK, KK, NIP and phone numbers, however they are grouped
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){9,}")
# where PostgreSQL quotes the row it refuses, up to what SQLAlchemy or Python say next
_REFUSED_ROW = re.compile(r"DETAIL:.*?(?=\n\[SQL|\n\nThe above|\n\nDuring|\Z)", re.DOTALL)


def start(level: str) -> None:
    """Set up logging once for the process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _without_personal_data,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(),
    )
    for name in ("spiff", "sqlalchemy", "pyhanko", "fontTools", "fpdf"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("procrastinate", "psycopg.pool"):  # a worker says itself what became of them
        logging.getLogger(name).setLevel(logging.CRITICAL)


def told(text: str) -> str:
    """A text as it may be logged, or kept as the reason of a fault."""
    return _LONG_NUMBER.sub("…", _REFUSED_ROW.sub("", text))


def _without_personal_data(logger: object, method: str, event: dict) -> dict:
    return _cleaned(structlog.processors.format_exc_info(logger, method, event))


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return told(value)
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(each) for each in value]
    return "…" if isinstance(value, int) and abs(value) >= 10**9 else value
