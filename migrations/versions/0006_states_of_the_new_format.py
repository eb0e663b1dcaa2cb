"""States of the new format"""

import logging

import sqlalchemy as sa
from alembic import op

from app import engine
from app.errors import Refused

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
log = logging.getLogger("alembic.runtime.migration")

CASES = sa.table(
    "case",
    sa.column("id"), sa.column("version_id"), sa.column("state", sa.LargeBinary), sa.column("closed_at"),
)  # fmt: skip
VERSIONS = sa.table("process_version", sa.column("id"), sa.column("main"))
FILES = sa.table(
    "process_file", sa.column("version_id"), sa.column("path"), sa.column("content", sa.LargeBinary)
)


def upgrade() -> None:
    """Running cases go on from where they stand, now that elements keep their state in another way.

    A case whose diagram would be refused today keeps its old state: its next move becomes an incident.
    """
    database = op.get_bind()
    running = sa.select(CASES.c.version_id).where(CASES.c.closed_at.is_(None)).distinct()
    for version, main in database.execute(
        sa.select(VERSIONS.c.id, VERSIONS.c.main).where(VERSIONS.c.id.in_(running))
    ):
        files = sa.select(FILES.c.path, FILES.c.content).where(FILES.c.version_id == version)
        drawn = {path: bytes(content) for path, content in database.execute(files)}
        try:
            _renew_cases(database, version, engine.read(drawn, main))
        except Refused as refusal:
            log.warning("process version %s: %s", version, refusal)


def downgrade() -> None:
    """Nothing is written back: the version before does not read the new format, and says so."""


def _renew_cases(database: sa.Connection, version: int, drawing: engine.Drawing) -> None:
    cases = sa.select(CASES.c.id, CASES.c.state).where(
        CASES.c.version_id == version, CASES.c.closed_at.is_(None)
    )
    for case, state in database.execute(cases).all():
        renewed = engine.renew(drawing, bytes(state))
        if renewed != state:
            database.execute(sa.update(CASES).where(CASES.c.id == case).values(state=renewed))
