"""A fresh installation in demo mode, which is the only one with a mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from pydantic import SecretStr

from pulse.app import create_app
from pulse.config import Mode, load
from tests.support import databases


@contextmanager
def installed(
    templates: databases.Templates, folder: Path, url: str = "http://pulse.test"
) -> Iterator[Flask]:
    """Give the application with its context pushed, on empty databases in this folder."""
    with templates.copy("sqlite", folder / "databases", "demo") as urls:
        settings = load(
            _env_file=None,
            mode=Mode.DEMO,
            secret_key=SecretStr("long enough for a secret of a test"),
            instance=folder / "instance",
            database_url=urls.main,
            box_database_url=urls.box,
            public_url=url,
        )
        app = create_app(settings)
        with app.app_context():
            yield app
            databases.dispose()
