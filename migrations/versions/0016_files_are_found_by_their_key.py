"""Whether a record names a file is found without reading every record"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEYS = (("attachment", "file_key"), ("letter", "original_key"), ("letter", "signed_key"))


def upgrade() -> None:
    for table, column in KEYS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in reversed(KEYS):
        op.drop_index(f"ix_{table}_{column}", table)
