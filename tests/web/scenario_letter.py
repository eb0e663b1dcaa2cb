"""What anybody can do with a letter's PDF: let poppler check its signatures, read its QR, spoil one byte of it."""

import subprocess
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image


def signatures(pdf: bytes, folder: Path) -> list[str]:
    """What poppler's pdfsig says of every signature."""
    path = folder / "surat.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    return said.split("Signature #")[1:]


def qr_addresses(pdf: bytes) -> list[str]:
    """What the codes on the rendered pages say."""
    return [found.text for picture in pages(pdf) for found in zxingcpp.read_barcodes(picture)]


def pages(pdf: bytes) -> list[Image.Image]:
    """The pages as they look on paper."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=150 / 72).to_pil() for page in document]


def text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def spoiled(pdf: bytes) -> bytes:
    """The same letter with one bit turned in the middle of its first page's content."""
    at = pdf.index(b"stream") + 200
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
