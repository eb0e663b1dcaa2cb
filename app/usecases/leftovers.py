"""Files that no record names, because whoever stored them was killed before it was kept: set aside, then thrown away.

A file that is set aside is still found by its key, so that a database restored from the wrong day costs nothing.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice

from app.storage import db, stored
from app.usecases.parts import now, parts

OLD = timedelta(days=2)  # longer than a request or a worker's attempt lives, whatever a machine's clock says
KEPT = timedelta(days=30)  # aside
SHELVES, TURNS = 256, 24  # a part of the store in every hour of the day
AT_ONCE = 500


def sweep() -> int:
    """Set aside what nobody names on the shelves of this hour, and throw away what has lain there for long; how many
    files were dealt with."""
    files, moment = parts().files, now()
    hour = int(moment.timestamp()) // 3600
    done = 0
    for shelf in range(hour % TURNS, SHELVES, TURNS):
        for keys in _bundles(files.keys(shelf=f"{shelf:02x}", before=moment - OLD)):
            done += _each(files.set_aside, keys - _named(keys))
        files.drop_unfinished(f"{shelf:02x}", moment - OLD)
    for keys in _bundles(files.keys_aside(before=moment - KEPT)):
        named = _named(keys)
        done += _each(files.put_back, named) + _each(files.delete, keys - named)
    return done


def _bundles(keys: Iterator[str]) -> Iterator[set[str]]:
    while bundle := set(islice(keys, AT_ONCE)):
        yield bundle


def _named(keys: set[str]) -> set[str]:
    db.session.rollback()
    return stored.named(keys) & keys


def _each(deed: Callable[[str], None], keys: set[str]) -> int:
    for key in keys:
        deed(key)
    return len(keys)
