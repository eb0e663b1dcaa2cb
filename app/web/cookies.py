"""The session's cookie: signed by one web process, read by every other, also by one whose clock is behind."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from flask import Flask
from flask.json.tag import JSONTag, TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import SigningAlgorithm


class InOneGo(SigningAlgorithm):
    """Flask's own HMAC-SHA1, in one call of C."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class PatientSigner(TimestampSigner):
    """Takes what was signed a moment from now for signed now: two machines never agree on the second."""

    @cached_property
    def _derived(self) -> Callable[[str | bytes | None], bytes]:
        return cache(super().derive_key)

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """It has one salt and few keys, and is kept: what follows from them is worked out once."""
        return self._derived(secret_key)

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        value, moment = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and datetime.now(UTC) - moment > timedelta(seconds=max_age):
            raise SignatureExpired("Signature is too old", payload=value, date_signed=moment)
        return (value, moment) if return_timestamp else value


class Signature(URLSafeTimedSerializer):
    """Keeps its signer: made once for the application, not for every cookie that is read or written."""

    default_signer = PatientSigner

    @cached_property
    def _signer(self) -> TimestampSigner:
        return super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        return self._signer if salt in (None, self.salt) else super().make_signer(salt)


class PlainText(JSONTag):
    """Text goes as it is. Most of a session is text, which Flask asks for last, after all the kinds that it marks."""

    __slots__ = ()

    def check(self, value: Any) -> bool:
        return type(value) is str

    def to_json(self, value: Any) -> str:
        return value

    tag = to_json


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions of one application, with that signature; what is signed reads as it always did."""

    digest_method = staticmethod(hashlib.sha1)  # Flask's own, but by the name that `hmac` does in C
    serializer = TaggedJSONSerializer()
    serializer.register(PlainText, index=0)
    _signature: Signature | None = None

    def get_signing_serializer(self, app: Flask) -> Signature:
        if self._signature is None:
            flasks = super().get_signing_serializer(app)
            self._signature = Signature(
                flasks.secret_keys,
                salt=flasks.salt,
                serializer=flasks.serializer,
                signer_kwargs={**flasks.signer_kwargs, "algorithm": InOneGo()},
            )
        return self._signature
