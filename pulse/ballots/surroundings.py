"""What the database server of the box is told to keep, and must not be.

The tables hold no time and no order. A server can keep both beside them: with each commit, in an
archive of its log, in a copy on another machine, or in the lines that it writes about statements.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, text

_Test = Callable[[str], bool]


def _is(*fine: str) -> _Test:
    return lambda value: value in fine


def _without(*names: str) -> _Test:
    return lambda value: not any(name in value for name in names)


_NO_STATEMENTS = "writes statements with ballots in them into the server's log"
_NO_TIMES = "writes the time of statements into the server's log"
_SPIES = _without("auto_explain", "pgaudit")
# Setting: what is fine, what any other value does, and what to write instead.
POSTGRES: dict[str, tuple[_Test, str, str]] = {
    "track_commit_timestamp": (_is("off"), "keeps the time of every ballot", "off"),
    "archive_mode": (_is("off"), "keeps the order of all ballots in an archive", "off"),
    "wal_level": (_is("minimal", "replica"), "lets others follow ballot by ballot", "minimal"),
    "wal_keep_size": (_is("0"), "keeps the order of ballots for longer than needed", "0"),
    "log_statement": (_is("none", "ddl"), _NO_STATEMENTS, "none"),
    "log_min_duration_statement": (_is("-1"), _NO_STATEMENTS, "-1"),
    "log_min_duration_sample": (_is("-1"), _NO_STATEMENTS, "-1"),
    "log_transaction_sample_rate": (_is("0"), _NO_STATEMENTS, "0"),
    "log_parameter_max_length_on_error": (_is("0"), _NO_STATEMENTS, "0"),
    "log_duration": (_is("off"), _NO_TIMES, "off"),
    "log_replication_commands": (_is("off"), "is of use only where ballots are copied", "off"),
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
_COPIES = {
    "SELECT count(*) FROM pg_stat_replication": "is being copied to another server",
    "SELECT count(*) FROM pg_replication_slots": "keeps its log for a copy (a replication slot)",
}


def problems(connection: Connection) -> Iterator[str]:
    """Name everything around the box that would undo its promise, with the remedy."""
    if connection.dialect.name == "sqlite":
        yield from _pragmas(connection)
        return
    for row in connection.execute(text(_IN_FORCE)):
        fine, harm, remedy = POSTGRES.get(row.name, (None, "", ""))
        if fine and not fine(row.value):
            yield f"{row.name} = {row.value}{row.place} {harm}; set it to {remedy}."
    for question, harm in _COPIES.items():
        if connection.scalar(text(question)):
            yield f"The server {harm}; end that."


def _pragmas(connection: Connection) -> Iterator[str]:
    for name, (wanted, harm) in _SQLITE.items():
        found = str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
        if found != wanted:
            yield (f"{name} = {found} {harm}; put the box on a local disk and set it to {wanted}.")
