"""What is checked before publication: a bundle as it will run, and operations that really exist."""

import pytest

from app.errors import Invalid
from app.usecases import checking, operations, processes
from tests.engine.diagrams.build import bpmn, call, end, lane, start, user

FORM = b'{"type": "object", "properties": {}}'


def calling(name: str, other: str) -> bytes:
    """A process that calls another; its ids are its own."""
    nodes = [start(f"{name}_awal"), call(f"{name}_panggil", other), end(f"{name}_akhir")]
    return bpmn(name, nodes, f"{name}_awal>{name}_panggil {name}_panggil>{name}_akhir")


def test_the_operations_a_drawing_may_order_are_those_that_exist():
    assert set(operations.NAMES) == checking.OPERATIONS


def test_a_service_cannot_call_another_service_so_no_circle_can_close_over_two_publications():
    tree = {
        "bpmn/satu.bpmn": calling("satu", "dua"),
        "bpmn/dua.bpmn": calling("dua", "satu"),
        "forms/satu/a.schema.json": FORM,
        "forms/dua/a.schema.json": FORM,
    }
    diagrams = {path: content for path, content in tree.items() if path.startswith("bpmn/")}
    assert processes.mains(tree) == list(diagrams)
    for main in ("satu", "dua"):
        own = {path for path in processes.bundle(tree, f"bpmn/{main}.bpmn") if path in diagrams}
        assert own == {f"bpmn/{main}.bpmn"}
        assert {problem.rule for problem in processes.check({path: tree[path] for path in own})} == {
            "panggilan-hilang"
        }


def test_a_circle_over_parts_is_found_at_every_service_that_is_published_with_them(tmp_path):
    (tmp_path / "bpmn").mkdir()
    (tmp_path / "forms" / "layanan").mkdir(parents=True)
    (tmp_path / "forms" / "layanan" / "a.schema.json").write_bytes(FORM)
    whole = bpmn(
        "layanan",
        [start(), user("a"), call("c", "satu"), end()],
        "mulai>a a>c c>selesai",
        [lane("RT", ["a"], role="rt")],
    )
    (tmp_path / "bpmn" / "layanan.bpmn").write_bytes(whole)
    for name, other in (("satu", "dua"), ("dua", "satu")):
        (tmp_path / "bpmn" / f"{name}.bpmn").write_bytes(calling(name, other))
    with pytest.raises(Invalid) as refusal:
        processes.publish(tmp_path, by="pengujian")
    said = str(refusal.value).splitlines()
    assert [line.split(":")[0] for line in said] == ["bpmn/dua.bpmn", "bpmn/satu.bpmn"]
    assert all("memanggil dirinya sendiri" in line for line in said)
