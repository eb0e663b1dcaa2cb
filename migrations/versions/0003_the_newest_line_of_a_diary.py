"""The newest line of a diary"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEWEST = """
UPDATE "case" SET diary_head = COALESCE(
    (SELECT hash FROM diary WHERE diary.case_id = "case".id ORDER BY seq DESC LIMIT 1), ''
)
"""


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("diary_head", sa.String(), nullable=False, server_default=""))
    op.execute(NEWEST)
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.alter_column("diary_head", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("diary_head")
