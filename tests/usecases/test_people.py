"""Offices held, offices acted for, and what each lets a person do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.domain.permissions import Actor
from app.errors import NotAllowed
from app.storage import db, people, transaction
from app.storage.people import Mandate, Position
from app.usecases import inbox
from app.usecases import people as officials
from app.usecases.parts import today
from tests import factories
from tests.conftest import Clock

MANGUNHARJO = "35.74.03.1002"
ORDER = "800.1.11.1/07/425.503.2/2026"


def person_of(role: str, unit: str) -> int:
    return people.holder(role, people.find_unit(unit).id, today()).person_id


def give_mandate(*, since: date, until: date, kind: str = "Plh.") -> tuple[int, int]:
    """The secretary acts for the Lurah; gives both person ids."""
    office = people.holder("lurah", people.find_unit(MANGUNHARJO).id, today())
    deputy = person_of("seklur", MANGUNHARJO)
    with transaction():
        db.session.add(
            Mandate(
                position_id=office.id,
                person_id=deputy,
                kind=kind,
                order_number=ORDER,
                since=since,
                until=until,
            )
        )
    return office.person_id, deputy


def titles(actor: Actor) -> list[str]:
    return [seat.title for seat in actor.seats]


def test_an_office_counts_from_its_first_day_to_its_last(city: Flask, clock: Clock) -> None:
    person_id = person_of("lurah", MANGUNHARJO)
    with transaction():
        db.session.query(Position).filter_by(person_id=person_id).update({"until": today()})

    assert titles(officials.actor_of(person_id)) == ["Lurah Mangunharjo"]
    clock.forward(days=1)
    assert officials.actor_of(person_id).seats == ()


def test_one_person_may_hold_several_offices(city: Flask) -> None:
    person_id = person_of("operator_kelurahan", MANGUNHARJO)
    unit = people.find_unit(MANGUNHARJO)
    with transaction():
        db.session.add(Position(person_id=person_id, role_key="cs_kelurahan", unit_id=unit.id, since=today()))

    assert {seat.role for seat in officials.actor_of(person_id).seats} == {
        "operator_kelurahan",
        "cs_kelurahan",
    }


def test_a_mandate_gives_the_office_its_title_and_order(city: Flask) -> None:
    _lurah, deputy = give_mandate(since=today(), until=today() + timedelta(days=4))

    acting = next(seat for seat in officials.actor_of(deputy).seats if seat.role == "lurah")

    assert acting.title == "Plh. Lurah Mangunharjo"
    assert acting.mandate == ORDER


def test_a_mandate_ends_with_its_last_day(city: Flask, clock: Clock) -> None:
    _lurah, deputy = give_mandate(since=today(), until=today() + timedelta(days=4))

    clock.forward(days=5)

    assert [seat.role for seat in officials.actor_of(deputy).seats] == ["seklur"]


def test_while_a_mandate_runs_its_holder_reads_and_only_who_acts_decides(city: Flask, clock: Clock) -> None:
    case = factories.apply("domisili")
    factories.walk(case, until="tandatangan_lurah")
    task = factories.open_task(case)
    lurah, deputy = give_mandate(since=today(), until=today() + timedelta(days=4))

    sheet = inbox.open_task(task.id, officials.actor_of(lurah))
    assert not sheet.may_act
    with pytest.raises(NotAllowed):
        inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=officials.actor_of(lurah))

    inbox.complete_task(task.id, {"keputusan": "setuju"}, actor=officials.actor_of(deputy))
    assert task.done_as == "Plh. Lurah Mangunharjo"


def test_accounts_are_listed_only_in_a_demo(city: Flask) -> None:
    assert officials.demo_accounts("") == []


def test_a_demo_lists_one_account_of_every_role_and_finds_the_others(city: Flask) -> None:
    portal = city.extensions["alur"]
    portal.settings = replace(portal.settings, demo=True)

    shown = officials.demo_accounts("")

    assert sorted(account.role for account in shown) == sorted(people.roles())
    assert {account.unit for account in shown if account.role in {"lurah", "seklur"}} == {"Mangunharjo"}
    found = officials.demo_accounts("lurah jati")
    assert any(account.role == "lurah" and account.unit == "Jati" for account in found)
    assert officials.demo_accounts("tidak ada yang begini") == []
