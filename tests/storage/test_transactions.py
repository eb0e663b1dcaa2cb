"""The session: who changes something outside a transaction is stopped, on both databases."""

import pytest
from flask import Flask

from app.storage import db
from app.storage.work import RequestKey
from app.usecases.parts import now


def test_a_change_outside_a_transaction_is_refused(each_app: Flask) -> None:
    with each_app.app_context():
        db.session.add(RequestKey(scope="x", key="x", sealed=b"", at=now()))
        with pytest.raises(RuntimeError, match="outside a transaction"):
            db.session.flush()
        db.session.rollback()
        assert db.session.query(RequestKey).count() == 0
