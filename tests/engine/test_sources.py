"""A drawing's file is a stranger's file: what is no honest BPMN is refused at once, without a look at the network."""

import pytest

from app import engine
from app.errors import Invalid
from tests.effort import soon
from tests.engine.diagrams.build import HEAD, bpmn, end, lane, start, sub, user

PLAIN = "mulai>a a>selesai"
WHOLE = bpmn("p", [start(), user("a"), end()], PLAIN, [lane("RT", ["mulai", "a", "selesai"], role="rt")])


def rules(content: bytes) -> set[str]:
    return {problem.rule for problem in engine.check({"a.bpmn": content})}


HOSTILE = {
    "doctype": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
    + HEAD.encode().partition(b"?>")[2]
    + b"</bpmn:definitions>",
    "external": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'
    + HEAD.encode().partition(b"?>")[2]
    + b"</bpmn:definitions>",
    "utf-16": ("<!DOCTYPE x>" + HEAD.partition("?>")[2] + "</bpmn:definitions>").encode("utf-16"),
    "utf-16-be": "<!DOCTYPE x><a/>".encode("utf-16-be"),
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
    "latin-1": '<?xml version="1.0" encoding="iso-8859-1"?><x a="é"/>'.encode("latin-1"),
    "ebcdic": b'<?xml version="1.0" encoding="cp037"?><x/>',
    "html": b"<html><body>hi</body></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "empty": b"",
    "text": b"bukan xml",
    "nul": b"\0" * 100,
    "cut off": WHOLE[:-40],
    "3 MB": HEAD.encode() + b" " * 3_000_000 + b"</bpmn:definitions>",
    "deep": HEAD.encode() + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</bpmn:definitions>",
    "deep enough": HEAD.encode() + b"<a>" * 100 + b"</a>" * 100 + b"</bpmn:definitions>",
    "many": HEAD.encode() + b"<a/>" * 50_000 + b"</bpmn:definitions>",
    "long attribute": HEAD.encode() + b'<bpmn:process id="' + b"x" * 100_000 + b'"/></bpmn:definitions>',
    "path": bpmn("p", [start(), user("a"), end()], PLAIN).replace(b'id="p"', b'id="../../etc/passwd"'),
    "another namespace": b'<definitions xmlns="urn:x"><process id="p"/></definitions>',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_at_once(kind):
    with soon(1.5):
        with pytest.raises(Invalid):
            engine.read({"a.bpmn": HOSTILE[kind]}, "a.bpmn")
        assert engine.check({"a.bpmn": HOSTILE[kind]})


@pytest.mark.parametrize(
    ("prefix", "rule"),
    [
        (b"<!DOCTYPE x>", "doctype"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>', "doctype"),
        (b"<!-- <!ENTITY -->", "doctype"),
        (b'<?xml version="1.0" encoding="UTF-7"?>', "pengodean"),
        (b'<?xml version="1.0" encoding="cp037"?>', "pengodean"),
    ],
)
def test_a_good_drawing_is_refused_for_its_prologue_alone(prefix, rule):
    body = WHOLE.partition(b"?>")[2]
    assert rules(body) == set()
    assert rules(prefix + body) == {rule}


def test_a_missing_data_object_does_not_hang_the_parser():
    hole = (
        '<bpmn:dataInputAssociation id="d"><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>'
    )
    lost = '<bpmn:dataObjectReference id="ref" dataObjectRef="gone"/>'
    drawn = bpmn(
        "p",
        [start(), sub("s", [start("m"), user("u", hole), end("e"), lost], "m>u u>e"), end()],
        "mulai>s s>selesai",
    )
    assert rules(drawn) == {"garis-data-putus", "objek-data-hilang", "tanpa-lajur"}
    with pytest.raises(Invalid):
        engine.read({"a.bpmn": drawn}, "a.bpmn")
