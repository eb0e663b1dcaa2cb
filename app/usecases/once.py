"""Requests of other systems answered once: the same request key gets the same answer, kept together with its deed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.errors import Conflict
from app.storage import db, joined_transactions, transaction, work
from app.storage.work import RequestKey
from app.usecases.parts import now, parts

Answer = dict[str, Any]  # what the face needs to say it again

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
    """Forget answers that nobody will ask for again: of other systems, of applications and of tasks."""
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
