"""Bringing a database to the schema of this version, by the migrations in `migrations/`."""

from collections.abc import Mapping

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select

from app.config import ROOT
from app.storage.database import db
from app.storage.people import Unit

LIBRARY = "procrastinate_"
BESIDE = {
    "ix_case_found",
    "ix_case_running_found",
    "ix_case_number_prefix",
    "ix_letter_found",
}  # made by hand in migrations: PostgreSQL only


def alembic_config() -> Config:
    """Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def is_founded() -> bool:
    """Whether the database answers and holds a city. Raises DatabaseFault where it does not answer."""
    return db.session.scalar(select(Unit.id).limit(1)) is not None


def upgrade(revision: str = "head") -> None:
    """Apply every migration up to a revision."""
    command.upgrade(alembic_config(), revision)


def downgrade(revision: str) -> None:
    """Undo migrations down to a revision."""
    command.downgrade(alembic_config(), revision)


def is_current() -> bool:
    """Whether the database has every migration."""
    with db.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory.from_config(alembic_config()).get_current_head()


def is_ours(name: str | None, kind: str, _parents: Mapping[str, str | None]) -> bool:
    """Whether a table or index is described by our classes; a library's tables and PostgreSQL's own indexes are not."""
    if kind == "index":
        return name not in BESIDE
    return kind != "table" or not (name or "").startswith(LIBRARY)


def revise(message: str) -> None:
    """Write a new migration from the difference between the classes and the database."""
    command.revision(alembic_config(), message=message, autogenerate=True)
