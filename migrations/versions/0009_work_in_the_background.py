"""Work in the background

The tables of Procrastinate, where the database is PostgreSQL: made and dropped here, so that a database needs one
command only. When a later version of the library brings migrations of its own (`procrastinate/sql/migrations`), they
get a migration here.
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

import app.storage.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = app.storage.database.Moment(timezone=True)
OF_LIBRARY = "SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'procrastinate\\_%'"
TABLES = "procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers"
TYPES = "procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type"


def upgrade() -> None:
    """What is due now has no wake-up yet: the worker's first sweep finds it."""
    op.create_table(
        "job",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_at"), ["at"], unique=False)
    if _is_postgres():
        op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """Wake-ups are lost, the work they are for is not."""
    op.drop_table("job")
    if _is_postgres():
        connection = op.get_bind().connection.driver_connection
        for (name,) in connection.execute(OF_LIBRARY).fetchall():
            connection.execute(f"DROP FUNCTION {name} CASCADE")
        connection.execute(f"DROP TABLE {TABLES}")
        connection.execute(f"DROP TYPE {TYPES}")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
