"""The calendar as people change it"""

from datetime import date

import sqlalchemy as sa
from alembic import op

import app.storage.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.storage.database.Moment(timezone=True)
FLAGS = {"is_estimate": sa.false(), "is_off": sa.true(), "is_edited": sa.false()}
DAYS = sa.table(
    "calendar_day", sa.column("day", sa.Date), sa.column("name"), sa.column("is_estimate", sa.Boolean)
)
WEEKS = sa.table(
    "working_week",
    sa.column("since", sa.Date), sa.column("hours", sa.JSON), sa.column("is_edited", sa.Boolean),
)  # fmt: skip
MARK = " (perkiraan)"
FIRST_DAY = date(2000, 1, 1)
COUNTER_WEEK = {**{str(day): "08.00–15.00" for day in range(4)}, "4": "08.00–11.30"}


def upgrade() -> None:
    """Days off keep what was known of them; the hours are those that held until now, from the beginning on."""
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        for name, default in FLAGS.items():
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        for name in FLAGS:
            batch_op.alter_column(name, server_default=None)
    marked = DAYS.c.name.like(f"%{MARK}")
    op.execute(
        DAYS.update().where(marked).values(is_estimate=True, name=sa.func.replace(DAYS.c.name, MARK, ""))
    )
    _create_weeks_and_changes()
    op.create_table(
        "reminder",
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reminder_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_reminder_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    """Days that were struck out go; hours, reasons and reminders are lost."""
    op.drop_table("reminder")
    op.drop_table("calendar_change")
    op.drop_table("working_week")
    op.execute(sa.text("DELETE FROM calendar_day WHERE NOT is_off"))
    op.execute(DAYS.update().where(DAYS.c.is_estimate).values(name=DAYS.c.name + MARK))
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        for name in FLAGS:
            batch_op.drop_column(name)


def _create_weeks_and_changes() -> None:
    op.create_table(
        "working_week",
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_working_week")),
    )
    op.create_table(
        "calendar_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("cursor", ID, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    op.bulk_insert(WEEKS, [{"since": FIRST_DAY, "hours": COUNTER_WEEK, "is_edited": False}])
