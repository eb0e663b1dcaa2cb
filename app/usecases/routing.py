"""Which office a step belongs to: the lane's role and unit, seen from the case's home unit."""

from collections.abc import Mapping

from app.engine import StepOutline
from app.errors import Invalid, ProcessFault
from app.storage import db, people
from app.storage.people import Role, Unit
from app.usecases.parts import parts

APPLICANT = "pemohon"
AREAS = frozenset(["kecamatan", "kelurahan", "rw", "rt"])


def unit_for(step: StepOutline, home: Unit, variables: Mapping[str, object]) -> Unit | None:
    """The unit whose `step.role` must act; None for the applicant. Raises ProcessFault where the drawing names none."""
    if step.role == APPLICANT:
        return None
    return office(role_named(step.role), step.unit, home, variables)


def unit_id_for(step: StepOutline, home_id: int, variables: Mapping[str, object]) -> int | None:
    """The same by ids. Which areas stand above which and what units are called is remembered: only `alur init` founds
    them. Who holds an agency's role is asked every time.
    """
    if step.role == APPLICANT:
        return None
    known = parts().offices
    key = (step.role, _named_in(variables, step.unit) if step.unit else home_id)
    if key in known:
        return known[key]
    with db.session.no_autoflush:  # what the step has changed so far is written with the rest of it
        unit = unit_for(step, db.session.get_one(Unit, home_id), variables)
        if step.unit or role_named(step.role).level in AREAS:
            known[key] = unit.id
    return unit.id


def role_named(key: str) -> Role:
    """The role of a key. Raises ProcessFault where the city has none."""
    role = db.session.get(Role, key)
    if role is None:
        raise ProcessFault(f"nobody knows the role {key!r}")
    return role


def office(role: Role, named: str | None, home: Unit, variables: Mapping[str, object]) -> Unit:
    """The unit of a role: named by code or variable, else the one above (or beside) the case's home unit."""
    if named:
        return _named(_named_in(variables, named))
    if role.level in {"instansi", "kota"}:
        return _only(role, people.units_holding(role.key))
    ancestors = people.units_by_id(home.ancestor_ids)
    if role.level == "vertikal":
        above = {unit.id for unit in ancestors.values() if unit.level == "kecamatan"}
        return _only(role, [unit for unit in people.units_holding(role.key) if unit.parent_id in above])
    return _only(role, [unit for unit in ancestors.values() if unit.level == role.level])


def unit_named(code: str) -> Unit:
    """The unit an applicant chose. Raises Invalid where there is none."""
    unit = people.find_unit(code)
    if unit is None:
        raise Invalid("Wilayah yang dipilih tidak dikenal. Pilih kembali kecamatan, kelurahan, RW, dan RT.")
    return unit


def city() -> Unit:
    """The city itself."""
    return people.city()


def _named_in(variables: Mapping[str, object], unit: str) -> str:
    """The code of a unit that a lane names, or the variable that holds it."""
    return str(variables.get(unit, unit))


def _named(code: str) -> Unit:
    unit = people.find_unit(code)
    if unit is None:
        raise ProcessFault(f"no unit has the code {code!r}")
    return unit


def _only(role: Role, units: list[Unit]) -> Unit:
    if len(units) != 1:
        raise ProcessFault(f"role {role.key}: one unit expected, {len(units)} found")
    return units[0]
