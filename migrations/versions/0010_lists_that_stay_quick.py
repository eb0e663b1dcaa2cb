"""Lists that stay quick

Every list of the desk reads one range of an index, however many cases there are; finished rows are in none of those
that workers and inboxes read. Names are searched by their trigrams, where the database has `pg_trgm`.
"""

import logging

import sqlalchemy as sa
from alembic import op

import app.storage.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
log = logging.getLogger("alembic.runtime.migration")

OPEN = sa.text("status = 'open'")
TAKEN = sa.text("status = 'open' AND taken_by_id IS NOT NULL")
RUNNING = sa.text("closed_at IS NULL")
SIGNED = sa.text("signed_at IS NOT NULL")
TO_DO = sa.text("done_at IS NULL AND dead_at IS NULL")
UNSOLVED = sa.text("resolved_at IS NULL")
NEW = (
    ("case", "ix_case_service", ["service_code", "id"], None),
    ("case", "ix_case_running", ["id"], RUNNING),
    ("case", "ix_case_running_due", ["due_at"], RUNNING),
    ("case_conflict", "ix_case_conflict_person", ["person_id", "case_id"], None),
    ("case_reach", "ix_case_reach_newest", ["unit_id", "role_key", "opened_at", "case_id"], None),
    ("task", "ix_task_due", ["role_key", "unit_id", "due_at", "id", "case_id"], OPEN),
    ("task", "ix_task_age", ["role_key", "unit_id", "created_at", "id"], OPEN),
    ("task", "ix_task_service", ["role_key", "unit_id", "service_code", "due_at", "id"], OPEN),
    ("task", "ix_task_taken", ["taken_by_id"], TAKEN),
    ("letter", "ix_letter_signed", ["unit_id", "signed_at", "id"], SIGNED),
    ("outbox", "ix_outbox_to_do", ["run_at", "id"], TO_DO),
    ("event_post", "ix_event_post_to_do", ["run_at", "id"], TO_DO),
    ("incident", "ix_incident_unsolved", ["at", "id"], UNSOLVED),
)
OLD = (
    ("case", "ix_case_applicant_search", ["applicant_search"]),
    ("case", "ix_case_outcome", ["outcome"]),
    ("case", "ix_case_service_code", ["service_code"]),
    ("case_reach", "ix_case_reach_unit_case", ["unit_id", "case_id"]),
    ("task", "ix_task_inbox", ["role_key", "unit_id", "status", "due_at", "id"]),
    ("outbox", "ix_outbox_due", ["done_at", "dead_at", "run_at"]),
    ("event_post", "ix_event_post_due", ["done_at", "dead_at", "run_at"]),
)
UNITS = sa.ARRAY(sa.BigInteger()).with_variant(sa.JSON(), "sqlite")
FROM_CASE = {
    ("case_reach", "opened_at"): app.storage.database.Moment(timezone=True),
    ("task", "service_code"): sa.String(),
}
REACHED = {
    "postgresql": '(SELECT array_agg(DISTINCT unit_id ORDER BY unit_id) FROM case_reach WHERE case_id = "case".id)',
    "sqlite": "(SELECT json_group_array(unit_id) FROM"
    ' (SELECT DISTINCT unit_id FROM case_reach WHERE case_id = "case".id ORDER BY unit_id))',
}
FOUND_BY = (
    "reached, "
    "(ARRAY[service_code, COALESCE(outcome, ''), CASE WHEN closed_at IS NULL THEN 'berjalan' ELSE '' END])"
)


def upgrade() -> None:
    """What the lists are ordered and narrowed by stands in the rows they are read from."""
    for (table, column), kind in FROM_CASE.items():
        _add(table, column, kind, f'(SELECT {column} FROM "case" WHERE id = {table}.case_id)')
    empty = "'{}'" if _is_postgres() else "'[]'"
    _add("case", "reached", UNITS, f"COALESCE({REACHED[op.get_bind().dialect.name]}, {empty})")
    for table, name, _columns in OLD:
        op.drop_index(name, table_name=table)
    for table, name, columns, where in NEW:
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
    if _is_postgres():
        op.create_index(
            "ix_case_number_prefix", "case", ["number"], postgresql_ops={"number": "varchar_pattern_ops"}
        )
        words = _find_words()
        names = ", applicant_search gin_trgm_ops" if words else ""
        op.execute(f'CREATE INDEX ix_case_found ON "case" USING gin ({FOUND_BY}{names})')
        if words:
            op.execute("CREATE INDEX ix_letter_found ON letter USING gin (number gin_trgm_ops)")


def downgrade() -> None:
    """The lists are as slow as before, and nothing is lost."""
    if _is_postgres():
        for name in ("ix_letter_found", "ix_case_found", "ix_case_number_prefix"):
            op.execute(f"DROP INDEX IF EXISTS {name}")
    for table, name, _columns, _where in NEW:
        op.drop_index(name, table_name=table)
    for table, column in (("case", "reached"), *FROM_CASE):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
    for table, name, columns in OLD:
        op.create_index(name, table, columns)


def _add(table: str, column: str, kind: sa.types.TypeEngine, value: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column(column, kind, nullable=True))
    op.execute(f'UPDATE "{table}" SET {column} = {value}')
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(column, existing_type=kind, nullable=False)


def _find_words() -> bool:
    """Whether names can be searched by trigrams; a database that may not have the extension goes on without."""
    bind = op.get_bind()
    try:
        with bind.begin_nested():
            bind.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.DBAPIError:
        log.warning("pg_trgm cannot be created here: names are searched without an index")
        return False
    return True


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
