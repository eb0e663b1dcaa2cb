"""Readers of the portal for tests that walk many pages: officials signed in without the cost of a password."""

from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient

from app.storage import db, people, sessions, transaction
from app.usecases import sign_in
from app.usecases.parts import today


@contextmanager
def inside(app: Flask):
    """Work inside the portal between two requests."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()


def official(app: Flask, person_id: int) -> FlaskClient:
    """A browser signed in as this person."""
    with inside(app), transaction():
        token = sign_in._open_session(sessions.get_person(person_id), "")
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = token  # Flask-Login's name for who is signed in
    return client


def holder_of(app: Flask, role: str, unit: str) -> FlaskClient:
    """A browser signed in as whoever holds this office."""
    with inside(app):
        person_id = people.holder(role, people.find_unit(unit).id, today()).person_id
    return official(app, person_id)
