"""What a database server is told to keep beside the tables, and must not be.

The tables hold no time and no order. A server can keep both beside them: with each commit, in an
archive of its log, in a copy on another machine, or in the lines that it writes about statements.
The server of the box would keep them of ballots, that of the main database of starts.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, func, select, table, text
from sqlalchemy.exc import DBAPIError

_Test = Callable[[str], bool]


def _is(*fine: str) -> _Test:
    return lambda value: value in fine


def _without(*names: str) -> _Test:
    return lambda value: not any(name in value for name in names)


_NO_STATEMENTS = "writes statements with what is in them into the server's log"
_NO_TIMES = "writes the time of statements into the server's log"
_SPIES = _without("auto_explain", "pgaudit")
# Setting: what is fine, what any other value does, and what to write instead.
POSTGRES: dict[str, tuple[_Test, str, str]] = {
    "track_commit_timestamp": (_is("off"), "keeps the time of every ballot and start", "off"),
    "archive_mode": (_is("off"), "keeps the order of ballots and starts in an archive", "off"),
    "wal_level": (_is("minimal", "replica"), "lets others follow change by change", "minimal"),
    "wal_keep_size": (_is("0"), "keeps the order of changes for longer than needed", "0"),
    "log_statement": (_is("none", "ddl"), _NO_STATEMENTS, "none"),
    "log_min_duration_statement": (_is("-1"), _NO_STATEMENTS, "-1"),
    "log_min_duration_sample": (_is("-1"), _NO_STATEMENTS, "-1"),
    "log_transaction_sample_rate": (_is("0"), _NO_STATEMENTS, "0"),
    "log_parameter_max_length_on_error": (_is("0"), _NO_STATEMENTS, "0"),
    "log_duration": (_is("off"), _NO_TIMES, "off"),
    "log_replication_commands": (_is("off"), "is of use only where the database is copied", "off"),
    "shared_preload_libraries": (_SPIES, _NO_STATEMENTS, "a list without them"),
    "session_preload_libraries": (_SPIES, _NO_STATEMENTS, "a list without them"),
    "local_preload_libraries": (_SPIES, _NO_STATEMENTS, "a list without them"),
}
_SQLITE: dict[str, tuple[str, str]] = {
    "journal_mode": ("wal", "loses ballots, or keeps them in a journal"),
    "secure_delete": ("1", "leaves deleted ballots in the file"),
    "synchronous": ("2", "may lose ballots that were acknowledged"),
}
# What was said for one role or one database counts as well, when that role comes.
_IN_FORCE = """
SELECT name, setting AS value, '' AS place FROM pg_settings
UNION ALL
SELECT split_part(item, '=', 1), substr(item, strpos(item, '=') + 1),
       ' (set for ' || coalesce('the role ' || pg_get_userbyid(nullif(setrole, 0)),
                                'this database') || ')'
FROM pg_db_role_setting, unnest(setconfig) AS item
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
_UNSEEN = "cannot be seen by this role; grant pg_read_all_settings to the one that checks"
_COPIES = {
    "pg_stat_replication": "is being copied to another server",
    "pg_replication_slots": "keeps its log for a copy (a replication slot)",
}


def problems(connection: Connection) -> Iterator[str]:
    """Name everything around a database that would undo the promise, with the remedy.

    What the role that asks is not shown is a problem too: it may hide any of the others.
    """
    if connection.dialect.name == "sqlite":
        yield from _pragmas(connection)
        return
    yield from _settings(connection)
    yield from _copies(connection)


def _settings(connection: Connection) -> Iterator[str]:
    unseen = set(POSTGRES)
    for row in connection.execute(text(_IN_FORCE)):
        fine, harm, remedy = POSTGRES.get(row.name, (None, "", ""))
        if not row.place:
            unseen.discard(row.name)
        if fine and not fine(row.value):
            yield f"{row.name} = {row.value}{row.place} {harm}; set it to {remedy}."
    yield from (f"{name} {_UNSEEN}." for name in sorted(unseen))


def _copies(connection: Connection) -> Iterator[str]:
    for view, harm in _COPIES.items():
        try:
            with connection.begin_nested():
                found = connection.scalar(select(func.count()).select_from(table(view)))
        except DBAPIError:
            yield f"{view} cannot be read by this role; check as the worker's role (pulse_owner)."
            continue
        if found:
            yield f"The server {harm}; end that."


def _pragmas(connection: Connection) -> Iterator[str]:
    for name, (wanted, harm) in _SQLITE.items():
        found = str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
        if found != wanted:
            yield f"{name} = {found} {harm}; put the file on a local disk and set it to {wanted}."
