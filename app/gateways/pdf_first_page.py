"""A small program: reads a PDF from its input and writes a picture (PNG) of its first page to its output.

It runs in a process of its own, with little memory and little time, and imports nothing of the portal.
"""

import resource
import sys
from io import BytesIO

import pypdfium2

WIDTH = 900  # pixels
TALLEST = 1800
SECONDS = 10
MEMORY = 1024 * 1024 * 1024


def draw(content: bytes) -> bytes:
    """The first page, at most WIDTH × TALLEST pixels."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        width, height = page.get_size()
        out = BytesIO()
        picture = page.render(scale=min(WIDTH / width, TALLEST / height)).to_pil()
        picture.convert("RGB").save(out, "PNG")
        return out.getvalue()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(draw(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
