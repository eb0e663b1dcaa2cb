"""Somebody with a real browser's patience: whoever gets no answer, or "try again", presses the same button again."""

import http.client
import time
from collections import Counter
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE = 60.0  # seconds
FORM = "application/x-www-form-urlencoded"
AGAIN = 503


class Unanswered(Exception):
    """The portal broke, or said nothing for too long."""


@dataclass(frozen=True)
class Answer:
    status_code: int
    location: str
    text: str


class HttpVisitor:
    """Speaks HTTP with a port of this machine as Werkzeug's test client does with a portal."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.met: Counter[str] = Counter()  # what stood between a button and its answer
        self._port = port
        self._cookies = SimpleCookie({"alur": cookie} if cookie else {})

    def get(self, path: str) -> Answer:
        return self._press("GET", path, b"", "")

    def post(self, path: str, data: dict | bytes = b"", content_type: str = FORM) -> Answer:
        body = data if isinstance(data, bytes) else urlencode(data, doseq=True).encode()
        return self._press("POST", path, body, content_type)

    def cookie(self) -> str:
        return self._cookies["alur"].value

    def _press(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self._ask(method, path, body, content_type)
            if answer is not None:
                return answer
            time.sleep(0.02)
        raise Unanswered(f"{method} {path}: nobody answered")

    def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer | None:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"Content-Type": content_type} if content_type else {}
        try:
            line.request(method, path, body, headers | self._kept())
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            self.met[type(fault).__name__] += 1
            return None
        finally:
            line.close()
        return self._understood(answer, f"{method} {path}", text)

    def _understood(self, answer: http.client.HTTPResponse, asked: str, text: str) -> Answer | None:
        self.met[str(answer.status)] += 1
        if answer.status == AGAIN:
            assert "coba lagi" in text.lower(), text
            return None
        if answer.status >= 500:
            raise Unanswered(f"{asked}: {answer.status}")
        for kept in answer.headers.get_all("Set-Cookie") or ():
            self._cookies.load(kept)
        target = urlsplit(answer.headers.get("Location", ""))
        return Answer(answer.status, target._replace(scheme="", netloc="").geturl(), text)

    def _kept(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={morsel.value}" for name, morsel in self._cookies.items())
        return {"Cookie": pairs} if pairs else {}
