"""Requests answered once: the same request key gets the same answer, kept together with its deed.

Another system's whole request has one answer (`once`); of a person's press each thing that it brings has
(`pressed`, `remember_press`), because a form that was mended is sent again with the key of before.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from app.errors import Conflict
from app.storage import db, joined_transactions, transaction, work
from app.storage.sheet import put
from app.storage.work import RequestKey
from app.usecases.parts import now, parts

Answer = dict[str, Any]  # what the face needs to say it again

LONGEST_KEY = 100
REPEATED = timedelta(days=30)  # nobody sends a request again after so long

ANOTHER = (
    "Kunci permintaan itu sudah dipakai untuk permintaan lain. Pakai kunci baru untuk setiap permintaan."
)


class AnotherRequest(Conflict):
    text = ANOTHER


@dataclass(frozen=True)
class Asked:
    """One request of one client: its key, and a fingerprint of everything it asks."""

    client_id: int
    key: str
    fingerprint: str

    @property
    def scope(self) -> str:
        return f"api:{self.client_id}"


def sweep() -> None:
    """Forget answers that nobody will ask for again, of other systems and of people."""
    with transaction():
        work.forget_answers(now() - REPEATED)


def fingerprint(*parts_asked: str) -> str:
    """SHA-256 over the parts of a request, each with its length."""
    said = "".join(f"{len(part)}:{part}" for part in parts_asked)
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


def once(asked: Asked, deed: Callable[[], Answer]) -> Answer:
    """Do the deed and keep its answer with it, or give the answer that was kept. A deed that is refused keeps nothing.

    Two at the same time: the second waits for the first. Raises AnotherRequest where the key was for another request.
    """
    if kept := _kept(asked):
        return kept
    try:
        with joined_transactions(lambda: _claim(asked)):
            answer = deed()
            with transaction():
                _keep(asked, answer)
        return answer
    except Conflict:
        if kept := _kept(asked):
            return kept
        raise


def remembered(asked: Asked, look: Callable[[], Answer]) -> Answer:
    """The same for a look, which changes nothing that must be kept together with its answer."""
    if kept := _kept(asked):
        return kept
    answer = look()
    try:
        with transaction():
            _claim(asked)
            _keep(asked, answer)
    except Conflict:
        return _kept(asked) or answer
    return answer


@dataclass(frozen=True)
class Press:
    """One thing that a press on a button brings: the request key of its page, whose it is, and what it says."""

    scope: str
    key: str
    brought: tuple[str | int, ...]

    @cached_property
    def hashed(self) -> str:
        said = fingerprint(self.key[:LONGEST_KEY], *map(str, self.brought))
        return parts().sealer.code_hash(f"{self.scope}:{said}")


def pressed(press: Press) -> Answer | None:
    """What the same press gave before, inside the caller's transaction with the case's row held; None where it is the
    first, or without a key."""
    row = work.find_answered(press.scope, press.hashed) if press.key else None
    return parts().sealer.open_json(row.sealed, f"{press.scope}:{press.hashed}") if row else None


def remember_press(press: Press, answer: Answer) -> None:
    """Keep what it gave, with what it did."""
    if press.key:
        sealed = parts().sealer.seal_json(answer, f"{press.scope}:{press.hashed}")
        put(RequestKey, scope=press.scope, key=press.hashed, sealed=sealed, at=now())


def _claim(asked: Asked) -> None:
    """Written before anything else: whoever comes with the same key waits here, and finds the answer afterwards."""
    db.session.add(RequestKey(scope=asked.scope, key=_hash(asked), sealed=b"", at=now()))
    db.session.flush()


def _keep(asked: Asked, answer: Answer) -> None:
    work.find_answered(asked.scope, _hash(asked)).sealed = _seal(asked, answer)


def _kept(asked: Asked) -> Answer | None:
    row = work.find_answered(asked.scope, _hash(asked))
    if row is None:
        return None
    kept = parts().sealer.open_json(row.sealed, _context(asked))
    if kept["asked"] != asked.fingerprint:
        raise AnotherRequest
    return kept["answer"]


def _seal(asked: Asked, answer: Answer) -> bytes:
    return parts().sealer.seal_json({"asked": asked.fingerprint, "answer": answer}, _context(asked))


def _hash(asked: Asked) -> str:
    return parts().sealer.code_hash(f"{asked.scope}:{asked.key}")


def _context(asked: Asked) -> str:
    """The key itself opens the answer: who only has the database does not learn a tracking code."""
    return f"{asked.scope}:{asked.key}"
