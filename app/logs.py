"""Structured logs: one JSON line an event, with case numbers but never personal data."""

import logging
import re

import structlog

_LONG_NUMBER = re.compile(r"\d{10,}")  # NIK, KK, NIP and phone numbers never reach a log


def start(level: str) -> None:
    """Set up logging once for the process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(),
    )
    for name in ("spiff", "sqlalchemy", "pyhanko", "fontTools", "fpdf"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_numbers(_logger: object, _method: str, event: dict) -> dict:
    return {
        key: _LONG_NUMBER.sub("…", value) if isinstance(value, str) else value for key, value in event.items()
    }
