"""Services from another system: read as files, checked and published under the one door of permission."""

import re
from collections.abc import Mapping

from app.domain.permissions import NO_CASE, Actor, seat_for
from app.engine import Problem
from app.errors import Conflict, Invalid
from app.usecases import processes
from app.usecases.checking import check
from app.usecases.processes import MAX_FILE, Published

MOST_FILES = 200
_NAME = r"[A-Za-z0-9_-]{1,80}"
_PLACES = re.compile(
    rf"bpmn/{_NAME}\.(bpmn|dmn)|forms/{_NAME}/{_NAME}(\.schema|\.ui)?\.json|templates/letters/{_NAME}/{_NAME}\.liquid"
)


def publish(files: Mapping[str, str], *, actor: Actor) -> list[Published]:
    """Publish every service among these files, all or none. Raises NotAllowed, Invalid."""
    seat = seat_for(actor, "change version", NO_CASE)
    return processes.publish_tree(_tree(files), by=actor.selaku(seat))


def problems(files: Mapping[str, str], *, actor: Actor) -> list[Problem]:
    """What is wrong with these diagrams taken together. Raises NotAllowed, Invalid."""
    seat_for(actor, "look at version", NO_CASE)
    return check({path: content for path, content in _tree(files).items() if path.startswith("bpmn/")})


def export(code: str, *, actor: Actor) -> dict[str, str]:
    """The files of the current version of a service. Raises NotAllowed, NotFound, Conflict."""
    seat_for(actor, "look at version", NO_CASE)
    try:
        return {path: content.decode() for path, content in processes.current_files(code).items()}
    except UnicodeDecodeError as fault:
        raise Conflict("Versi ini memuat berkas yang bukan UTF-8. Pakai `alur process export`.") from fault


def _tree(files: Mapping[str, str]) -> dict[str, bytes]:
    if not 1 <= len(files) <= MOST_FILES:
        raise Invalid(fields={"files": f"Sertakan 1 sampai {MOST_FILES} berkas."})
    strange = {
        f"files.{path[:100]}": "Alamat berkas tidak dikenal." for path in files if not _PLACES.fullmatch(path)
    }
    if strange:
        raise Invalid(fields=strange)
    tree = {path: text.encode() for path, text in files.items()}
    large = {
        f"files.{path}": "Paling besar 2 MB." for path, content in tree.items() if len(content) > MAX_FILE
    }
    if large:
        raise Invalid(fields=large)
    return tree
