"""What one branch changed in its copy of the variables, and what a task leaves for whoever follows the case."""

from collections.abc import Collection, Mapping

GIVEN = "given"  # what an event beside others gave its handler, in a task's internal data
SILENT = "silent"  # marks a task that did nothing which a trace would tell


def changed(before: Mapping[str, object], after: Mapping[str, object], but: Collection[str] = ()) -> dict:
    """The variables that are new or other than before, except the named ones."""
    return {
        name: value
        for name, value in after.items()
        if name not in but and not (name in before and (before[name] is value or same(before[name], value)))
    }


def same(one: object, other: object) -> bool:
    """Equal and of one type all the way down: 0 is not False, 1 is not 1.0."""
    if one is other:
        return True
    if type(one) is not type(other) or one != other:
        return False
    if isinstance(one, dict):
        return all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        return all(map(same, one, other))
    return True
