"""Elements that meet: where two rules of the kernel hold at once, and where a round or a store must not show."""

import pytest

from app import engine
from app.errors import ProcessFault
from tests.engine.diagrams.activities import complex_gateway, data_object, many, until, writes
from tests.engine.diagrams.build import document, end, par, process, script, start, sub, user, xor
from tests.engine.diagrams.case import Case
from tests.engine.diagrams.events import message, signal

KABAR, SIAGA = message("m1", "kabar"), signal("s1", "siaga")


def drawn(nodes: list[str], flows: str, *roots: str, compact: bool = True) -> Case:
    return Case(document(*roots, process("layanan", nodes, flows)), compact=compact)


def shown(*names: str) -> str:
    """A script that reads these variables, so that the drawing knows them."""
    return script("tampil", f"semua = [{', '.join(names)}]")


def test_a_condition_reads_a_data_object_of_the_process():
    case = drawn(
        [start(), data_object("luas"), script("catat", "luas = 42", writes("catat", "luas")), xor("g", default="k"),
         user("besar"), user("kecil"), end(), end("e2")],
        "mulai>catat catat>g besar>selesai kecil>e2\ng>besar[luas > 10]\ng>kecil:k",
    )  # fmt: skip
    assert case.steps == ["besar"]


def test_a_complex_gateway_reads_a_data_object_of_the_process():
    case = drawn(
        [start(), data_object("perlu"), script("catat", "perlu = 2", writes("catat", "perlu")), par("p"), user("a"),
         user("b"), user("c"), complex_gateway("k", "activationCount >= perlu"), user("lihat"), end()],
        "mulai>catat catat>p p>a p>b p>c a>k b>k c>k k>lihat lihat>selesai",
    )  # fmt: skip
    assert case.do("a").do("b").steps == ["c", "lihat"]
