"""A picture of a PDF's first page, drawn in a process of its own: a hostile file takes nothing down with it."""

import subprocess
import sys
from pathlib import Path

from app.errors import NotFound

PROGRAM = Path(__file__).with_name("pdf_first_page.py")
SECONDS = 20


def first_page(content: bytes) -> bytes:
    """The first page as PNG. Raises NotFound where the file cannot be drawn within its limits."""
    try:
        drawn = subprocess.run(
            [sys.executable, "-I", PROGRAM], input=content, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        raise NotFound("Pratinjau berkas ini tidak dapat dibuat. Buka atau unduh berkasnya.") from fault
    return drawn.stdout
