"""A private PostgreSQL cluster for the tests: its own folder, its own socket, no network.

The first process that needs it starts it, under a lock, so that parallel test processes share
one; the process that began the test run stops it.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

GET_IT = "apt-get install postgresql"
SUPERUSER = "pulse"
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """Find the folder of PostgreSQL's server programs; Debian keeps them out of PATH."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster in a folder; the same value in every process that shares the folder.

    A durable one survives a power failure, which only what is measured needs.
    """

    folder: Path
    durable: bool = False

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def started(self) -> "Cluster":
        """Start the cluster unless another process has done so."""
        with self._lock():
            if not self._ready.exists():
                self._make()
                self._control("start", "-w", "-l", str(self.folder / "log"), "-o", self._options())
                self._ready.touch()
        return self

    def stop(self) -> None:
        """Stop the cluster, if it runs, and remove its folder."""
        if self._ready.exists():
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, database: str, template: str = "template0") -> None:
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(command.format(sql.Identifier(database), sql.Identifier(template)))

    def drop(self, database: str) -> None:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(command.format(sql.Identifier(database)))

    @property
    def _ready(self) -> Path:
        return self.folder / "ready"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        owner = unprivileged()
        if owner:
            for path in (self.folder, data):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        auth = ("-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--no-locale", "--no-sync")
        self._run("initdb", "-D", str(data), *auth)

    def _options(self) -> str:
        pairs = SETTINGS | ({} if self.durable else QUICK)
        pairs |= {"unix_socket_directories": str(self.folder)}
        return " ".join(f"-c {name}='{value}'" for name, value in pairs.items())

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        found = programs()
        assert found is not None, GET_IT
        with (self.folder / "setup.log").open("ab") as log:
            done = subprocess.run(
                [str(found / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                **_as(unprivileged()),
            )
        if done.returncode:
            raise RuntimeError((self.folder / "setup.log").read_text())

    def _execute(self, command: sql.Composed) -> None:
        address = f"host={self.folder} user={SUPERUSER} dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(command)


def new_folder() -> Path:
    """Make the folder of a cluster; short, because a socket's path has at most 107 letters."""
    folder = Path(tempfile.mkdtemp(prefix="pulse-pg-", dir="/tmp"))
    folder.chmod(0o711)
    return folder


def unprivileged() -> pwd.struct_passwd | None:
    """Give the account that runs the cluster when we are root, whom `initdb` refuses."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _as(owner: pwd.struct_passwd | None) -> Mapping[str, object]:
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
