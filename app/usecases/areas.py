"""The areas of the city as citizens choose and read them: kecamatan, kelurahan, RW and RT."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.domain import forms
from app.domain.forms import Field
from app.storage import people, public
from app.storage.listed import Home
from app.storage.people import Unit

_PREFIX = {"kecamatan": "Kec. ", "kelurahan": "Kel. "}
_KELURAHAN = 2  # its place in the line from the city down


def is_area(code: str, level: str) -> bool:
    """Whether there is such an area on this level."""
    return public.area_exists(code, level)


def name_of(code: str) -> str:
    """An area as people write it: "RT 03/RW 05, Kel. Mangunharjo, Kec. Mayangan"."""
    chain = forms.area_path(code)
    found = [unit for unit in public.units_coded(chain.values()) if unit.level != "kota"]
    said = [unit for unit in reversed(found) if unit.level != "rw" or unit.code == code]
    return ", ".join(_PREFIX.get(unit.level, "") + unit.name for unit in said) or code


def homes(units: Iterable[Unit | Home]) -> dict[int, str]:
    """Where cases are at home, in short, by unit id: "RT 03/RW 05 Mangunharjo", "Kel. Jati"."""
    known = {unit.id: unit for unit in units}
    small = {unit.id: unit.ancestor_ids[_KELURAHAN] for unit in known.values() if unit.level in {"rw", "rt"}}
    above = people.units_by_id(set(small.values()))
    return {
        key: f"{unit.name} {above[small[key]].name}"
        if key in small
        else _PREFIX.get(unit.level, "") + unit.name
        for key, unit in known.items()
    }


def choices(code: str, level: str) -> dict[str, list]:
    """What the selects of an area field offer, now that `code` (perhaps a part of the way) is chosen."""
    kelurahan = forms.area_path(code).get("kelurahan")
    rows = public.wide_areas() + (public.area_names(kelurahan) if kelurahan else [])
    return forms.area_choices(
        level, code, root=people.city().code, children=lambda parent: _children(rows, parent)
    )


def choices_for(fields: Iterable[Field], typed: Mapping[str, Any]) -> dict[str, dict[str, list]]:
    """The choices of every area field among these."""
    return {
        each.name: choices(typed.get(each.name) or "", each.level) for each in fields if each.kind == "area"
    }


def below(parent: str) -> list[tuple[str, str, str]]:
    """(code, level, name) of the areas right below one; of the city's kecamatan where none is named."""
    parent = parent or people.city().code
    rows = public.area_names(parent)
    return [row for row in rows if row[0].count(".") == parent.count(".") + 1]


def _children(rows: Sequence[tuple[str, str, str]], parent: str) -> list[tuple[str, str]]:
    depth = parent.count(".") + 1
    return [
        (code, name)
        for code, _level, name in rows
        if code.startswith(f"{parent}.") and code.count(".") == depth
    ]
