"""What cases wait for from outside, and the messages and signals on their way from one case to others."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    UniqueConstraint,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.storage import jobs
from app.storage.cases import Case
from app.storage.database import TO_DO, Id, Model, Moment, db, partial_index
from app.storage.processes import Service

MESSAGE, SIGNAL = "message", "signal"
MOST_LOOKED_AT = 10  # receivers of one message that are tried in one go


class Wait(Model):
    """One message or signal that a case waits for; where it is bound to values, one row for each correlation key."""

    __tablename__ = "event_wait"
    __table_args__ = (
        UniqueConstraint("case_id", "listener", "kind", "name", "key"),
        Index("ix_event_wait_name", "kind", "name", "key", "hash"),
        Index("ix_event_wait_fresh", "fresh", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    listener: Mapped[str]  # the engine's id of what waits
    step: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(default="")  # correlation key; "" while the case has a value for none
    hash: Mapped[str] = mapped_column(default="")  # keyed hash of its values
    since: Mapped[datetime] = mapped_column(Moment)
    fresh: Mapped[bool] = mapped_column(default=True)  # nobody looked yet whether a message waits for it


class Entrance(Model):
    """A message or signal with which a process of a published version begins."""

    __tablename__ = "event_entrance"
    __table_args__ = (
        UniqueConstraint("version_id", "process_id", "kind", "name"),
        Index("ix_event_entrance_name", "kind", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    process_id: Mapped[str]
    is_main: Mapped[bool]  # whether it is the process its service is named after
    step: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]


class Post(Model):
    """A message or signal on its way, written in the transaction that threw it; brought on by the worker.

    A signal becomes one copy for each receiver, so that a worker that dies between two of them repeats none.
    """

    __tablename__ = "event_post"
    __table_args__ = (
        CheckConstraint("kind IN ('message', 'signal')", name="known_kind"),
        partial_index("ix_event_post_to_do", "run_at", "id", where=TO_DO),
        Index("ix_event_post_name", "kind", "name", "done_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # the throwing step and its place there
    kind: Mapped[str]
    name: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # payload and correlation, until it has arrived
    sender_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("event_entrance.id"))  # where it opens a case
    hops: Mapped[int] = mapped_column(default=0)  # events that led to it since the last deed of somebody
    at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)  # how often nobody waited for it
    run_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    dead_at: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str] = mapped_column(default="")

    def arrive(self, at: datetime, receiver_id: int | None = None) -> None:
        """It is where it was to go; what it said is kept there."""
        self.done_at, self.sealed = at, b""
        self.receiver_id = receiver_id or self.receiver_id


UNFINISHED = Post.done_at.is_(None), Post.dead_at.is_(None)


def waits_of(case_id: int) -> list[Wait]:
    query = select(Wait).where(Wait.case_id == case_id)
    return list(db.session.scalars(query.order_by(Wait.id)))


def unfinished_of(case_id: int) -> list[Post]:
    """What a case sent that has not arrived, and what is on its way to it."""
    query = select(Post).where(or_(Post.sender_id == case_id, Post.receiver_id == case_id))
    return list(db.session.scalars(query.where(Post.done_at.is_(None)).order_by(Post.id)))


def take_post(now: datetime, lease: timedelta, key: str | None = None) -> Post | None:
    """The next due post, or this one if it is due, its attempt counted and its row leased, so that two workers never
    share it."""
    query = select(Post).where(*UNFINISHED, Post.run_at <= now)
    query = query.where(Post.key == key) if key else query.order_by(Post.run_at, Post.id).limit(1)
    post = db.session.scalar(query.with_for_update(skip_locked=True))
    if post is not None:
        post.attempts += 1
        post.run_at = now + lease
    return post


def due_again(key: str) -> datetime | None:
    """When a post is to be looked at again; None where it has arrived or was given up."""
    return db.session.scalar(select(Post.run_at).where(Post.key == key, *UNFINISHED))


def lock_post(post_id: int) -> Post:
    """The post, read afresh with its row held; whoever also needs a case holds the case first."""
    query = select(Post).where(Post.id == post_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def bound_receivers(name: str, values: Mapping[str, Collection[str]], sender: Case) -> list[int]:
    """Cases that wait for a message with these values (key → hashes)."""
    differs = or_(*(and_(_OTHER.key == key, _OTHER.hash.not_in(known)) for key, known in values.items()))
    fits = or_(*(and_(Wait.key == key, Wait.hash.in_(known)) for key, known in values.items()))
    return _oldest(_waiting(MESSAGE, name, sender).where(fits, ~_same_listener(differs)), sender)


def unbound_receivers(name: str, keys: Collection[str], sender: Case) -> list[int]:
    """Cases that wait for a message and have no value for any of its keys yet."""
    bound = _same_listener(_OTHER.key.in_(list(keys)))
    return _oldest(_waiting(MESSAGE, name, sender).where(~bound, _is_free(sender)), sender)


def related_receivers(name: str, sender: Case) -> list[int]:
    """Cases waiting for a message that the sender opened, or that opened the sender."""
    return _oldest(_waiting(MESSAGE, name, sender).where(_related(sender)), sender)


def unrelated_receivers(name: str, sender: Case) -> list[int]:
    """Cases waiting for a message that do not talk with another case of the sender's kind."""
    return _oldest(_waiting(MESSAGE, name, sender).where(_is_free(sender)), sender)


def signal_receivers(name: str, sender: Case) -> list[int]:
    """All other cases that wait for a signal, longest waiting first."""
    query = _waiting(SIGNAL, name, sender).order_by(Wait.since, Wait.id)
    return list(dict.fromkeys(db.session.scalars(query)))


def waiting_for(
    name: str, values: Mapping[str, Collection[str]], *, case_id: int | None, limit: int
) -> list[Case]:
    """Cases that wait for a message from outside: this one, or those with these values (key → hashes)."""
    query = select(Case).where(Case.id.in_(select(Wait.case_id).where(*_named(Wait, MESSAGE, name))))
    if case_id is not None:
        return list(db.session.scalars(query.where(Case.id == case_id)))
    for key, known in values.items():
        held = select(Wait.case_id).where(*_named(Wait, MESSAGE, name), Wait.key == key, Wait.hash.in_(known))
        query = query.where(Case.id.in_(held))
    return list(db.session.scalars(query.order_by(Case.id).limit(limit)))


def entrances_of(version_id: int, kind: str, name: str) -> list[Entrance]:
    """The processes of one version that begin with it."""
    query = select(Entrance).where(Entrance.version_id == version_id, *_named(Entrance, kind, name))
    return list(db.session.scalars(query.order_by(Entrance.id)))


def current_entrances(kind: str, name: str, *, but: str) -> list[Entrance]:
    """The processes that begin with it in what other services offer now."""
    query = select(Entrance).join(Service, Service.current_version_id == Entrance.version_id)
    offered = Service.retired_at.is_(None), Service.code != but
    return list(
        db.session.scalars(query.where(*offered, *_named(Entrance, kind, name)).order_by(Entrance.id))
    )


def fresh_waits(limit: int) -> list[tuple[int, str]]:
    """(id, message name) of what cases began to wait for and nobody has looked at yet."""
    query = select(Wait.id, Wait.name).where(Wait.fresh).order_by(Wait.id).limit(limit)
    return [(wait_id, name) for wait_id, name in db.session.execute(query)]


def wake(names: Collection[str], now: datetime) -> None:
    """Messages that nobody waited for are due again; those in a worker's hands look for themselves."""
    query = (
        select(Post)
        .where(Post.kind == MESSAGE, Post.name.in_(names), Post.done_at.is_(None), Post.run_at > now)
        .where(Post.dead_at.is_(None))
        .order_by(Post.id)
        .with_for_update()
    )
    for post in db.session.scalars(query.execution_options(populate_existing=True)):
        if post.attempts == 0:
            post.run_at = now
            jobs.ask(jobs.POST, post.key, at=now)


def mark_seen(wait_ids: Sequence[int]) -> None:
    """Somebody has looked; what a case is just changing is left for the next time."""
    query = select(Wait).where(Wait.id.in_(wait_ids)).order_by(Wait.id).with_for_update(skip_locked=True)
    for wait in db.session.scalars(query.execution_options(populate_existing=True)):
        wait.fresh = False


_OTHER = aliased(Wait)


def _named(of: type[Entrance] | type[Wait], kind: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return of.kind == kind, of.name == name


def _waiting(kind: str, name: str, sender: Case) -> Select:
    found = select(Wait.case_id).join(Case, Case.id == Wait.case_id)
    return found.where(*_named(Wait, kind, name), Wait.case_id != sender.id)


def _same_listener(term: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether another row of the same listener says so."""
    same = _OTHER.case_id == Wait.case_id, _OTHER.listener == Wait.listener
    return select(_OTHER.id).where(*same, _OTHER.kind == Wait.kind, _OTHER.name == Wait.name, term).exists()


def _is_free(sender: Case) -> ColumnElement[bool]:
    """Whether the waiting case is the sender's own partner, or has none among the cases of the sender's kind."""
    partner = aliased(Case)
    kin = (
        partner.service_code.concat("")
        == sender.service_code,  # no index: there are many of a kind, few partners
        partner.process_id.is_not_distinct_from(sender.process_id),
    )
    opened = select(partner.id).where(partner.opened_by_id == Case.id, *kin).exists()
    opener = select(partner.id).where(partner.id == Case.opened_by_id, *kin).exists()
    return or_(_related(sender), and_(~opened, ~opener))


def _related(sender: Case) -> ColumnElement[bool]:
    return or_(Case.opened_by_id == sender.id, Case.id == sender.opened_by_id)


def _oldest(query: Select, sender: Case) -> list[int]:
    """The first few, those opened by or opening the sender before the others."""
    ordered = query.order_by(_related(sender).desc(), Wait.since, Wait.id).limit(MOST_LOOKED_AT)
    return list(dict.fromkeys(db.session.scalars(ordered)))
