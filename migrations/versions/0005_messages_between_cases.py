"""Messages between cases"""

import sqlalchemy as sa
from alembic import op

import app.storage.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.storage.database.Moment(timezone=True)


def upgrade() -> None:
    """Cases that are under way belong to the main process of their version, and nobody's message opened them.

    Earlier versions have no entrance: until now no diagram could be published that begins with a message.
    """
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("process_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("opened_by_id", ID, nullable=True))
        batch_op.create_index(batch_op.f("ix_case_opened_by_id"), ["opened_by_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_case_opened_by_id"), "case", ["opened_by_id"], ["id"])
    _create_entrances()
    _create_waits()
    _create_posts()
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_id", ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_incident_post_id"), "event_post", ["post_id"], ["id"])


def downgrade() -> None:
    """What was on its way is lost, and so there is nothing left to retry in its incidents."""
    op.execute("UPDATE incident SET resolved_at = at WHERE post_id IS NOT NULL AND resolved_at IS NULL")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_incident_post_id"), type_="foreignkey")
        batch_op.drop_column("post_id")
    op.drop_table("event_post")
    op.drop_table("event_wait")
    op.drop_table("event_entrance")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_case_opened_by_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_case_opened_by_id"))
        batch_op.drop_column("opened_by_id")
        batch_op.drop_column("process_id")


def _create_entrances() -> None:
    op.create_table(
        "event_entrance",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name=op.f("fk_event_entrance_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_entrance")),
        sa.UniqueConstraint(
            "version_id",
            "process_id",
            "kind",
            "name",
            name=op.f("uq_event_entrance_version_id_process_id_kind_name"),
        ),
    )
    with op.batch_alter_table("event_entrance", schema=None) as batch_op:
        batch_op.create_index("ix_event_entrance_name", ["kind", "name"], unique=False)


def _create_waits() -> None:
    op.create_table(
        "event_wait",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("listener", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_event_wait_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_wait")),
        sa.UniqueConstraint(
            "case_id",
            "listener",
            "kind",
            "name",
            "key",
            name=op.f("uq_event_wait_case_id_listener_kind_name_key"),
        ),
    )
    with op.batch_alter_table("event_wait", schema=None) as batch_op:
        batch_op.create_index("ix_event_wait_fresh", ["fresh", "id"], unique=False)
        batch_op.create_index("ix_event_wait_name", ["kind", "name", "key", "hash"], unique=False)


def _create_posts() -> None:
    op.create_table(
        "event_post",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sender_id", ID, nullable=False),
        sa.Column("receiver_id", ID, nullable=True),
        sa.Column("entrance_id", ID, nullable=True),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('message', 'signal')", name=op.f("ck_event_post_known_kind")),
        sa.ForeignKeyConstraint(
            ["entrance_id"], ["event_entrance.id"], name=op.f("fk_event_post_entrance_id")
        ),
        sa.ForeignKeyConstraint(["receiver_id"], ["case.id"], name=op.f("fk_event_post_receiver_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["case.id"], name=op.f("fk_event_post_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_post")),
        sa.UniqueConstraint("key", name=op.f("uq_event_post_key")),
    )
    with op.batch_alter_table("event_post", schema=None) as batch_op:
        batch_op.create_index("ix_event_post_due", ["done_at", "dead_at", "run_at"], unique=False)
        batch_op.create_index("ix_event_post_name", ["kind", "name", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_post_receiver_id"), ["receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_post_sender_id"), ["sender_id"], unique=False)
