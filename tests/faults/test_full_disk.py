"""The disk is full: whoever presses a button reads a sentence and keeps what was typed, and all goes on afterwards."""

import os
import resource
import sys
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from PIL import Image

from tests.faults import invariants, lives
from tests.faults.deeds import DEEDS
from tests.faults.stage import Stage
from tests.web import siti

NOTHING_MORE = 0  # bytes that a file may still hold
LARGE = 1500  # pixels of a picture that does not stay in memory on its way in


def with_a_full_disk(stage: Stage, deed: Callable[[], Any]) -> Any:
    """What a process is told that can write no file any more."""

    def lived(_say: lives.Say) -> Any:
        sys.stdout = sys.stderr = StringIO()  # a log goes elsewhere than the files
        resource.setrlimit(resource.RLIMIT_FSIZE, (NOTHING_MORE, NOTHING_MORE))
        return deed()

    return lives.live(stage.app, lived).answer


def large_photo() -> BytesIO:
    target = BytesIO()
    Image.frombytes("RGB", (LARGE, LARGE), os.urandom(3 * LARGE**2)).save(target, "JPEG")
    target.seek(0)
    return target


@pytest.mark.parametrize("photo", [siti.photo, large_photo])
def test_a_file_that_finds_no_room_is_asked_for_again(each_stage: Stage, photo: Callable[[], BytesIO]):
    deed = DEEDS["upload"]
    browser = deed.prepare(each_stage)

    def upload() -> tuple[int, str]:
        answer = siti.post(browser, 3, {"bukti": (photo(), "bukti.jpg")}, code="uji")
        return answer.status_code, answer.text

    status, page = with_a_full_disk(each_stage, upload)
    assert status in (422, 503) and "coba lagi" in page.lower(), "at the field, or on a page of its own"

    deed.check(each_stage, browser, deed.act(each_stage, browser))
    with each_stage.inside():
        assert invariants.broken() == []


@pytest.mark.parametrize("each_stage", ["attacked_sqlite_url"], indirect=True)
@pytest.mark.parametrize("name", ["complete", "send"])
def test_a_step_that_finds_no_room_is_taken_again(each_stage: Stage, name: str):
    deed = DEEDS[name]
    thing = deed.prepare(each_stage)
    browser, address, fields = {
        "complete": lambda: (thing[0], f"/tugas/{thing[2]}", {"keputusan": "setuju", "kunci": "sama"}),
        "send": lambda: (thing[0], "/layanan/uji/ajukan/periksa", {"kunci": thing[1]}),
    }[name]()

    def press() -> tuple[int, str]:
        answer = browser.post(address, data=fields)
        return answer.status_code, answer.text

    status, page = with_a_full_disk(each_stage, press)
    assert status == 503 and "coba lagi" in page.lower()

    deed.check(each_stage, thing, deed.act(each_stage, thing))
    with each_stage.inside():
        assert invariants.broken() == []


def test_a_letter_that_finds_no_room_is_issued_when_there_is(stage: Stage):
    deed = DEEDS["letter"]
    case_id = deed.prepare(stage)

    with_a_full_disk(stage, stage.work)

    assert "letter signed" not in stage.kinds(case_id)
    stage.wait()
    stage.work()
    deed.check(stage, case_id, None)
    with stage.inside():
        assert [*invariants.broken(), *invariants.unfinished()] == []
