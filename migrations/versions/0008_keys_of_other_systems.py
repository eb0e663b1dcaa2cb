"""Keys of other systems"""

import sqlalchemy as sa
from alembic import op

import app.storage.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.storage.database.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_api_client_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_client_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_client_name")),
    )
    op.create_table(
        "api_client_office",
        sa.Column("client_id", ID, nullable=False),
        sa.Column("position_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["api_client.id"], name=op.f("fk_api_client_office_client_id")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_api_client_office_position_id")
        ),
        sa.PrimaryKeyConstraint("client_id", "position_id", name=op.f("pk_api_client_office")),
    )


def downgrade() -> None:
    """Every key stops working; none can be read back."""
    op.drop_table("api_client_office")
    op.drop_table("api_client")
