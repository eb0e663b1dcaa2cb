"""The session's cookie: signed by one web process, read by every other, also by one whose clock is behind."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer


class PatientSigner(TimestampSigner):
    """Takes what was signed a moment from now for signed now: two machines never agree on the second."""

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        value, moment = super().unsign(signed_value, return_timestamp=True)
        if max_age is not None and datetime.now(UTC) - moment > timedelta(seconds=max_age):
            raise SignatureExpired("Signature is too old", payload=value, date_signed=moment)
        return (value, moment) if return_timestamp else value


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions of one application, with that signature."""

    _serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
            self._serializer.signer = PatientSigner
        return self._serializer
