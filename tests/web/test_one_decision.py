"""What the web adds to a decision: who comes, the form and its token, the cookie, the answer; counted, not timed."""

import re

from flask import Flask
from werkzeug.test import EnvironBuilder

from app.usecases import inbox
from tests import factories
from tests.effort import few_calls
from tests.web import every_page, visitors

MOST_CALLS = 2000


def test_a_posted_decision_costs_little_besides_the_use_case(app: Flask) -> None:
    """Seen to fail, at 2,600, with headers set one by one, a signer for every cookie, and each guard looked up."""
    head = visitors.holder_of(app, "rt", f"{every_page.KELURAHAN}.RW05.RT03")
    with visitors.inside(app):
        tasks = [factories.open_task(factories.apply("domisili", index=index)).id for index in range(3)]
    page = head.get(f"/tugas/{tasks[0]}").text
    form = {
        "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
        "keputusan": "setuju",
        "berikutnya": tasks[0],
    }
    cookie = {"Cookie": f"alur={head.get_cookie('alur').value}"}
    requests = [
        EnvironBuilder(
            f"/tugas/{task_id}", method="POST", data={**form, "kunci": f"tekan-{task_id}"}, headers=cookie
        ).get_environ()
        for task_id in tasks
    ]
    said: list[str] = []

    def answer(request: dict) -> None:
        for _part in app(request, lambda status, _headers: said.append(status)):
            pass

    for request in requests[:-1]:  # what is read once in a process is no part of it
        answer(request)
    with few_calls(MOST_CALLS, besides=inbox.complete_task):
        answer(requests[-1])
    assert said == ["302 FOUND"] * len(tasks)
