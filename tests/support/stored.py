"""Everything that an installation has stored: files, databases, dumps, as a thief would take it."""

import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import Engine, text

from pulse.config import Settings
from pulse.db import db
from tests.support import postgres
from tests.support.traces import Traces


def contents(settings: Settings) -> dict[str, bytes]:
    """Give every file of the instance and of both databases, and their dumps, by name."""
    found = _files(settings.instance) | _files(settings.key_folder)
    for name, engine in (("main", db.engine), ("box", db.engines["box"])):
        if engine.dialect.name == "sqlite":
            found |= _files(Path(str(engine.url.database)).parent)
        else:
            found |= _of_postgres(engine)
            found[f"dump of {name}"] = dump(engine)
    return found


def dump(engine: Engine) -> bytes:
    """Give what pg_dump writes of a database."""
    programs = postgres.programs()
    assert programs is not None
    url = engine.url
    address = ("-h", str(url.query["host"]), "-U", str(url.username), str(url.database))
    return subprocess.run([programs / "pg_dump", *address], capture_output=True, check=True).stdout


def traces_of_key(name: str, opening_key: bytes) -> Traces:
    """Look for an opening key: for the number in it, since the bytes around it are no secret."""
    key: Any = load_der_private_key(opening_key, password=None)
    traces = Traces()
    traces.add(name, key.private_numbers().private_value.to_bytes(32))
    return traces


def found(traces: Traces, stored: dict[str, bytes]) -> dict[str, set[str]]:
    """Give what is found where."""
    inside = {name: traces.inside(content) for name, content in stored.items()}
    return {name: names for name, names in inside.items() if names}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _of_postgres(engine: Engine) -> dict[str, bytes]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        root = Path(str(connection.scalar(text("SHOW data_directory"))))
        place = connection.scalar(
            text("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")
        )
    return _files(root / str(place)) | _files(root / "pg_wal")
