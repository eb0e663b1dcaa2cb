"""Keeps secrets unreadable at rest: seals bytes and texts, and makes the blind values they can be found by.

Every sealed value begins with its format and the id of its key, so that keys can be changed while old values
stay readable. A `context` (what the value is, and whose) is bound in: a value moved elsewhere does not open.
"""

import hmac
import secrets
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import ProcessFault

FORMAT = b"\x01"
KEY_ID_SIZE, NONCE_SIZE = 4, 12
_HEAD_SIZE = len(FORMAT) + KEY_ID_SIZE
SHORTEST_SECRET = 32


class Sealer:
    """Seals with the newest secret; opens what any of the older ones sealed."""

    def __init__(self, secret: str, *, older: Sequence[str] = ()) -> None:
        self._secrets = tuple(text.encode() for text in (secret, *older))
        if any(len(text) < SHORTEST_SECRET for text in self._secrets):
            raise ValueError(f"A sealing secret needs at least {SHORTEST_SECRET} characters.")
        keys = [_derive(text, "seal") for text in self._secrets]
        self._keys = {_key_id(key): key for key in reversed(keys)}
        self._newest = _key_id(keys[0])

    def seal(self, content: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_SIZE)
        head = FORMAT + self._newest
        box = AESGCM(self._keys[self._newest]).encrypt(nonce, content, head + context.encode())
        return head + nonce + box

    def open(self, sealed: bytes, context: str) -> bytes:
        head, rest = sealed[:_HEAD_SIZE], sealed[_HEAD_SIZE:]
        key = self._keys.get(head[1:])
        if head[:1] != FORMAT or key is None:
            raise ProcessFault("A sealed value has an unknown format, or its key is not configured.")
        try:
            return AESGCM(key).decrypt(rest[:NONCE_SIZE], rest[NONCE_SIZE:], head + context.encode())
        except (InvalidTag, ValueError) as error:
            raise ProcessFault("A sealed value was changed, cut or moved from its place.") from error

    def seal_text(self, text: str, context: str) -> bytes:
        return self.seal(text.encode(), context)

    def open_text(self, sealed: bytes, context: str) -> str:
        return self.open(sealed, context).decode()

    def seal_json(self, value: object, context: str) -> bytes:
        return self.seal(orjson.dumps(value), context)

    def open_json(self, sealed: bytes, context: str) -> Any:
        return orjson.loads(self.open(sealed, context))

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key sealed it; a rotation seals the others again."""
        return sealed[:_HEAD_SIZE] == FORMAT + self._newest

    def blind_index(self, text: str) -> str:
        """A value to find equal texts by (an exact NIK) without being able to read them."""
        return _mac(self._secrets[0], "blind index", text)

    def blind_indexes(self, text: str) -> tuple[str, ...]:
        """The blind values under every key, newest first: what a search asks for while keys change."""
        return tuple(_mac(secret, "blind index", text) for secret in self._secrets)

    def code_hash(self, code: str) -> str:
        """What is stored of a tracking code or a session token."""
        return _mac(self._secrets[0], "code", code)

    def is_code(self, code: str, stored: str) -> bool:
        """Whether this is the code whose hash was stored, in the same time for right and wrong ones."""
        matches = [hmac.compare_digest(_mac(secret, "code", code), stored) for secret in self._secrets]
        return any(matches)

    def passphrase(self, purpose: str) -> bytes:
        """The passphrase that locks private keys, by the newest secret."""
        return self.passphrases(purpose)[0]

    def passphrases(self, purpose: str) -> tuple[bytes, ...]:
        """The passphrases under every secret, newest first."""
        return tuple(_derive(secret, f"passphrase: {purpose}").hex().encode() for secret in self._secrets)


@lru_cache(maxsize=64)
def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"alur {purpose}".encode()).derive(secret)


def _key_id(key: bytes) -> bytes:
    return sha256(b"alur key id" + key).digest()[:KEY_ID_SIZE]


def _mac(secret: bytes, purpose: str, text: str) -> str:
    return hmac.new(_derive(secret, purpose), text.encode(), sha256).hexdigest()
