"""Whether this installation can do its work right now."""

import os

from app.storage import DatabaseFault
from app.usecases.parts import parts


def missing() -> list[str]:
    """What keeps the portal from working, by name; empty when it is ready."""
    from app.storage import schema  # with the tool for migrations

    found = []
    try:
        if not schema.is_founded():
            found.append("kota")
        if not schema.is_current():
            found.append("migrasi")
    except DatabaseFault:
        found.append("basis data")
    if not os.access(parts().settings.files, os.W_OK):
        found.append("penyimpanan berkas")
    return found
