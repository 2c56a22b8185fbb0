"""An application that no test of the house lets near a database: routes and commands alone."""

from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr

from pulse.app import create_app
from pulse.config import Mode, load


@pytest.fixture
def unconnected(tmp_path: Path) -> Flask:
    secret = SecretStr("of no use, but long enough to be taken")
    return create_app(load(_env_file=None, mode=Mode.TEST, secret_key=secret, instance=tmp_path))
