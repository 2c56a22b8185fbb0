"""Alembic's entry for both histories; `flask database` hands over the connection and tables."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, MetaData

from pulse.db import UtcDateTime


def _plain_type(kind: str, value: Any, autogen: AutogenContext) -> str | Literal[False]:  # noqa: ANN401
    """Write our own type as its full name, so that a revision needs no import by hand."""
    if kind == "type" and isinstance(value, UtcDateTime):
        autogen.imports.add("from pulse.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def _run(connection: Connection, tables: MetaData) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables,
        render_as_batch=True,
        render_item=_plain_type,
        compare_type=True,
        compare_server_default=True,
    )
    context.run_migrations()


_run(context.config.attributes["connection"], context.config.attributes["tables"])
