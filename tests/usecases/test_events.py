"""Cases talk with one another: each message reaches the one case it is for, each signal all that listen, once."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from flask import Flask

from app import engine
from app.errors import Conflict
from app.storage import cases, db, events, transaction, work
from app.storage.cases import Case
from app.usecases import clock as worker
from app.usecases import diary, mending, standing
from app.usecases import events as delivering
from app.usecases.advance import advance
from tests import factories
from tests.conftest import Clock
from tests.engine.diagrams import activities, build
from tests.engine.diagrams import events as drawn
from tests.usecases import talking

Publish = Callable[[Mapping[str, bytes]], None]


@pytest.fixture
def each_city(each_app: Flask) -> Iterator[Flask]:
    with each_app.app_context():
        yield each_app
        db.session.remove()


@pytest.fixture
def publish(each_city: Flask, tmp_path) -> Publish:
    return lambda diagrams: talking.publish(tmp_path / "baru", diagrams)


def answered(case: Case) -> str:
    """What an asker was told."""
    (waiting,) = cases.open_tasks_of(case.id)
    assert waiting.step == "baca"
    db.session.refresh(case)
    return case.variables["jawaban"]


def test_a_request_opens_a_case_in_the_other_pool_and_its_answer_comes_back(publish: Publish):
    publish({"tanya": talking.two_pools()})
    case = factories.apply("tanya")
    assert talking.opened_by(case) == [] and talking.steps(case) == []
    worker.settle()

    (other,) = talking.opened_by(case)
    assert (other.process_id, other.version_id, other.service_code) == ("kantor", case.version_id, "tanya")
    assert other.number != case.number and other.home_unit_id == case.home_unit_id
    assert (other.applicant_name, other.nik_index) == (case.applicant_name, case.nik_index)
    assert set(other.variables) == {"nomor", "barang"}, "only what the other pool reads"
    assert [task.role_key for task in cases.open_tasks_of(other.id)] == ["camat"]
    talking.decide(other, "tolak")
    worker.settle()

    assert answered(case) == "tolak"
    talking.decide(case)
    for each in (case, other):
        db.session.refresh(each)
        assert each.outcome == "selesai" and diary.broken_at(each.id) is None
        assert not events.waits_of(each.id) and not events.unfinished_of(each.id)
    assert talking.kinds(case) == ["message sent", "message received"]
    assert talking.kinds(other) == ["case opened", "message sent"]
    assert worker.settle() == 0


def test_three_askers_each_get_their_own_answer_in_whatever_order(publish: Publish):
    publish({"tanya": talking.two_pools()})
    asking = [factories.apply("tanya", index=index) for index in range(3)]
    worker.settle()
    for case, said in zip(reversed(asking), ("setuju", "tolak", "setuju"), strict=True):
        talking.decide(talking.opened_by(case)[0], said)
    worker.settle()
    assert [answered(case) for case in asking] == ["setuju", "tolak", "setuju"]
    assert [talking.kinds(case).count("message received") for case in asking] == [1, 1, 1]


def test_a_stranger_who_names_the_number_reaches_that_case_among_many(publish: Publish):
    """More cases listen than are tried in one go: without the hash of the values this one is not found."""
    name_it = drawn.message("m_jawab", "Jawaban", '{"nomor": barang, "jawaban": "ditemukan"}')
    known_by = activities.correlation_property("nomor_berkas", {"m_jawab": "nomor"})
    keys = activities.collaboration(
        {"pool": "kabari"}, keys=activities.correlation_key("Nomor", "nomor_berkas")
    )
    stranger = talking.speaker("kabari", drawn.on_message("m_jawab"))
    publish({"tanya": talking.two_pools(), "kabari": build.document(name_it, keys, known_by, stranger)})
    asking = [factories.apply("tanya", index=index) for index in range(2 * delivering.MOST_TRIED)]
    worker.settle()

    factories.send("kabari", barang=asking[-2].number)
    worker.settle()

    assert [case for case in asking if talking.steps(case)] == [asking[-2]]
    assert answered(asking[-2]) == "ditemukan"


def test_an_answer_that_comes_before_anybody_listens_waits_and_comes_at_once_then(publish: Publish):
    publish({"tanya": talking.two_pools(busy_first=True, at_once=True)})
    early, other = factories.apply("tanya"), factories.apply("tanya", index=1)
    worker.settle()
    assert talking.steps(early) == ["sibuk"]
    assert [post.name for post in talking.posts() if post.done_at is None] == ["Jawaban", "Jawaban"]

    talking.decide(early)
    assert talking.steps(early) == []
    worker.settle()  # the clock stands still: nobody waits for the next look

    assert answered(early) == "setuju"
    assert talking.steps(other) == ["sibuk"], "the answer that waits for another case went past this one"


def test_who_looks_for_nobody_looks_less_and_less_often_and_stops_no_other(publish: Publish, clock: Clock):
    lonely = build.document(
        drawn.message("m_sepi", "Sepi"), talking.speaker("sepi", drawn.on_message("m_sepi"))
    )
    publish({"sepi": lonely, "tanya": talking.two_pools(at_once=True)})
    factories.apply("sepi")
    waits = []
    for _look in range(20):
        worker.settle()
        (post,) = [post for post in talking.posts() if post.done_at is None]
        waits.append(post.run_at - clock.now)
        clock.set(post.run_at)
    assert waits[:4] == [timedelta(seconds=2**look) for look in range(1, 5)]
    assert waits[-1] == timedelta(days=1) and post.dead_at is None

    case = factories.apply("tanya")
    worker.settle()
    assert answered(case) == "setuju"


def test_without_a_key_the_answer_goes_to_the_case_that_asked(publish: Publish):
    """Also while that one does not listen yet and another, which asked its own office, is the only one that does."""
    without_keys = talking.asker(busy_first=True), talking.office()
    publish({"tanya": build.document(talking.REQUEST, talking.ANSWER, *without_keys)})
    first, second = factories.apply("tanya"), factories.apply("tanya", index=1)
    worker.settle()
    talking.decide(second)
    assert (talking.steps(first), talking.steps(second)) == (["sibuk"], [])
    talking.decide(talking.opened_by(first)[0], "tolak")
    worker.settle()
    assert talking.steps(second) == [], "the answer was not for this one"

    talking.decide(first)
    talking.decide(talking.opened_by(second)[0], "setuju")
    worker.settle()
    assert (answered(first), answered(second)) == ("tolak", "setuju")


def news(*names: str) -> bytes:
    kabar = drawn.message("m_kabar", "Kabar", '{"isi_kabar": barang}', "kabar")
    made = {"simak": talking.listener, "wartakan": talking.speaker}
    return build.document(kabar, *(made[name](name, drawn.on_message("m_kabar")) for name in names))


def test_without_a_key_the_only_case_that_listens_gets_it(publish: Publish):
    publish({"simak": news("simak"), "wartakan": news("wartakan")})
    case = factories.apply("simak")
    factories.apply("wartakan")
    worker.settle()
    assert talking.steps(case) == ["baca"]


def test_where_nothing_tells_which_of_several_is_meant_a_person_is_asked(publish: Publish):
    publish({"simak": news("simak"), "wartakan": news("wartakan")})
    first, second = factories.apply("simak"), factories.apply("simak", index=1)
    sender = factories.apply("wartakan")
    worker.settle()

    (incident,) = work.open_incidents()
    assert incident.case_id == sender.id
    assert "Kabar" in incident.what and "2 berkas" in incident.what and "kunci korelasi" in incident.what
    assert talking.steps(first) == talking.steps(second) == []
    assert any("gangguan" in line for line in standing.told(sender.number))
    withdraw(first)
    mending.retry(incident.id)
    worker.settle()
    assert talking.steps(second) == ["baca"]
    assert [post.dead_at for post in talking.posts()] == [None]


def withdraw(case: Case) -> None:
    """The case is over, as if its applicant had taken it back."""
    with transaction():
        advance(
            cases.lock_case(case.id),
            lambda drawing, state, days, moment: engine.cancel(drawing, state, moment, calendar=days),
            by="Pemohon",
        )
    assert not events.waits_of(case.id)


def test_a_message_that_cannot_be_taken_becomes_an_incident_of_who_got_it(
    publish: Publish, clock: Clock, monkeypatch
):
    publish({"tanya": talking.two_pools(at_once=True)})
    sick, well = factories.apply("tanya"), factories.apply("tanya", index=1)
    sick_id, real = sick.id, delivering.advance
    monkeypatch.setattr(
        delivering, "advance", lambda case, *a, **k: fail() if case.id == sick_id else real(case, *a, **k)
    )
    for _attempt in range(worker.ATTEMPTS):
        worker.settle()
        clock.forward(minutes=1)
    worker.settle()

    assert answered(well) == "setuju"
    (incident,) = work.open_incidents()
    assert (incident.case_id, incident.what) == (sick_id, "rusak")
    monkeypatch.setattr(delivering, "advance", real)
    mending.retry(incident.id)
    worker.settle()
    assert answered(sick) == "setuju" and not work.open_incidents()
    assert talking.kinds(sick).count("message received") == 1


def fail() -> None:
    raise RuntimeError("rusak")


def test_a_post_that_somebody_changed_is_delivered_to_nobody_and_holds_up_no_other(
    publish: Publish, clock: Clock
):
    publish({"tanya": talking.two_pools(at_once=True)})
    forged, well = factories.apply("tanya"), factories.apply("tanya", index=1)
    with transaction():
        first, second = db.session.query(events.Post).order_by(events.Post.id)
        first.sealed = second.sealed
    for _attempt in range(worker.ATTEMPTS):
        worker.settle()
        clock.forward(minutes=1)
    assert answered(well) == "setuju" and talking.opened_by(forged) == []
    (incident,) = work.open_incidents()
    assert incident.case_id == forged.id


def test_a_post_that_kills_its_worker_becomes_an_incident(publish: Publish, clock: Clock, monkeypatch):
    """Counting the attempt only afterwards would let it kill for ever."""
    publish({"tanya": talking.two_pools(at_once=True)})
    sick_id, well_id = factories.apply("tanya").id, factories.apply("tanya", index=1).id
    real, deaths = delivering._bring, 0
    monkeypatch.setattr(
        delivering, "_bring", lambda each: _die() if each.sender_id == sick_id else real(each)
    )
    for _turn in range(3 * worker.ATTEMPTS):
        try:
            worker.settle()
        except SystemExit:
            deaths += 1
            db.session.remove()
        clock.forward(seconds=worker.LEASE.total_seconds() + 1)
    assert deaths == worker.ATTEMPTS and answered(db.session.get(Case, well_id)) == "setuju"
    (incident,) = work.open_incidents()
    assert (incident.case_id, incident.what) == (sick_id, worker.LOST)


def _die() -> None:
    raise SystemExit("killed")


def test_an_event_nobody_in_the_case_waits_for_is_refused_and_changes_nothing(publish: Publish):
    publish({"tanya": talking.two_pools()})
    case = factories.apply("tanya")
    other = engine.Event("message", "Lain")
    with pytest.raises(Conflict), transaction():
        advance(
            cases.lock_case(case.id),
            lambda drawing, state, days, now: engine.deliver(drawing, state, other, now, calendar=days),
            by="Sistem",
        )
    assert talking.kinds(case) == ["message sent"]
