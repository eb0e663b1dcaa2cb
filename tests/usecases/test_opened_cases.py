"""Cases that other cases open: what they know, who sees them, and that they cannot open one another for ever."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from flask import Flask

from app.errors import Invalid
from app.storage import cases, db, events, reach, work
from app.storage.cases import Case
from app.usecases import casework, standing, track
from app.usecases import clock as worker
from app.usecases import events as delivering
from tests import factories
from tests.engine.diagrams import build
from tests.engine.diagrams import events as drawn
from tests.usecases import player, talking

Publish = Callable[[Mapping[str, bytes]], None]


@pytest.fixture
def publish(each_app: Flask, tmp_path) -> Iterator[Publish]:
    with each_app.app_context():
        yield lambda diagrams: talking.publish(tmp_path / "baru", diagrams)
        db.session.remove()


def test_a_message_opens_another_service_and_fills_in_its_form(publish: Publish):
    """The other service begins with an application or with a message; both are read in the same place."""
    bring = '{"nama": nama, "nik": nik, "wilayah": wilayah, "barang": barang, "kejadian": kejadian}'
    pindah = drawn.message("m_pindah", "Pindah", bring)
    there = talking.process(
        "terima",
        [build.start(**talking.ASKS), drawn.start_on("masuk", drawn.on_message("m_pindah")),
         talking.decision("baca"), build.end()],
        "mulai>baca masuk>baca baca>selesai", decides=("baca",),
    )  # fmt: skip
    there = there.replace(
        '<bpmn:startEvent id="masuk">',
        '<bpmn:startEvent id="masuk"><bpmn:extensionElements>'
        f"{build.properties(talking.ASKS)}</bpmn:extensionElements>",
    )
    publish({
        "terima": build.document(pindah, there),
        "beri": build.document(pindah, talking.speaker("beri", drawn.on_message("m_pindah"))),
    })  # fmt: skip
    sender = factories.apply("beri")
    worker.settle()

    (case,) = talking.opened_by(sender)
    assert (case.service_code, case.process_id) == ("terima", None)
    assert (
        casework.answers_of(case.id)[casework.APPLICATION]
        == casework.answers_of(sender.id)[casework.APPLICATION]
    )
    talking.decide(case)
    db.session.refresh(case)
    assert case.outcome == "selesai"


def test_what_a_message_brings_is_sealed_on_its_way_and_never_told(publish: Publish):
    publish({"tanya": talking.two_pools()})
    case = factories.apply("tanya")
    said = casework.answers_of(case.id)[casework.APPLICATION]["barang"]
    (post,) = talking.posts()
    assert said.encode() not in post.sealed and case.number.encode() not in post.sealed
    (wait,) = events.waits_of(case.id)
    assert wait.key == "Nomor" and case.number not in wait.hash
    lines = "\n".join(standing.told(case.number)[1:])
    assert "pesan Jawaban [Nomor]" in lines and "kiriman Permintaan" in lines
    assert said not in lines and case.applicant_name not in lines
    worker.settle()
    for each in (case, *talking.opened_by(case)):
        assert said not in repr([entry.facts for entry in cases.diary_of(each.id)])


def test_a_secret_case_opens_only_secret_ones(publish: Publish):
    secret = talking.two_pools().replace(
        b'<bpmn:process id="tanya" name="Layanan tanya" isExecutable="true">',
        b'<bpmn:process id="tanya" name="Layanan tanya" isExecutable="true"><bpmn:extensionElements>'
        + build.properties({"rahasia": "ya"}).encode()
        + b"</bpmn:extensionElements>",
    )
    publish({"tanya": secret})
    case = factories.apply("tanya")
    worker.settle()
    (other,) = talking.opened_by(case)
    assert other.confidential and other.code_sealed is None
    assert (other.applicant_name, other.nik_index) == ("", None)
    assert {role for _unit, role in reach.reach_of(other.id)} == {"camat"}


def test_cases_that_would_open_one_another_for_ever_are_stopped(publish: Publish):
    """Without the count of hops this never ends."""
    ping, pong = drawn.message("m_ping", "Ping"), drawn.message("m_pong", "Pong")
    first = talking.process(
        "bola",
        [build.start(**talking.ASKS), drawn.start_on("masuk", drawn.on_message("m_pong")),
         drawn.throw("kirim", drawn.on_message("m_ping")), build.end()],
        "mulai>kirim masuk>kirim kirim>selesai",
    )  # fmt: skip
    second = talking.process(
        "dinding",
        [drawn.start_on("d_masuk", drawn.on_message("m_ping")),
         drawn.throw("d_kirim", drawn.on_message("m_pong")), build.end("d_selesai")],
        "d_masuk>d_kirim d_kirim>d_selesai",
    )  # fmt: skip
    publish({"bola": build.document(ping, pong, first, second)})
    factories.apply("bola")
    worker.settle()

    assert db.session.query(Case).count() == delivering.MOST_HOPS + 2
    (incident,) = work.open_incidents()
    assert "tanpa henti" in incident.what


def returning(**start: str) -> bytes:
    """The other pool is opened with a form, and its applicant may have to mend it."""
    bring = '{"nama": nama, "nik": nik, "wilayah": wilayah, "barang": barang, "kejadian": kejadian}'
    nodes = [
        drawn.start_on("masuk", drawn.on_message("m_pindah")), build.user("perbaiki", **talking.ASKS),
        build.end("tutup"),
    ]  # fmt: skip
    lanes = [build.lane("Pemohon kantor", ["perbaiki"], role="pemohon")]
    other = build.process("kantor", nodes, "masuk>perbaiki perbaiki>tutup", lanes)
    if start:
        held = f"<bpmn:extensionElements>{build.properties(start)}</bpmn:extensionElements>"
        other = other.replace('<bpmn:startEvent id="masuk">', f'<bpmn:startEvent id="masuk">{held}')
    message = drawn.message("m_pindah", "Pindah", bring)
    return build.document(message, talking.speaker("beri", drawn.on_message("m_pindah")), other)


def test_the_applicant_learns_of_a_case_that_may_ask_something(publish: Publish):
    publish({"beri": returning(**talking.ASKS)})
    case = factories.apply("beri")
    worker.settle()
    (other,) = talking.opened_by(case)
    (told,) = player.told_applicant(case)
    code = told.rsplit(" ", 1)[1].rstrip(".")
    assert track.unlock(other.number, code, "127.0.0.1").id == other.id
    player.correct(other, {"barang": "Dompet hitam"}, {})
    worker.settle()
    db.session.refresh(other)
    assert other.outcome == "selesai"


def test_a_pool_whose_applicant_could_mend_nothing_is_refused(publish: Publish):
    with pytest.raises(Invalid, match="Beri start event-nya formulir"):
        publish({"beri": returning()})
