"""The two databases, and the only ways to open a transaction on either.

`main` holds people, surveys, releases and the action log and is used through a Session. `box`
holds ballots and is used through a Core Connection. No transaction ever spans both, and no
foreign key crosses from one to the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from pulse import fence

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 30_000
_TIDY_TIMEOUT_MS = 2_000


class _Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


# An error of a statement must not carry its values into a log: they may be codes or answers.
_ENGINE_OPTIONS = {"pool_pre_ping": True, "hide_parameters": True}
db = SQLAlchemy(model_class=_Base, disable_autonaming=True, engine_options=_ENGINE_OPTIONS)
if TYPE_CHECKING:
    Model = _Base
else:
    Model = db.Model

main_metadata = _Base.metadata
box_metadata = MetaData(naming_convention=NAMING)
box_metadata.info["bind_key"] = "box"
db.metadatas["box"] = box_metadata


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time: aware in Python, UTC in the database, on both kinds of database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the moment as naive UTC. Raises ValueError for a naive value."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment in time needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a writing transaction on main: committed at the end, rolled back on any error.

    On SQLite it begins IMMEDIATE, because a transaction that reads first and writes later
    would lose updates of others silently. It does not nest.
    """
    with _main(write=True) as session:
        with fence.guarding(session.connection()):
            yield session
            session.flush()
        session.commit()


@contextmanager
def reading() -> Iterator[Session]:
    """Open a transaction on main for reading; whatever is written in it is rolled back."""
    with _main(write=False) as session:
        yield session


@contextmanager
def _main(*, write: bool) -> Iterator[Session]:
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("a transaction on main is open already; transactions do not nest")
    try:
        session.connection(execution_options={"pulse_write": write})
        yield session
    finally:
        # Where the server is away nothing may be there to roll back; whoever comes next must all
        # the same find no session that has begun.
        try:
            session.rollback()
        finally:
            db.session.remove()


@contextmanager
def box_transaction() -> Iterator[Connection]:
    """Open a writing transaction on the box database, apart from any on main."""
    fence.look_through(db.engine)
    with db.engines["box"].connect() as plain:
        connection = plain.execution_options(pulse_write=True)
        with connection.begin():
            yield connection


@contextmanager
def box_reading() -> Iterator[Connection]:
    """Open a transaction on the box for reading, however long: nobody who drops has to wait."""
    with db.engines["box"].connect() as connection, connection.begin():
        yield connection


def forget_deleted() -> None:
    """Write SQLite's file of the box anew, so that it does not hold what was deleted from it.

    SQLite goes on holding it in parts of pages and in its log; on PostgreSQL the mixing has left
    nothing. What is there is not changed, so this can be repeated at any time.
    """
    engine = db.engines["box"]
    if engine.dialect.name == "sqlite":
        _sqlite_run(engine, "VACUUM")
        empty_logs()


def forget_versions(table: str, *, whole: bool) -> None:
    """Drop the former versions of rows that PostgreSQL keeps in a table of main.

    To do it wholly means to write the table anew, while nobody can read it; otherwise what has
    been dropped is in the file until something else is written over it.
    """
    if db.engine.dialect.name == "postgresql":
        _postgres_run(db.engine, f"VACUUM (FULL) {table}" if whole else f"VACUUM {table}")


def empty_logs() -> None:
    """Empty SQLite's logs of both databases: what was written lies there in the order of time.

    Where somebody is just reading a log stays, and the next call empties it.
    """
    for engine in db.engines.values():
        if engine.dialect.name == "sqlite":
            # Writers wait while this waits for a reader, so it does so for a moment only.
            _sqlite_run(
                engine,
                f"PRAGMA busy_timeout={_TIDY_TIMEOUT_MS}",
                "PRAGMA wal_checkpoint(TRUNCATE)",
                f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
            )


def identity(engine: Engine) -> str:
    """Name the real database behind an address: two addresses may lead to the same one."""
    if engine.dialect.name == "sqlite":
        return str(Path(engine.url.database or "").resolve())
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT system_identifier::text || '/' || oid::text"
            " FROM pg_control_system(), pg_database WHERE datname = current_database()"
        )
        return str(found.scalar_one())


def _sqlite_run(engine: Engine, *statements: str) -> None:
    """Run what must stand outside any transaction, which SQLAlchemy would begin."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for statement in statements:
            cursor.execute(statement)
    finally:
        raw.close()


def _postgres_run(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Whoever wants to write waits behind a statement that itself waits for a reader.
        connection.exec_driver_sql(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
        try:
            for statement in statements:
                connection.exec_driver_sql(statement)
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def engine_uri(url: str) -> str:
    """Give the SQLAlchemy form of a database address; plain `postgresql://` gets our driver."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def init_app(app: Flask, main_url: str, box_url: str) -> None:
    """Bind both databases to the application and prepare each connection they open."""
    app.config["SQLALCHEMY_DATABASE_URI"] = engine_uri(main_url)
    app.config["SQLALCHEMY_BINDS"] = {"box": engine_uri(box_url)}
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            prepare(engine)


def prepare(engine: Engine) -> None:
    """Take over BEGIN on SQLite and set its pragmas; other databases need nothing.

    Python's driver begins transactions late, which loses updates; `secure_delete` overwrites
    what is deleted, so that a destroyed ballot cannot be read back from the file.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_connected(connection: Any, record: object) -> None:  # noqa: ANN401  (driver's own type)
    del record
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("pulse_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
