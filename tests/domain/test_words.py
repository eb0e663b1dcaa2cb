"""Dates, amounts and names read the way Indonesians write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.domain import words

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 8, 10, tzinfo=JAKARTA)


def test_dates():
    assert words.date_short(date(1990, 5, 12)) == "12 Mei 1990"
    assert words.date_short("1990-05-12") == "12 Mei 1990"
    assert words.date_long(date(2026, 11, 23)) == "Senin, 23 November 2026"
    assert words.date_long("2026-11-29") == "Minggu, 29 November 2026"
    assert words.moment(NOW) == "Senin, 23 November 2026 pukul 08.10"
    assert words.month(NOW.date()) == "November 2026"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=20), "baru saja"),
        (timedelta(seconds=-20), "baru saja"),
        (timedelta(minutes=5, seconds=59), "5 menit lalu"),
        (timedelta(hours=3), "3 jam lalu"),
        (timedelta(hours=8), "8 jam lalu"),
        (timedelta(hours=9), "kemarin"),
        (timedelta(days=1, hours=8), "kemarin"),
        (timedelta(days=2), "2 hari lalu"),
        (timedelta(days=30), "30 hari lalu"),
        (timedelta(days=31), "23 Oktober 2026"),
    ],
)
def test_how_long_ago(before, text):
    assert words.ago(NOW - before, NOW) == text
    assert words.ago((NOW - before).astimezone(UTC), NOW) == text


def test_spans():
    assert [words.span(s) for s in (0, 59 * 60, 3 * 3600, 86400 * 2.5)] == [
        "1 menit",
        "59 menit",
        "3 jam",
        "2 hari",
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (1234567.5, "1.234.567,5"),
        (-1500, "-1.500"),
        (0.1 + 0.2, "0,3"),
    ]
    + [(Decimal("12.340"), "12,34"), (2.0, "2")],
)
def test_numbers(amount, text):
    assert words.number(amount) == text


def test_rupiah():
    assert words.rupiah(900_000) == "Rp900.000"
    assert words.rupiah(-1500.5) == "-Rp1.500,5"


def test_file_sizes():
    assert [words.file_size(n) for n in (0, 2048, 1_258_291)] == ["1 KB", "2 KB", "1,2 MB"]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Siti Aminah", "S*** A****"),
        ("Budi", "B***"),
        ("I Made Wi", "I* M*** W*"),
        ("  ", ""),
        ("Ö. Ali", "Ö* A**"),
    ],
)
def test_masked_names(name, masked):
    assert words.mask_name(name) == masked
