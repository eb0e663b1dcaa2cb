"""How templates write dates, numbers and names: the words of app.domain.words in the city's own time."""

from collections.abc import Callable, Hashable
from datetime import date, datetime

from flask import Flask, g

from app.domain import words
from app.storage import people
from app.usecases.parts import now, parts


class Drawn(dict[Hashable, str]):
    """What many lines of a list show alike, each drawn by a macro when a line shows it for the first time."""

    def __init__(self, macro: Callable[..., str]) -> None:
        super().__init__()
        self._macro = macro

    def __missing__(self, shown: Hashable) -> str:
        drawn = self[shown] = self._macro(*shown) if isinstance(shown, tuple) else self._macro(shown)
        return drawn


def init_app(app: Flask) -> None:
    """Make the filters known to every template, and what draws a thing once."""
    app.jinja_env.globals["drawn_once"] = Drawn
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
