"""Given-up work is tried again or passed over by an administrator, once, with a reason, and the diary says so."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from app.domain.permissions import Actor
from app.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from app.storage import cases, db, people, transaction, work
from app.storage.cases import Case
from app.storage.people import Mandate
from app.storage.reach import Conflicted
from app.storage.work import Incident, Outbox
from app.usecases import clock as worker
from app.usecases import diary, incidents, mending, operations
from app.usecases import people as officials
from app.usecases.parts import today
from tests import factories
from tests.conftest import Clock
from tests.engine.diagrams import build
from tests.usecases import stuck, talking

REASON = "Pemohon sudah diberi tahu lewat telepon."


@pytest.fixture
def each_city(each_app: Flask) -> Iterator[Flask]:
    with each_app.app_context():
        yield each_app
        db.session.remove()


def administrator() -> Actor:
    return factories.actor("admin_sistem", "diskominfo")


def lines(case_id: int, *kinds: str) -> list[tuple[str, str, dict]]:
    return [(line.kind, line.by, line.facts) for line in cases.diary_of(case_id) if line.kind in kinds]


def outcome(case_id: int) -> str | None:
    db.session.rollback()
    return db.session.get_one(Case, case_id, populate_existing=True).outcome


def test_given_up_work_is_tried_again(each_city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_notice(monkeypatch, clock)
    case_id, number = incident.case_id, incident.id

    assert mending.retry(number, actor=administrator()) == mending.RETRIED
    worker.settle()

    assert outcome(case_id) == "ditolak" and not work.open_incidents_of(case_id)
    assert len(cases.messages_to(case_id, "pemohon")) == 1
    ((_kind, by, facts),) = lines(case_id, mending.RETRIED)
    assert "selaku Administrator" in by
    assert facts == {"incident": number}
    assert diary.broken_at(case_id) is None


def test_skipped_work_is_never_done_and_the_case_goes_on(each_city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_notice(monkeypatch, clock)
    case_id, number = incident.case_id, incident.id

    mending.skip(number, REASON, actor=administrator())
    clock.forward(days=1)
    worker.settle()

    assert outcome(case_id) == "ditolak" and not work.unfinished_of(case_id)
    assert not cases.messages_to(case_id, "pemohon")
    ((_kind, by, facts),) = lines(case_id, mending.SKIPPED)
    assert "selaku Administrator" in by and facts == {"incident": number, "reason": REASON}
    kinds = [line.kind for line in cases.diary_of(case_id)]
    assert kinds.index(mending.SKIPPED) < kinds.index("case closed")
    assert diary.broken_at(case_id) is None


@pytest.mark.parametrize("reason", ["", "         x", "terlalu" + " " * 20, "x" * 501, None])
def test_a_skip_needs_a_reason_of_some_length(city: Flask, clock: Clock, monkeypatch, reason):
    number = stuck.by_notice(monkeypatch, clock).id
    with pytest.raises(Invalid) as refused:
        mending.skip(number, reason, actor=administrator())
    assert set(refused.value.fields) == {"alasan"}
    assert not db.session.get_one(Incident, number).resolved_at


def test_a_reason_keeps_no_long_number(city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_notice(monkeypatch, clock)
    mending.skip(incident.id, "Pemohon 3574035205900001 sudah tahu", actor=administrator())
    ((_kind, _by, facts),) = lines(incident.case_id, mending.SKIPPED)
    assert facts["reason"] == "Pemohon … sudah tahu"


def test_a_second_click_is_answered_and_changes_nothing(each_city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_notice(monkeypatch, clock)
    number, case_id = incident.id, incident.case_id
    mending.retry(number, actor=administrator())
    for again in (
        lambda: mending.retry(number, actor=administrator()),
        lambda: mending.skip(number, REASON, actor=administrator()),
    ):
        with pytest.raises(mending.Handled, match="sudah ditangani oleh Arif"):
            again()
    assert len(lines(case_id, *mending.DEEDS)) == 1


def test_of_two_clicks_at_once_one_wins(each_app: Flask, clock: Clock, monkeypatch):
    """Read before the case's row is held, both would find the incident open."""
    with each_app.app_context():
        incident = stuck.by_notice(monkeypatch, clock)
        number, case_id, actor = incident.id, incident.case_id, administrator()
        db.session.remove()
    both = Barrier(2)

    def click(deed) -> bool:
        with each_app.app_context():
            both.wait(10)
            try:
                deed()
            except mending.Handled:
                return False
            finally:
                db.session.remove()
        return True

    deeds = [
        lambda: mending.retry(number, actor=actor),
        lambda: mending.skip(number, REASON, actor=actor),
    ]
    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(click, deeds)) == [False, True]
    with each_app.app_context():
        assert len(lines(case_id, *mending.DEEDS)) == 1
        db.session.remove()


def test_a_late_worker_does_not_do_what_was_skipped(city: Flask, clock: Clock, monkeypatch):
    """It had the work in hand all the while; its result comes after the skip and counts for nothing."""
    incident = stuck.by_notice(monkeypatch, clock)
    number, row_id, case_id = incident.id, incident.outbox_id, incident.case_id
    row = db.session.get_one(Outbox, row_id)
    late = row.id, row.case_id, row.key, row.operation, dict(row.params), 1
    mending.skip(number, REASON, actor=administrator())
    worker._do(*late)
    assert not cases.messages_to(case_id, "pemohon") and outcome(case_id) == "ditolak"


def test_a_timer_is_only_retried(each_city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_timer(monkeypatch, clock)
    number, case_id = incident.id, incident.case_id
    sheet = incidents.open_incident(number, administrator())
    assert "tidak dapat dilewati" in sheet.obstacle
    with pytest.raises(Conflict, match="tidak dapat dilewati"):
        mending.skip(number, REASON, actor=administrator())

    mending.retry(number, actor=administrator())
    worker.settle()
    assert len(cases.messages_to(case_id, "operator_kelurahan")) == 1


def test_a_letter_is_only_retried(city: Flask, clock: Clock, monkeypatch):
    """Skipped, its applicant would be told that a letter was issued which nobody made."""
    incident = stuck.by_letter(monkeypatch, clock)
    number, case_id = incident.id, incident.case_id
    with pytest.raises(Conflict, match="Surat tidak dapat dilewati"):
        mending.skip(number, REASON, actor=administrator())
    mending.retry(number, actor=administrator())
    worker.settle()
    assert outcome(case_id) == "terbit"


def test_every_operation_that_makes_a_letter_is_known_as_one(city: Flask):
    named = {name for name in operations.NAMES if name.startswith("surat.")}
    assert named == mending.LETTERS


def test_a_message_is_passed_over_without_its_content(each_city: Flask, clock: Clock, monkeypatch):
    case = stuck.refused()
    incident = stuck.by_message(case)
    post_id = incident.post_id
    mending.skip(incident.id, REASON, actor=administrator())
    post = db.session.get_one(mending.Post, post_id, populate_existing=True)
    assert post.done_at and post.sealed == b""
    assert not work.open_incidents_of(case.id)


def test_where_the_next_step_cannot_run_without_it_nothing_is_skipped(
    city: Flask, clock: Clock, monkeypatch, tmp_path: Path
):
    """The step after it counts on a number that only the work could have brought."""
    says = {"kepada": '"pemohon"', "pesan": '"Halo"'}
    nodes = [
        build.start(**talking.ASKS), build.service("kabari", stuck.NOTICE, says, result="hasil"),
        build.script("hitung", "jumlah = hasil + 1"), build.end(),
    ]  # fmt: skip
    drawing = build.bpmn("kabar", nodes, "mulai>kabari kabari>hitung hitung>selesai")
    talking.publish(tmp_path / "baru", {"kabar": drawing})
    incident = stuck.by_notice(monkeypatch, clock, factories.apply("kabar"))
    number, case_id = incident.id, incident.case_id

    with pytest.raises(Conflict, match="tanpa hasil pekerjaan ini"):
        mending.skip(number, REASON, actor=administrator())

    db.session.rollback()
    assert work.open_incidents_of(case_id) and work.unfinished_of(case_id)
    assert not lines(case_id, mending.SKIPPED)


def test_what_the_case_no_longer_waits_for_is_only_closed(city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_notice(monkeypatch, clock)
    number, case_id = incident.id, incident.case_id
    with transaction():
        db.session.get_one(Outbox, incident.outbox_id).done_at = clock.now
    assert not incidents.open_incident(number, administrator()).needed
    with pytest.raises(Conflict, match="tidak ada yang perlu dilewati"):
        mending.skip(number, REASON, actor=administrator())
    assert mending.retry(number, actor=administrator()) == mending.CLOSED
    assert len(lines(case_id, mending.CLOSED)) == 1


def test_only_an_administrator_mends(city: Flask, clock: Clock, monkeypatch):
    number = stuck.by_notice(monkeypatch, clock).id
    lurah = factories.actor("lurah", "35.74.03.1002")
    for deed in (
        lambda: mending.retry(number, actor=lurah),
        lambda: mending.skip(number, REASON, actor=lurah),
    ):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(NotFound):
        incidents.open_incident(number, lurah)


def test_an_administrator_with_an_interest_in_the_case_knows_nothing_of_it(
    city: Flask, clock: Clock, monkeypatch
):
    incident, actor = stuck.by_notice(monkeypatch, clock), administrator()
    number = incident.id
    with transaction():
        db.session.add(Conflicted(case_id=incident.case_id, person_id=actor.person_id))
    assert incidents.list_incidents(actor, "").lines == [] and incidents.count_waiting(actor) == 0
    for deed in (
        lambda: incidents.open_incident(number, actor),
        lambda: mending.retry(number, actor=actor),
        lambda: mending.skip(number, REASON, actor=actor),
    ):
        with pytest.raises(NotFound):
            deed()


def test_an_administrator_who_is_stood_in_for_reads_on_but_mends_nothing(
    city: Flask, clock: Clock, monkeypatch
):
    number, actor = stuck.by_notice(monkeypatch, clock).id, administrator()
    deputy = factories.actor("verifikator_pengaduan", "diskominfo").person_id
    stands_in = Mandate(
        position_id=actor.seats[0].position_id, person_id=deputy, kind="Plh.", order_number="800.1/9/2026",
        since=today(), until=today(),
    )  # fmt: skip
    with transaction():
        db.session.add(stands_in)
    assert not incidents.open_incident(number, officials.actor_of(actor.person_id)).may_mend
    with pytest.raises(NotAllowed):
        mending.retry(number, actor=officials.actor_of(actor.person_id))
    acting = officials.actor_of(deputy)
    mending.retry(number, actor=acting)
    assert "selaku Plh. " in db.session.get_one(Incident, number).resolved_by


def test_an_operator_names_an_incident_by_its_case(city: Flask, clock: Clock, monkeypatch):
    incident = stuck.by_notice(monkeypatch, clock)
    case = db.session.get_one(Case, incident.case_id)
    assert mending.named(case.number.lower()) == mending.named(str(incident.id)) == incident.id
    other = stuck.by_message(case)
    with pytest.raises(Refused, match=f"{incident.id}, {other.id}"):
        mending.named(case.number)
    with pytest.raises(NotFound):
        mending.named("26-XXX-XXX-XXX")


def test_the_page_tells_what_was_tried_before(city: Flask, clock: Clock, monkeypatch):
    first = stuck.by_notice(monkeypatch, clock)
    first_id, case_id = first.id, first.case_id
    mending.retry(first_id, actor=administrator())
    second = stuck.by_notice(monkeypatch, clock, db.session.get_one(Case, case_id))
    sheet = incidents.open_incident(second.id, administrator())
    assert [each.how for each in sheet.earlier] == [mending.RETRIED]
    assert incidents.open_incident(first_id, administrator()).handling.how == mending.RETRIED


def test_the_roles_of_the_seed_have_an_administrator(city: Flask):
    assert people.units_holding("admin_sistem")
