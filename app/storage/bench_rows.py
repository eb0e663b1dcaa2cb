"""For measuring: the rows of one case put back as they were, and what a step wrote written again by hand."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update
from sqlalchemy.sql.dml import UpdateBase

from app.storage.cases import Case, Task
from app.storage.database import Model, db
from app.storage.work import RequestKey

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]  # table → what it holds of a case
Statement = tuple[str, Any]  # as the driver takes it


def rows_of(case_id: int) -> Rows:
    """Everything that stands in the tables about a case, and which requests were answered."""
    with _reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(_of(table, case_id)).mappings()]
            for table in _tables()
        }


def put_back(case_id: int, rows: Rows) -> None:
    """Let a case stand as it stood, touching nothing else: what is written anew would be slower to read."""
    changes = list(_changes(rows_of(case_id), rows))
    with db.engine.begin() as connection:
        for change in [each for each in changes if not each.is_delete]:
            connection.execute(change)
        for change in reversed(
            [each for each in changes if each.is_delete]
        ):  # what points to others goes first
            connection.execute(change)


def differences(before: Rows, after: Rows) -> list[Statement]:
    """The statements that make the one of the other, a row each."""
    with db.engine.connect() as connection:
        return [_plain(each, connection) for each in _changes(before, after)]


class Bare:
    """The same rows written with no engine, one statement after another, on a connection of the driver."""

    def __init__(self) -> None:
        self._pooled = db.engine.raw_connection()
        self._driver = self._pooled.driver_connection
        self._on_postgres = db.engine.dialect.name == "postgresql"
        with db.engine.connect() as connection:
            self._task = _plain(select(Task.__table__).where(Task.__table__.c.id == "?"), connection)[0]
            held = select(Case.__table__).where(Case.__table__.c.id == 0).with_for_update()
            self._case = _plain(held, connection)[0]

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_fault: object) -> None:
        self._pooled.close()

    def step(self, case_id: int, task_id: str, writes: Sequence[Statement]) -> None:
        """One transaction: read the task, hold its case and read it, write, commit."""
        with closing(self._driver.cursor()) as cursor:
            if not self._on_postgres:
                cursor.execute("BEGIN IMMEDIATE")
            for statement, value in ((self._task, task_id), (self._case, case_id)):
                cursor.execute(statement, {"id_1": value} if self._on_postgres else (value,))
                cursor.fetchall()
            for statement, values in writes:
                cursor.execute(statement, values)
            self._driver.commit()


def _reading() -> Connection:
    """Without a transaction, whose end the driver would take as a reason to prepare all its statements anew."""
    return db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _tables() -> Iterator[Table]:
    """The tables that hold something of a case, in an order in which they may be filled."""
    for table in Model.metadata.sorted_tables:
        if table.name in (Case.__tablename__, RequestKey.__tablename__) or "case_id" in table.c:
            yield table


def _of(table: Table, case_id: int) -> Any:
    return select(table).where(*_whose(table, case_id)).order_by(*table.primary_key)


def _whose(table: Table, case_id: int) -> list:
    if table.name == RequestKey.__tablename__:
        return []  # of whichever case: there is no other
    return [table.c.id == case_id] if table.name == Case.__tablename__ else [table.c.case_id == case_id]


def _changes(before: Rows, after: Rows) -> Iterator[UpdateBase]:
    for table in _tables():
        known = {_key(table, row): row for row in before[table.name]}
        wanted = {_key(table, row): row for row in after[table.name]}
        for key in known.keys() - wanted.keys():
            yield delete(table).where(_is(table, known[key]))
        for key, row in wanted.items():
            changed = {name: value for name, value in row.items() if known.get(key, {}).get(name) != value}
            if key not in known:
                yield insert(table).values(row)
            elif changed:
                yield update(table).where(_is(table, row)).values(changed)


def _key(table: Table, row: Row) -> tuple:
    return tuple(row[column.name] for column in table.primary_key)


def _is(table: Table, row: Row) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key))


def _plain(statement: Any, connection: Connection) -> Statement:
    """The statement's text and its values as the driver wants them."""
    compiled = statement.compile(connection.engine)
    values = compiled.construct_params()
    processors = compiled._bind_processors
    said = {name: processors[name](value) if name in processors else value for name, value in values.items()}
    return str(compiled), tuple(said[name] for name in compiled.positiontup) if compiled.positional else said
