"""Lists know the name

What lists, inboxes and registers are read from says the applicant's name, so that a search by name reads one range of
an index and no case. Running cases and letters have indexes of their own words.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = sa.text("status = 'open'")
REACH = ("unit_id", "role_key", "opened_at", "case_id")
LISTED = ("case_id", "applicant_search")
NEW = {
    "ix_task_due": ("due_at", "id"),
    "ix_task_age": ("created_at", "id"),
    "ix_task_service": ("service_code", "due_at", "id"),
}
OLD = {**NEW, "ix_task_due": ("due_at", "id", "case_id")}
LETTERS = ("number", "case_number", "applicant_search")
SIGNED = sa.text("signed_at IS NOT NULL")
FROM_CASE = (
    ("case_reach", "applicant_search", "applicant_search", ""),
    ("task", "applicant_search", "applicant_search", " WHERE status = 'open'"),
    ("letter", "applicant_search", "applicant_search", ""),
    ("letter", "case_number", "number", ""),
)
LETTER_WORDS = {
    "new": "((ARRAY[unit_id]), number gin_trgm_ops) WHERE signed_at IS NOT NULL",
    "old": "(number gin_trgm_ops)",
}


def upgrade() -> None:
    """Every row that a list is read from says whose case it is."""
    for table, column, origin, rows in FROM_CASE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
        value = f'(SELECT c.{origin} FROM "case" AS c WHERE c.id = {table}.case_id)'
        op.execute(f"UPDATE {table} SET {column} = {value}{rows}")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.String(), server_default=None)
    _tell_repeated()
    _index_reach(("applicant_search",), sa.text("NOT repeated"))
    _index_tasks(NEW, LISTED)
    _index_letters(LETTERS)
    _index_words("new")


def downgrade() -> None:
    """The name stands in the case alone."""
    _index_words("old")
    _index_reach((), None)
    with op.batch_alter_table("case_reach", schema=None) as batch_op:
        batch_op.drop_column("repeated")
    _index_tasks(OLD, ())
    _index_letters(())
    for table, column, _origin, _rows in FROM_CASE:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)


def _tell_repeated() -> None:
    """A case that came to a whole unit is listed once there, however many of its roles it came to as well."""
    with op.batch_alter_table("case_reach", schema=None) as batch_op:
        batch_op.add_column(sa.Column("repeated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE case_reach SET repeated = true WHERE role_key <> '' AND EXISTS (SELECT 1 FROM case_reach AS whole"
        " WHERE whole.case_id = case_reach.case_id AND whole.unit_id = case_reach.unit_id AND whole.role_key = '')"
    )
    with op.batch_alter_table("case_reach", schema=None) as batch_op:
        batch_op.alter_column("repeated", existing_type=sa.Boolean(), server_default=None)


def _index_reach(include: tuple[str, ...], where: sa.TextClause | None) -> None:
    op.drop_index("ix_case_reach_newest", table_name="case_reach")
    kind = {"postgresql_where": where, "sqlite_where": where, "postgresql_include": list(include)}
    op.create_index("ix_case_reach_newest", "case_reach", REACH, **kind)


def _index_tasks(indexes: dict[str, tuple[str, ...]], include: tuple[str, ...]) -> None:
    for name, columns in indexes.items():
        op.drop_index(name, table_name="task")
        columns = ["role_key", "unit_id", *columns]
        kind = {"postgresql_where": OPEN, "sqlite_where": OPEN, "postgresql_include": list(include)}
        op.create_index(name, "task", columns, **kind)


def _index_letters(include: tuple[str, ...]) -> None:
    op.drop_index("ix_letter_signed", table_name="letter")
    kind = {"postgresql_where": SIGNED, "sqlite_where": SIGNED, "postgresql_include": list(include)}
    op.create_index("ix_letter_signed", "letter", ["unit_id", "signed_at", "id"], **kind)


def _index_words(which: str) -> None:
    """Where the database searches by trigrams."""
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    op.execute("DROP INDEX IF EXISTS ix_letter_found")
    op.execute("DROP INDEX IF EXISTS ix_case_running_found")
    if not bind.scalar(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")):
        return
    op.execute(f"CREATE INDEX ix_letter_found ON letter USING gin {LETTER_WORDS[which]}")
    if which == "new":
        words = "(reached, applicant_search gin_trgm_ops) WHERE closed_at IS NULL"
        op.execute(f'CREATE INDEX ix_case_running_found ON "case" USING gin {words}')
