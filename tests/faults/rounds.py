"""What visitors do under siege, round after round: an application with a file is sent, returned, corrected, decided
and issued; another asks an office by message; a third is decided and told of; a fourth is left until its time is over.
What was answered to the end is told on.
"""

import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from flask import Flask

from app.storage import cases, letters
from tests.faults.deeds import REASON, WHAT, WHO, _proof
from tests.faults.http_visitor import Answer, HttpVisitor
from tests.faults.lives import Say
from tests.faults.stage import Stage
from tests.web import siti

FOLLOWS = {
    "uji": {"task completed": 2, "application corrected": 1, "letter signed": 1, "case closed": 1},
    "tanya": {"message sent": 1, "message received": 1},
    "kabar": {"task completed": 1, "notice sent": 1, "case closed": 1},
    "sebentar": {"timer fired": 1},
}
SERVICES = tuple(FOLLOWS)


@dataclass(frozen=True)
class Told:
    """One case that was acknowledged in every step of its round."""

    service: str
    number: str

    @property
    def kinds(self) -> dict[str, int]:
        """What its diary must say in the end, and how often."""
        return {"application received": 1, **FOLLOWS[self.service]}


class Indoors(HttpVisitor):
    """Speaks with a portal in this process."""

    def __init__(self, app: Flask, cookie: str = "") -> None:
        super().__init__(0, cookie)
        self._app = app

    def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        client = self._app.test_client(use_cookies=False)
        answer = client.open(path, method=method, data=body, content_type=content_type, headers=self._kept())
        for kept in answer.headers.getlist("Set-Cookie"):
            self._cookies.load(kept)
        return Answer(answer.status_code, answer.location or "", answer.text)


def go(say: Say, port: int, desk_cookie: str, place: int) -> Counter[str]:
    """Until told to stop by SIGTERM; gives what stood in the way."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    desk, met = HttpVisitor(port, desk_cookie), Counter()
    for turn in count(place):
        if stopped:
            break
        citizen = HttpVisitor(port)
        say(_round(citizen, desk, SERVICES[turn % len(SERVICES)]))
        met += citizen.met
    return met + desk.met


def warm(stage: Stage) -> list[Told]:
    """One round of each kind in this process, so that those forked from it need not begin with reading."""
    desk, told = stage.lurah().get_cookie("alur").value, []
    for service in SERVICES:
        told.append(_round(Indoors(stage.app), Indoors(stage.app, desk), service))
        stage.work()
    return told


def missing(told: list[Told]) -> Iterator[str]:
    """What somebody was told and is not so."""
    for each in told:
        case = cases.find_case(each.number)
        if case is None:
            yield f"{each.number} was acknowledged and is lost"
            continue
        kinds = Counter(entry.kind for entry in cases.diary_of(case.id))
        for kind, times in each.kinds.items():
            if kinds[kind] != times:
                yield f"{each.number} ({each.service}): {kind} {kinds[kind]} times, not {times}"
        if len(letters.letters_of(case.id)) != (each.service == "uji"):
            yield f"{each.number}: {len(letters.letters_of(case.id))} letters"


def _round(citizen: HttpVisitor, desk: HttpVisitor, service: str) -> Told:
    number, code = _apply(citizen, service)
    if service == "uji":
        _decide(desk, number, keputusan="kembalikan", alasan=REASON, perbaikan="bukti")
        _correct(citizen, number, code)
    if service in ("uji", "kabar"):
        _decide(desk, number, keputusan="setuju")
    return Told(service, number)


def _apply(citizen: HttpVisitor, service: str) -> tuple[str, str]:
    pages = [WHO, WHAT, *([_proof()] if service == "uji" else [])]
    for page, fields in enumerate(pages, start=1):
        path, asked = f"/layanan/{service}/ajukan/{page}", {**fields, "aksi": "lanjut"}
        _expect(_multipart(citizen, path, asked) if page == 3 else citizen.post(path, asked), 302)
    key = siti.key_on(citizen.get(f"/layanan/{service}/ajukan/periksa").text)
    _expect(citizen.post(f"/layanan/{service}/ajukan/periksa", {"kunci": key}), 302)
    return siti.receipt_on(citizen.get(f"/layanan/{service}/terima").text)


def _correct(citizen: HttpVisitor, number: str, code: str) -> None:
    _expect(citizen.post("/lacak", {"nomor": number, "kode": code}), 302)
    _expect(_multipart(citizen, f"/lacak/{number}/perbaiki", {**_proof(), "aksi": "kirim"}), 302)


def _decide(desk: HttpVisitor, number: str, **answers: str) -> None:
    """The Lurah finds the case in the inbox and decides it."""
    listed = desk.get(f"/tugas?cari={number}").text
    task = re.search(r'href="/tugas/([0-9a-f-]{36})', listed)
    assert task, f"{number} is not in the inbox"
    _expect(desk.post(f"/tugas/{task[1]}", {**answers, "kunci": f"{number} {sorted(answers)}"}), 302)


def _expect(answer: Answer, status: int) -> None:
    said = " ".join(re.sub("<[^>]+>", " ", answer.text).split())
    assert answer.status_code == status, f"{answer.status_code}: {said[:2000]}"


def _multipart(visitor: HttpVisitor, path: str, fields: dict) -> Answer:
    return siti.upload(_Posting(visitor), path, fields)


class _Posting:
    """Takes what the test client takes."""

    def __init__(self, visitor: HttpVisitor) -> None:
        self._visitor = visitor

    def post(self, path: str, *, data: bytes, content_type: str) -> Answer:
        return self._visitor.post(path, data, content_type)
