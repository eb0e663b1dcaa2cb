"""One request key, one case: also when a button is pressed twice at one moment, in two processes (Must show 7)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient

from app.storage import db
from app.storage.cases import Case
from tests import factories
from tests.web import siti, visitors


def at_once(browsers: list[FlaskClient], address: str, fields: dict) -> list[int]:
    """Every browser posts the same at the same moment; gives the statuses."""
    together = Barrier(len(browsers))

    def press(browser: FlaskClient) -> int:
        together.wait(10)
        return browser.post(address, data=fields).status_code

    with ThreadPoolExecutor(len(browsers)) as hands:
        return list(hands.map(press, browsers))


def copies(client: FlaskClient, apps: list[Flask]) -> list[FlaskClient]:
    """The same browser, its cookie included, once for every app."""
    cookie = client.get_cookie("alur").value
    found = [app.test_client() for app in apps]
    for browser in found:
        browser.set_cookie("alur", cookie)
    return found


def test_the_same_application_from_two_processes_is_one_case(
    app: Flask, client: FlaskClient, new_app: Callable, postgres_url: str
):
    other = new_app(postgres_url)
    other.config["WTF_CSRF_ENABLED"] = False
    key = siti.fill_in(client)
    browsers = copies(client, [app, other, app, other])

    statuses = at_once(browsers, "/layanan/sktm/ajukan/periksa", {"kunci": key})

    assert statuses == [302] * 4
    receipts = {siti.receipt_on(browser.get("/layanan/sktm/terima").text) for browser in browsers}
    assert len(receipts) == 1
    with visitors.inside(app):
        assert db.session.query(Case).count() == 1


def test_the_same_decision_from_two_processes_counts_once(
    app: Flask, client: FlaskClient, new_app: Callable, postgres_url: str
):
    other = new_app(postgres_url)
    other.config["WTF_CSRF_ENABLED"] = False
    with visitors.inside(app):
        case = factories.apply("domisili")
        task_id, case_id = factories.open_task(case).id, case.id
    desk = visitors.holder_of(app, "rt", factories.SITI_HOME)

    statuses = at_once(
        copies(desk, [app, other]), f"/tugas/{task_id}", {"keputusan": "setuju", "kunci": "sama"}
    )

    assert statuses == [302, 302], "the same press gets the same answer"
    with visitors.inside(app):
        case = db.session.get(Case, case_id)
        assert factories.open_task(case).step == "sahkan_rw"
