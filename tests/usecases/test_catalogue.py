"""The catalogue read from what is published."""

from datetime import timedelta

import pytest
from flask import Flask

from app.errors import NotFound
from app.storage import db, processes, transaction
from app.storage.cases import Case, Pause
from app.usecases import catalogue, standards
from app.usecases.parts import now
from tests import factories


def ended(service: str, index: int, *, days: int, paused: int = 0) -> None:
    """A case that took so many days, some of them with its applicant."""
    case_id = factories.apply(service, index=index).id
    with transaction():
        case = db.session.get_one(Case, case_id)
        case.opened_at, case.closed_at, case.outcome = now() - timedelta(days=days), now(), "terbit"
        if paused:
            since = case.opened_at + timedelta(days=1)
            db.session.add(Pause(case_id=case_id, since=since, until=since + timedelta(days=paused)))


def test_a_retired_service_is_neither_listed_nor_opened(city: Flask):
    with transaction():
        processes.find_service("usaha").retired_at = now()

    assert "usaha" not in [offer.code for offer in catalogue.offers()]
    with pytest.raises(NotFound):
        catalogue.leaflet("usaha")


def test_a_service_for_staff_only_is_not_offered_to_citizens(city: Flask):
    with transaction():
        processes.find_service("usaha").kind = "internal"

    assert "usaha" not in [offer.code for offer in catalogue.offers()]
    with pytest.raises(NotFound):
        catalogue.offered("usaha")


def test_every_word_must_occur(city: Flask):
    assert [offer.code for offer in catalogue.offers("surat usaha")] == ["usaha"]
    assert catalogue.offers("usaha pungli") == []


def test_the_most_wanted_come_first(city: Flask):
    for index in range(3):
        factories.apply("legalisasi", index=index)
    factories.apply("usaha")

    assert [offer.code for offer in catalogue.wanted_offers()][:2] == ["legalisasi", "usaha"]


def test_four_cases_say_nothing_of_the_usual_time(city: Flask):
    for index in range(4):
        ended("usaha", index, days=3)

    assert catalogue.usual_time("usaha") == ""


def test_the_time_with_the_applicant_is_not_the_citys(city: Flask):
    for index in range(5):
        ended("usaha", index, days=21, paused=20)

    assert catalogue.usual_time("usaha") == "1 hari kerja"


def test_the_requirements_are_the_files_of_the_form(city: Flask):
    leaflet = catalogue.leaflet("sktm")

    assert "KTP pemohon" in [field.title for field in leaflet.requirements]
    assert leaflet.stops[0].label == "Pengesahan RT"


def test_figures_count_what_ended_lately(city: Flask):
    ended("usaha", 0, days=1)
    ended("usaha", 1, days=60)
    with transaction():
        late = db.session.query(Case).order_by(Case.id.desc()).first()
        late.due_at, late.rating = late.opened_at, 2

    figures = catalogue.figures()

    assert (figures.finished, figures.on_time, figures.rated, figures.content) == (2, 1, 1, 0)


def test_each_standard_has_its_fourteen_components(city: Flask):
    found = standards.standards()

    assert {len(each.rows) for each in found} == {14}
    assert len(found) == 6
    assert standards.deadlines("tidak-ada") == []
