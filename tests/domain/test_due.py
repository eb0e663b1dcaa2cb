"""Deadlines and waits in words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.calendar import Calendar
from app.domain.due import due_words, waited

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 6, 8, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("due", "state", "text"),
    [
        (None, "aman", "tanpa batas waktu"),
        (MONDAY + timedelta(hours=6), "segera", "hari ini sampai 15.00"),
        (MONDAY + timedelta(days=1), "segera", "1 hari kerja lagi"),
        (MONDAY + timedelta(days=3), "aman", "3 hari kerja lagi"),
        (MONDAY + timedelta(days=7), "aman", "5 hari kerja lagi"),
        (MONDAY - timedelta(minutes=30), "terlambat", "terlambat sejak 08.30"),
        (MONDAY - timedelta(days=3), "terlambat", "terlambat 1 hari kerja"),
        (MONDAY - timedelta(days=7), "terlambat", "terlambat 5 hari kerja"),
    ],
)
def test_a_deadline_is_said_in_working_days(due: datetime | None, state: str, text: str) -> None:
    said = due_words(due, MONDAY, Calendar(ZONE))
    assert (said.state, said.text) == (state, text)


def test_a_wait_is_said_in_its_largest_unit() -> None:
    spans = {0: "baru saja", 5: "5 menit", 125: "2 jam", 60 * 24 * 3: "3 hari"}
    assert {minutes: waited(MONDAY, MONDAY + timedelta(minutes=minutes)) for minutes in spans} == spans
