"""Pulse as a web server starts it, with everything that can be told to log telling all it can.

`planted` is the same with a log of requests, as somebody might add one to look for a fault.
"""

import logging
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from flask import Flask

from pulse.app import create_app

LOUD = (
    "",
    "alembic",
    "flask",
    "granian",
    "psycopg",
    "pulse",
    "sqlalchemy",
    "sqlalchemy.engine",
    "sqlalchemy.engine.Engine",
    "sqlalchemy.orm",
    "sqlalchemy.pool",
    "werkzeug",
)


def loud() -> Flask:
    """Switch every logger to DEBUG, before the application is made and after."""
    logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(name)s %(message)s")
    _shout()
    app = create_app()
    app.debug = True
    _shout()
    return app


def shipped() -> Flask:
    """Build it as `wsgi.py` does."""
    return create_app()


def planted() -> Flask:
    """The planted fault."""
    app = loud()
    inner = app.wsgi_app

    def middleware(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        logging.getLogger("planted").info("%s %s", environ["PATH_INFO"], body)
        return inner(environ, start_response)

    app.wsgi_app = middleware
    return app


def _shout() -> None:
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
