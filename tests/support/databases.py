"""Fresh databases for each test, copied from ones that were migrated once."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from pulse.app import create_app
from pulse.cli import database
from pulse.config import Mode, load
from pulse.db import db
from tests.support.postgres import Cluster

NAMES = ("main", "box")


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the two databases are."""

    main: str
    box: str


@dataclass(slots=True)
class Templates:
    """The migrated databases of one process, made when they are first asked for."""

    folder: Path
    cluster: Cluster
    made: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def copy(self, kind: str, folder: Path, name: str) -> Iterator[Urls]:
        """Give fresh databases; PostgreSQL's are dropped at the end, SQLite's with the folder."""
        template = self.made.get(kind) or self._make(kind)
        if kind == "sqlite":
            shutil.copytree(template, folder)
            yield sqlite_urls(folder)
            return
        yield from self._copy_in_cluster(template, name)

    def _copy_in_cluster(self, template: str, name: str) -> Iterator[Urls]:
        names = [f"{part}_{name}" for part in NAMES]
        for part, made in zip(NAMES, names, strict=True):
            self.cluster.create(made, f"{part}_{template}")
        yield Urls(*map(self.cluster.url, names))
        for made in names:
            self.cluster.drop(made)

    def _make(self, kind: str) -> str:
        if kind == "sqlite":
            template = str(self.folder / "sqlite")
            Path(template).mkdir()
            urls = sqlite_urls(Path(template))
        else:
            template = self.folder.parent.name.replace("-", "_")
            names = [f"{part}_{template}" for part in NAMES]
            self.cluster.started()
            for made in names:
                self.cluster.create(made)
            urls = Urls(*map(self.cluster.url, names))
        migrate(urls, self.folder / "instance")
        self.made[kind] = template
        return template


def sqlite_urls(folder: Path) -> Urls:
    return Urls(*(f"sqlite:///{folder}/{name}.db" for name in NAMES))


def migrate(urls: Urls, instance: Path) -> None:
    """Bring both databases to the newest revision, as `flask database upgrade` does."""
    settings = load(
        _env_file=None,
        mode=Mode.TEST,
        secret_key=SecretStr("of no use, but long enough to be taken"),
        instance=instance,
        database_url=urls.main,
        box_database_url=urls.box,
    )
    with create_app(settings).app_context():
        for history in database.HISTORIES:
            database.upgrade(history)
        dispose()


def dispose() -> None:
    """Close every connection of the application whose context is pushed."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
