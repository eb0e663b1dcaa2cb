"""Versions of services: what was published, what runs on it, what is offered; and moving cases from one to another.

The rehearsal is in rehearsal.py, the batches in version_batches.py; both are offered here under one roof.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.permissions import NO_CASE, Actor, seat_for
from app.errors import Conflict, NotFound
from app.storage import db, transaction
from app.storage import versions as rows
from app.storage.processes import ProcessVersion, Service
from app.storage.versions import OFFERED, RETIRED, Batch, ServiceDeed
from app.usecases.parts import now
from app.usecases.processes import describe, drawing_of_version
from app.usecases.rehearsal import NO_SERVICE, NO_VERSION, Rehearsal, rehearse
from app.usecases.version_batches import (
    BatchLine,
    BatchSheet,
    batches_of,
    migrate,
    open_batch,
    read_reason,
    revert,
)

__all__ = [
    "Batch", "BatchLine", "BatchSheet", "Rehearsal", "ServiceLine", "VersionLine", "VersionSheet", "batches_of",
    "migrate", "offer_again", "open_batch", "rehearse", "retire", "revert", "services", "versions_of",
]  # fmt: skip

SHELL_RETIRE, SHELL_OFFER = "alur process retire", "alur process offer"
RETIRED_ALREADY = "Layanan ini sudah tidak ditawarkan."
OFFERED_ALREADY = "Versi ini sudah ditawarkan."


@dataclass(frozen=True)
class ServiceLine:
    """One service with the version it is offered in, and how many cases run on which version."""

    service: Service
    current: int
    running: tuple[tuple[int, int], ...]  # (version number, cases), the newest first

    @property
    def total(self) -> int:
        return sum(count for _number, count in self.running)


@dataclass(frozen=True)
class VersionLine:
    """One publication: who, when, how many running cases."""

    number: int
    published_at: object
    published_by: str
    running: int
    is_current: bool


@dataclass(frozen=True)
class VersionSheet:
    """Everything about the versions of one service."""

    service: Service
    versions: Sequence[VersionLine]
    deeds: Sequence[ServiceDeed]

    @property
    def current(self) -> int:
        return next((each.number for each in self.versions if each.is_current), 0)


def services(*, actor: Actor | None = None) -> list[ServiceLine]:
    """Every service, retired ones last. Raises NotAllowed."""
    _look(actor)
    counts, numbers = rows.running_counts(), rows.numbers()
    return [_service_line(service, numbers[service.code], counts) for service in rows.services()]


def versions_of(code: str, *, actor: Actor | None = None) -> VersionSheet:
    """The versions of a service, the newest first. Raises NotFound, NotAllowed."""
    _look(actor)
    service = rows.find_service(code)
    if service is None:
        raise NotFound(NO_SERVICE)
    counts = rows.running_counts(code)
    lines = [
        VersionLine(
            each.number,
            each.published_at,
            each.published_by,
            counts.get(each.id, 0),
            is_current=each.id == service.current_version_id,
        )  # fmt: skip
        for each in rows.versions_of(code)
    ]
    return VersionSheet(service, lines, rows.deeds_of(code))


def retire(code: str, *, reason: str, actor: Actor | None = None) -> None:
    """No new applications for this service; what runs goes on. Raises NotFound, NotAllowed, Invalid, Conflict."""
    by, person_id = _change(actor, SHELL_RETIRE)
    reason = read_reason(reason)
    with transaction():
        service = _locked(code)
        if service.retired_at is not None:
            raise Conflict(RETIRED_ALREADY)
        service.retired_at = now()
        _record(service, RETIRED, by=by, person_id=person_id, reason=reason)


def offer_again(
    code: str, *, number: int | None = None, reason: str = "", actor: Actor | None = None
) -> None:
    """New applications again, on the newest offered version or on the one of this number.

    What runs stays where it is. A reason is needed where another version is chosen.
    Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    by, person_id = _change(actor, SHELL_OFFER)
    with transaction():
        service = _locked(code)
        version = _chosen(service, number)
        if service.retired_at is None and version.id == service.current_version_id:
            raise Conflict(OFFERED_ALREADY)
        if version.id != service.current_version_id:
            reason = read_reason(reason)
            describe(service, drawing_of_version(version))
        service.current_version_id, service.retired_at = version.id, None
        _record(service, OFFERED, by=by, person_id=person_id, reason=reason)


def _look(actor: Actor | None) -> None:
    if actor is not None:
        seat_for(actor, "look at version", NO_CASE)


def _change(actor: Actor | None, shell: str) -> tuple[str, int | None]:
    if actor is None:
        return shell, None
    return actor.selaku(seat_for(actor, "change version", NO_CASE)), actor.person_id


def _locked(code: str) -> Service:
    service = rows.lock_service(code)
    if service is None or service.current_version_id is None:
        raise NotFound(NO_SERVICE)
    return service


def _chosen(service: Service, number: int | None) -> ProcessVersion:
    if number is None:
        return db.session.get_one(ProcessVersion, service.current_version_id)
    version = rows.find_version(service.code, number)
    if version is None:
        raise NotFound(NO_VERSION.format(number=number))
    return version


def _record(service: Service, kind: str, *, by: str, person_id: int | None, reason: str) -> None:
    db.session.add(
        ServiceDeed(
            service_code=service.code,
            kind=kind,
            version_id=service.current_version_id,
            at=now(),
            person_id=person_id,
            by=by,
            reason=reason,
        )  # fmt: skip
    )


def _service_line(service: Service, found: list[tuple[int, int]], counts: dict[int, int]) -> ServiceLine:
    current = next((number for version_id, number in found if version_id == service.current_version_id), 0)
    running = tuple((number, counts[version_id]) for version_id, number in found if version_id in counts)
    return ServiceLine(service, current, running)
