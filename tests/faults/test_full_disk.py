"""The disk is full: whoever presses a button reads a sentence and keeps what was typed, and all goes on afterwards."""

import os
import resource
import sys
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from PIL import Image

from tests.faults import invariants, lives, wrong
from tests.faults.deeds import DEEDS
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong
from tests.web import siti

NOTHING_MORE = 0  # bytes that a file may still hold
LARGE = 1500  # pixels of a picture that does not stay in memory on its way in


def with_a_full_disk(
    stage: Stage, deed: Callable[[], Any], mistake: Wrong, before: Callable[[], Any] = lambda: None
) -> Any:
    """What a process is told that can write no file any more; what it does `before`, it does with room."""

    def lived(say: lives.Say) -> Any:
        mistake(say)
        before()
        sys.stdout = sys.stderr = StringIO()  # a log goes elsewhere than the files
        resource.setrlimit(resource.RLIMIT_FSIZE, (NOTHING_MORE, NOTHING_MORE))
        return deed()

    return lives.live(stage.app, lived).answer


def large_photo() -> BytesIO:
    target = BytesIO()
    Image.frombytes("RGB", (LARGE, LARGE), os.urandom(3 * LARGE**2)).save(target, "JPEG")
    target.seek(0)
    return target


def send_a_file(stage: Stage, photo: Callable[[], BytesIO], mistake: Wrong) -> None:
    deed = DEEDS["upload"]
    browser = deed.prepare(stage)

    def upload() -> tuple[int, str]:
        answer = siti.post(browser, 3, {"bukti": (photo(), "bukti.jpg")}, code="uji")
        return answer.status_code, answer.text

    status, page = with_a_full_disk(stage, upload, mistake)
    assert status in (422, 503), "at the field, or on a page of its own"
    assert "coba lagi" in page.lower()

    deed.check(stage, browser, deed.act(stage, browser))
    with stage.inside():
        assert invariants.broken() == []


def take_a_step(stage: Stage, name: str, mistake: Wrong) -> None:
    deed = DEEDS[name]
    thing = deed.prepare(stage)
    browser, address, fields = {
        "complete": lambda: (thing[0], f"/tugas/{thing[2]}", {"keputusan": "setuju", "kunci": "sama"}),
        "send": lambda: (thing[0], "/layanan/uji/ajukan/periksa", {"kunci": thing[1]}),
    }[name]()

    def press() -> tuple[int, str]:
        answer = browser.post(address, data=fields)
        return answer.status_code, answer.text

    status, page = with_a_full_disk(stage, press, mistake, before=lambda: browser.get(address))
    assert status == 503
    assert "coba lagi" in page.lower()

    deed.check(stage, thing, deed.act(stage, thing))
    with stage.inside():
        assert invariants.broken() == []


def issue_a_letter(stage: Stage, mistake: Wrong) -> None:
    deed = DEEDS["letter"]
    case_id = deed.prepare(stage)

    with_a_full_disk(stage, stage.work, mistake)

    assert "letter signed" not in stage.kinds(case_id)
    stage.wait()

    def work(say: lives.Say) -> int:
        mistake(say)
        return stage.work()

    assert lives.live(stage.app, work).answer
    deed.check(stage, case_id, None)
    with stage.inside():
        assert [*invariants.broken(), *invariants.unfinished()] == []


@pytest.mark.parametrize("photo", [siti.photo, large_photo])
def test_a_file_that_finds_no_room_is_asked_for_again(each_stage: Stage, photo: Callable[[], BytesIO]):
    send_a_file(each_stage, photo, wrong.nothing)


@pytest.mark.parametrize(
    ("photo", "mistake", "told"),
    [(siti.photo, wrong.room_taken_for_granted, 302), (large_photo, wrong.full_disk_unknown, 500)],
)
def test_a_file_that_was_not_kept_would_be_found(
    stage: Stage, photo: Callable[[], BytesIO], mistake: Wrong, told: int
):
    with pytest.raises(AssertionError, match=f"assert {told} in "):
        send_a_file(stage, photo, mistake)


@pytest.mark.parametrize("each_stage", ["attacked_sqlite_url"], indirect=True)
@pytest.mark.parametrize("name", ["complete", "send"])
def test_a_step_that_finds_no_room_is_taken_again(each_stage: Stage, name: str):
    take_a_step(each_stage, name, wrong.nothing)


@pytest.mark.parametrize("each_stage", ["attacked_sqlite_url"], indirect=True)
def test_a_step_that_was_not_kept_would_be_found(each_stage: Stage):
    with pytest.raises(AssertionError, match="assert 302 == 503"):
        take_a_step(each_stage, "complete", wrong.steps_taken_for_granted)


def test_a_letter_that_finds_no_room_is_issued_when_there_is(stage: Stage):
    issue_a_letter(stage, wrong.nothing)


def test_a_letter_that_takes_another_number_would_be_found(stage: Stage):
    with pytest.raises(AssertionError, match="its order is another matter"):
        issue_a_letter(stage, wrong.numbers_anew)
