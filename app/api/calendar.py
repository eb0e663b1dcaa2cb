"""The city's working calendar, for systems that promise days."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from app.api.operations import declare, feature
from app.api.shapes import Given, Taken, many, text
from app.usecases import city_calendar
from app.usecases.parts import today

bp = feature("calendar")


class Asked(Taken):
    year = fields.Integer(validate=validate.Range(2000, 2100, error="Isi tahun 2000 sampai 2100."))


class DayOff(Given):
    day = fields.Date()
    name = text()
    kind = text()
    is_estimate = fields.Boolean()


class Line(Given):
    days = text()
    hours = text()


class Hours(Given):
    since = fields.Date()
    is_current = fields.Boolean()
    lines = many(Line)


class Year(Given):
    year = fields.Integer()
    days_off = many(DayOff)
    hours = many(Hours)


@declare(bp, "GET", "/calendar", scope="calendar:read", asks=Asked(), gives=Year(), for_office=True)
def year(query: dict[str, int]) -> dict[str, Any]:
    """The days off of one year and the working hours."""
    found = city_calendar.read_year(query.get("year", today().year), g.acting)
    return {
        "year": found.year,
        "days_off": [day for month in found.months for day in month.days],
        "hours": [_hours(each) for each in found.hours],
    }


def _hours(hours: city_calendar.Hours) -> dict[str, Any]:
    lines = [{"days": days, "hours": said} for days, said in hours.lines]
    return {"since": hours.since, "is_current": hours.is_current, "lines": lines}
