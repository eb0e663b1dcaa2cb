"""Every deed that a kill may interrupt: how it comes about, how it is done, and what must be true when it was repeated.

`act` runs in a process that may be killed in the middle of it, and is repeated until it ends: the same person presses
the same button again, the next worker comes along. `check` then raises unless all of it happened once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from app.storage import cases, days, db, letters
from app.storage.cases import Case, Message
from app.storage.work import Outbox
from app.usecases import casework, operations, track
from app.usecases.letters import Order
from tests import factories
from tests.faults import office
from tests.faults.stage import Stage
from tests.usecases import stuck, talking
from tests.web import siti

REASON = "Bukti buram, mohon diulang."
SAID = "Lampunya masih mati."
WHO = {name: siti.WHO[name] for name in ("nama", "nik", "wilayah")}
WHAT = {"barang": "Dompet", "kejadian": "2026-06-01"}


@dataclass(frozen=True)
class Deed:
    """`prepare` gives what `act` acts on; `act` gives what its doer is told, `check` is asked with both."""

    prepare: Callable[[Stage], Any]
    act: Callable[[Stage, Any], Any]
    check: Callable[[Stage, Any, Any], None]
    by_worker: bool = False
    # raises where the kill alone has broken something
    after_kill: Callable[[Stage], None] = lambda _stage: None


def _filled_in(stage: Stage, pages: int) -> FlaskClient:
    browser = stage.app.test_client()
    for page, fields in list(enumerate((WHO, WHAT, _proof()), start=1))[:pages]:
        assert siti.post(browser, page, fields, code="uji").status_code == 302
    return browser


def _proof() -> dict:
    return {"bukti": (siti.photo(), "bukti.jpg")}


def _upload(_stage: Stage, browser: FlaskClient) -> int:
    return siti.post(browser, 3, _proof(), code="uji").status_code


def _uploaded_once(stage: Stage, browser: FlaskClient, status: int) -> None:
    key = siti.key_on(browser.get("/layanan/uji/ajukan/periksa").text)
    number, _code = _send(stage, (browser, key))
    assert status == 302
    _sent_once(stage, (browser, key), (number, _code))


def _to_send(stage: Stage) -> tuple[FlaskClient, str]:
    browser = _filled_in(stage, 3)
    return browser, siti.key_on(browser.get("/layanan/uji/ajukan/periksa").text)


def _send(_stage: Stage, thing: tuple[FlaskClient, str]) -> tuple[str, str]:
    browser, key = thing
    answer = browser.post("/layanan/uji/ajukan/periksa", data={"kunci": key})
    assert answer.status_code == 302, answer.text
    return siti.receipt_on(browser.get("/layanan/uji/terima").text)


def _sent_once(stage: Stage, thing: tuple[FlaskClient, str], receipt: tuple[str, str]) -> None:
    assert _send(stage, thing) == receipt, "pressed once more, the same receipt"
    with stage.inside():
        case = cases.find_case(receipt[0])
        (proof,) = cases.attachments_of(case.id).values()
        assert track.open_upload(case.id, proof.id)[1]
        assert factories.open_task(case).step == "kerja"


def _waits_for_lurah(stage: Stage, service: str = "buru") -> tuple[FlaskClient, int, str]:
    case_id = stage.send(service)
    return stage.lurah(), case_id, stage.task_id(case_id)


def _complete(_stage: Stage, thing: tuple[FlaskClient, int, str]) -> int:
    desk, _case_id, task_id = thing
    return desk.post(f"/tugas/{task_id}", data={"keputusan": "setuju", "kunci": "sama"}).status_code


def _completed_once(stage: Stage, thing: tuple[FlaskClient, int, str], status: int) -> None:
    assert status == 302, "pressed once more, the same answer"
    assert stage.kinds(thing[1]) == ["application received", "task completed", "case closed"]


def _returned(stage: Stage) -> tuple[FlaskClient, int, str]:
    with stage.inside():
        sent = factories.send("uji")
        factories.decide(factories.open_task(sent.case), "kembalikan", alasan=REASON, perbaikan=["bukti"])
        case_id, number, code = sent.case.id, sent.case.number, sent.code
    browser = stage.app.test_client()
    siti.unlock(browser, number, code)
    return browser, case_id, number


def _correct(_stage: Stage, thing: tuple[FlaskClient, int, str]) -> int:
    browser, _case_id, number = thing
    return siti.upload(browser, f"/lacak/{number}/perbaiki", {**_proof(), "aksi": "kirim"}).status_code


def _corrected_once(stage: Stage, thing: tuple[FlaskClient, int, str], status: int) -> None:
    assert status == 302
    assert stage.kinds(thing[1]).count("application corrected") == 1 and stage.steps(thing[1]) == ["kerja"]
    with stage.inside():
        (named,) = casework.answers_of(thing[1])[casework.APPLICATION]["bukti"]
        assert track.open_upload(thing[1], named)[1]
        assert len(cases.attachments_of(thing[1])) == 2, "the first stays on record, the second is there once"


def _written(stage: Stage) -> tuple[FlaskClient, int, str]:
    with stage.inside():
        sent = factories.send("pengaduan")
        case_id, number, code = sent.case.id, sent.case.number, sent.code
    browser = stage.app.test_client()
    siti.unlock(browser, number, code)
    return browser, case_id, number


def _write(_stage: Stage, thing: tuple[FlaskClient, int, str]) -> int:
    browser, _case_id, number = thing
    return browser.post(f"/lacak/{number}/pesan", data={"pesan": SAID, "kunci": "sama"}).status_code


def _written_once(stage: Stage, thing: tuple[FlaskClient, int, str], status: int) -> None:
    assert status == 302
    with stage.inside():
        said = db.session.query(Message).filter_by(case_id=thing[1], from_applicant=True)
        assert said.count() == stage.kinds(thing[1]).count("message written") == 1


def _waits_with_pictures(stage: Stage) -> tuple[FlaskClient, int, str]:
    return _waits_for_lurah(stage, "lampir")


def _attach(_stage: Stage, thing: tuple[FlaskClient, int, str]) -> int:
    desk, _case_id, task_id = thing
    brought = {"foto": (siti.photo(), "foto.jpg"), "keputusan": "setuju", "kunci": "sama"}
    return siti.upload(desk, f"/tugas/{task_id}", brought).status_code


def _attached_once(stage: Stage, thing: tuple[FlaskClient, int, str], status: int) -> None:
    assert status == 302
    with stage.inside():
        (named,) = casework.answers_of(thing[1])["kerja"]["foto"]
        assert list(cases.attachments_of(thing[1])) == [named], "it is there once"


def _due(stage: Stage) -> int:
    case_id = stage.send("buru")
    stage.clock.forward(minutes=11)
    return case_id


def _work(stage: Stage, _thing: Any) -> None:
    stage.work()


def _fired_once(stage: Stage, case_id: int, _told: Any) -> None:
    assert stage.kinds(case_id) == ["application received", "timer fired"]
    assert stage.steps(case_id) == ["ganti"]


def _agreed(stage: Stage) -> int:
    case_id = stage.send("uji")
    stage.decide(case_id)
    return case_id


def _issued_once(stage: Stage, case_id: int, _told: Any) -> None:
    with stage.inside():
        (letter,) = letters.letters_of(case_id)
        assert track.open_letter(case_id, letter.token)[1].startswith(b"%PDF")
    assert stage.kinds(case_id)[-2:] == ["letter signed", "case closed"]


def _asked(stage: Stage) -> int:
    return stage.send("tanya")


def _answered_once(stage: Stage, case_id: int, _told: Any) -> None:
    with stage.inside():
        assert len(talking.opened_by(db.session.get_one(Case, case_id))) == 1
    assert stage.steps(case_id) == ["baca"] and stage.kinds(case_id).count("message received") == 1


def _nearly_late(stage: Stage) -> int:
    case_id = stage.send("uji")
    with stage.inside():
        (reminder,) = days.reminders_of(case_id).values()
        stage.clock.set(reminder.at + timedelta(seconds=1))
    return case_id


def _reminded_once(stage: Stage, case_id: int, _told: Any) -> None:
    with stage.inside():
        assert len(cases.messages_to(case_id, "lurah")) == 1
    assert stage.kinds(case_id) == ["application received", "notice sent"]


def _decided(stage: Stage) -> int:
    case_id = stage.send("kabar")
    stage.decide(case_id)
    return case_id


def _told_once(stage: Stage, case_id: int, _told: Any) -> None:
    with stage.inside():
        assert len(cases.messages_to(case_id, "pemohon")) == 1
    assert stage.kinds(case_id)[-2:] == ["notice sent", "case closed"]


DEEDS = {
    "upload": Deed(lambda stage: _filled_in(stage, 2), _upload, _uploaded_once),
    "send": Deed(_to_send, _send, _sent_once),
    "complete": Deed(_waits_for_lurah, _complete, _completed_once),
    "correct": Deed(_returned, _correct, _corrected_once),
    "write": Deed(_written, _write, _written_once),
    "attach": Deed(_waits_with_pictures, _attach, _attached_once),
    "retry": Deed(office.given_up, office.mend("coba-lagi"), office.retried_once),
    "skip": Deed(office.given_up, office.mend("lewati", alasan=office.ENOUGH), office.skipped_once),
    "calendar": Deed(office.before_a_day_off, office.close_for_a_day, office.closed_once),
    "timer": Deed(_due, _work, _fired_once, by_worker=True),
    "letter": Deed(_agreed, _work, _issued_once, by_worker=True),
    "message": Deed(_asked, _work, _answered_once, by_worker=True),
    "reminder": Deed(_nearly_late, _work, _reminded_once, by_worker=True),
    "notice": Deed(_decided, _work, _told_once, by_worker=True),
}


def asking(world: Path) -> Deed:
    """A decision that asks something of the world outside, which notes down everything that it is asked."""

    def outside(order: Order) -> None:
        with world.open("a") as heard:
            heard.write(f"{order.case_id} {order.operation_id}\n")

    def asked_once(stage: Stage, thing: tuple[FlaskClient, int, str], status: int) -> None:
        assert status == 302
        stage.work()
        heard = {line for line in world.read_text().splitlines() if line.startswith(f"{thing[1]} ")}
        assert len(heard) == 1, "asked again it is the same wish"
        _told_once(stage, thing[1], None)

    def was_wished(stage: Stage) -> None:
        with stage.inside():
            wishes = {f"{row.case_id} {row.key}" for row in db.session.query(Outbox)}
        assert set(world.read_text().splitlines()) <= wishes, "the world heard of what nobody decided"

    operations.NAMES[stuck.NOTICE] = replace(operations.NAMES[stuck.NOTICE], outside=outside)
    return Deed(lambda stage: _waits_for_lurah(stage, "kabar"), _complete, asked_once, after_kill=was_wished)
