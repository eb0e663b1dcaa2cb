"""The one door: role, unit, mandate, secrecy and conflict of interest decide together."""

from dataclasses import replace

import pytest

from app.domain.permissions import Actor, CaseFacts, Seat, TaskFacts, may, seat_for
from app.errors import NotAllowed

LURAH = Seat(1, "lurah", 10, (1, 2, 10), "Lurah Mangunharjo")
OPERATOR = Seat(2, "operator_kelurahan", 10, (1, 2, 10), "Operator Kelurahan Mangunharjo")
OTHER = Seat(3, "lurah", 11, (1, 2, 11), "Lurah Jati")

OPEN = CaseFacts(confidential=False, reach=frozenset({(10, ""), (2, "")}))
SECRET = CaseFacts(confidential=True, reach=frozenset({(10, "operator_kelurahan")}))
TASK = TaskFacts(OPEN, "lurah", 10)


def person(*seats, number=7):
    return Actor(number, "Rina", tuple(seats))


def test_a_case_is_seen_by_every_office_of_a_unit_it_has_come_to():
    assert may(person(LURAH), "open case", OPEN)
    assert may(person(OPERATOR), "open case", OPEN)
    assert not may(person(OTHER), "open case", OPEN)


def test_a_confidential_case_is_seen_only_by_the_office_it_was_sent_to():
    assert may(person(OPERATOR), "open case", SECRET)
    assert not may(person(LURAH), "open case", SECRET)


def test_secrecy_holds_even_where_a_whole_unit_was_reached():
    assert not may(person(LURAH), "open case", replace(SECRET, reach=frozenset({(10, "")})))


@pytest.mark.parametrize("seat", [OPERATOR, OTHER])
def test_a_task_belongs_to_its_role_in_its_unit(seat):
    assert not may(person(seat), "open task", TASK)
    assert not may(person(seat), "complete task", TASK)


def test_of_several_offices_the_right_one_acts():
    assert seat_for(person(OTHER, LURAH), "complete task", TASK) is LURAH


def test_a_task_somebody_took_is_theirs():
    taken = replace(TASK, taken_by=8)
    assert may(person(LURAH), "open task", taken)
    assert not may(person(LURAH), "complete task", taken)
    assert may(person(LURAH, number=8), "complete task", taken)


def test_who_is_absent_reads_but_does_not_decide():
    away = replace(LURAH, absent=True)
    assert may(person(away), "open task", TASK)
    assert not may(person(away), "complete task", TASK)


@pytest.mark.parametrize("deed", ["open case", "open task", "take task", "complete task"])
def test_a_conflict_of_interest_closes_every_door(deed):
    conflicted = replace(OPEN, conflicted=frozenset({7}))
    thing = conflicted if deed == "open case" else replace(TASK, case=conflicted)
    with pytest.raises(NotAllowed):
        seat_for(person(LURAH), deed, thing)


def test_nobody_without_an_office_may_do_anything():
    assert not may(person(), "open case", OPEN)
