"""How templates write dates, numbers and names: the words of app.domain.words in the city's own time."""

from datetime import date, datetime

from flask import Flask, g

from app.domain import words
from app.storage import people
from app.usecases.parts import now, parts


def init_app(app: Flask) -> None:
    """Make the filters known to every template."""
    app.jinja_env.filters.update(
        date_long=lambda value: words.date_long(_day(value)),
        date_short=lambda value: words.date_short(_day(value)),
        moment=lambda value: words.moment(_local(value)),
        ago=lambda value: words.ago(_local(value), now()),
        number=words.number,
        rupiah=words.rupiah,
        mask_name=words.mask_name,
    )


def city_name() -> str:
    """The city's name, read once a request."""
    if "city_name" not in g:
        g.city_name = people.city_name()
    return g.city_name


def _local(value: datetime) -> datetime:
    return value.astimezone(parts().settings.zone)


def _day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value
