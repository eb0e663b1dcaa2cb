"""A picture of a PDF's first page, drawn in a process of its own: a hostile file takes nothing down with it.

Run as `python -m app.gateways.pdf_sight`, it reads a PDF from its input and writes a PNG to its output.
"""

import resource
import subprocess
import sys
from io import BytesIO

import pypdfium2

from app.config import ROOT
from app.errors import NotFound

WIDTH = 900  # pixels
TALLEST = 1800
SECONDS = 10
MEMORY = 1024 * 1024 * 1024


def first_page(content: bytes) -> bytes:
    """The first page as PNG. Raises NotFound where the file cannot be drawn within its limits."""
    try:
        drawn = subprocess.run(
            [sys.executable, "-m", "app.gateways.pdf_sight"],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd=ROOT,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        raise NotFound("Pratinjau berkas ini tidak dapat dibuat. Buka atau unduh berkasnya.") from fault
    return drawn.stdout


def draw(content: bytes) -> bytes:
    """The first page, at most WIDTH × TALLEST pixels."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        width, height = page.get_size()
        scale = min(WIDTH / width, TALLEST / height)
        out = BytesIO()
        page.render(scale=scale).to_pil().convert("RGB").save(out, "PNG")
        return out.getvalue()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
