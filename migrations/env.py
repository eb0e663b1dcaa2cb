"""Alembic's way in: the portal's own engine and metadata, in batch mode so that SQLite can follow."""

from alembic import context
from flask import current_app

from app.storage import db, schema

config = context.config


def run() -> None:
    """Migrate inside one transaction, so that a failed upgrade leaves nothing behind.

    SQLite changes a table by making it anew, which foreign keys would forbid: they are checked once at the end.
    """
    with db.engine.connect().execution_options(write=True) as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            # Said to the driver, for a transaction would not listen; nobody else uses this connection again.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            connection.detach()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_name=schema.is_ours,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a migration left rows that point nowhere")
        connection.commit()


assert current_app, "migrations run inside the portal: use `alur init`"
run()
