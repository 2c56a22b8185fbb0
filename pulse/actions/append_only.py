"""Triggers that make a table append-only, on SQLite and on PostgreSQL.

`protect` adds them whenever the table is created from its model; a migration executes the same
statements by `create_statements` and `drop_statements`.
"""

from sqlalchemy import FromClause, event
from sqlalchemy.engine import Connection

MESSAGE = "the action log is append-only"
FUNCTION = "refuse_to_rewrite_the_action_log"

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';
END
$body$
"""


def create_statements(dialect: str, table: str) -> tuple[str, ...]:
    """Give the SQL that makes a table append-only on this kind of database."""
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for verb in ("update", "delete")
        )
    run = f"EXECUTE FUNCTION {FUNCTION}()"
    rows = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {run}"
    whole = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}"
    return (
        _POSTGRESQL_FUNCTION,
        f"CREATE TRIGGER {table}_no_rewrite {rows}",
        f"CREATE TRIGGER {table}_no_truncate {whole}",
    )


def drop_statements(dialect: str, tables: tuple[str, ...]) -> tuple[str, ...]:
    """Give the SQL that takes the triggers away, so that the tables can be dropped."""
    if dialect == "sqlite":
        return tuple(
            f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
            for table in tables
            for verb in ("update", "delete")
        )
    triggers = tuple(
        f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}"
        for table in tables
        for what in ("rewrite", "truncate")
    )
    return (*triggers, f"DROP FUNCTION IF EXISTS {FUNCTION}()")


def protect(table: FromClause) -> None:
    """Create the triggers together with the table."""

    @event.listens_for(table, "after_create")
    def _create(target: FromClause, connection: Connection, **_options: object) -> None:
        for statement in create_statements(connection.dialect.name, str(target.description)):
            connection.exec_driver_sql(statement)
