"""Alembic's way in: the portal's own engine and metadata, in batch mode so that SQLite can follow."""

from alembic import context
from flask import current_app

from app.storage import db

config = context.config


def run() -> None:
    """Migrate inside one transaction, so that a failed upgrade leaves nothing behind."""
    with db.engine.connect().execution_options(write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


assert current_app, "migrations run inside the portal: use `alur init`"
run()
