"""Cases between versions"""

import sqlalchemy as sa
from alembic import op

import app.storage.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.storage.database.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "service_deed",
        sa.Column("id", ID, nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_service_deed_person_id")),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name=op.f("fk_service_deed_service_code")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name=op.f("fk_service_deed_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_deed")),
    )
    op.create_index(op.f("ix_service_deed_service_code"), "service_deed", ["service_code"])
    op.create_table(
        "version_batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("service_code", sa.String(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reverted_at", MOMENT, nullable=True),
        sa.Column("reverted_by", sa.String(), nullable=False),
        sa.Column("reverted_by_id", ID, nullable=True),
        sa.Column("revert_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('moving', 'done', 'reverting', 'undone')", name=op.f("ck_version_batch_known_phase")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_version_batch_person_id")),
        sa.ForeignKeyConstraint(
            ["reverted_by_id"], ["person.id"], name=op.f("fk_version_batch_reverted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_code"], ["service.code"], name=op.f("fk_version_batch_service_code")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name=op.f("fk_version_batch_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_batch")),
    )
    op.create_index(op.f("ix_version_batch_service_code"), "version_batch", ["service_code"])
    op.create_table(
        "version_move",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("from_version_id", ID, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'moved', 'refused', 'reverted', 'kept', 'spared')",
            name=op.f("ck_version_move_known_status"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["version_batch.id"], name=op.f("fk_version_move_batch_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_version_move_case_id")),
        sa.ForeignKeyConstraint(
            ["from_version_id"], ["process_version.id"], name=op.f("fk_version_move_from_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_move")),
        sa.UniqueConstraint("batch_id", "case_id", name=op.f("uq_version_move_batch_id_case_id")),
    )
    op.create_index(op.f("ix_version_move_case_id"), "version_move", ["case_id"])
    op.create_index("ix_version_move_status", "version_move", ["batch_id", "status", "id"])


def downgrade() -> None:
    """Cases stay on the version they are on; what was carried over can no longer be put back."""
    op.drop_table("version_move")
    op.drop_table("version_batch")
    op.drop_table("service_deed")
