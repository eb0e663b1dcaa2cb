"""Who asked for a correction"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("returned_by", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("returned_by", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("returned_by")
