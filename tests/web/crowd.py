"""Thousands of cases in seconds: real ones, copied row by row inside PostgreSQL."""

from sqlalchemy import Table, text

from app.storage import db, transaction
from app.storage.cases import Case

FAR = 1_000_000  # between the ids of one copy and the next
NAMED = {"number", "token", "operation_id", "key"}  # texts that no two rows share


def copy(case_ids: list[int], first: int, last: int) -> None:
    """Copies number `first` to `last` of each of these cases, with their tasks, letters, diary and all."""
    tables = [
        table for table in db.metadata.sorted_tables if "case_id" in table.columns or table is Case.__table__
    ]
    with transaction():
        for case_id in case_ids:
            for table in tables:
                if table.name not in {"draft", "incident"}:
                    db.session.execute(
                        text(_statement(table)), {"case": case_id, "first": first, "last": last}
                    )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _statement(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(table, column.name) for column in table.columns)
    key = "id" if table is Case.__table__ else "case_id"
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM "{table.name}", '
        f"generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS copy WHERE {key} = :case"
    )


def _value(table: Table, name: str) -> str:
    column = table.columns[name]
    if name in {"id", "case_id"} and column.type.python_type is int:
        return f'"{name}" + copy * {FAR}'
    if name in NAMED or (name == "id" and column.primary_key):
        return f"\"{name}\" || '-' || copy"
    if (table.name, name) == ("letter", "seq"):
        return "seq + copy * 1000"
    if (table.name, name) in {("case", "opened_at"), ("letter", "signed_at")}:
        return f"\"{name}\" - copy * interval '1 second'"
    return f'"{name}"'
