"""Checking drawings before anything else is done with them; needs only the engine, so that the command starts fast."""

from collections.abc import Mapping

from app import engine
from app.engine import Problem

MOST_BYTES = engine.MOST_BYTES  # of one file
PATIENCE = 2.0  # seconds that somebody at a screen may wait
OPERATIONS = frozenset({"surat.terbitkan", "surat.legalisir", "pemberitahuan.kirim", "status.publik"})


def check(files: Mapping[str, bytes], *, patience: float = PATIENCE) -> list[Problem]:
    """What is wrong with strangers' diagrams taken together, element by element, each with its file in `path`."""
    return engine.check_guarded(files, OPERATIONS, patience=patience)
