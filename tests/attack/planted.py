"""A log of requests, as somebody might add one to look for a fault; a thief takes it along."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from flask import Flask


@contextmanager
def log_of_requests(app: Flask) -> Iterator[None]:
    """Write a line with path and body of each request, whoever sends it."""
    inner = app.wsgi_app

    def middleware(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        logging.getLogger("planted").info("%s %s", environ["PATH_INFO"], body)
        return inner(environ, start_response)

    app.wsgi_app = middleware
    try:
        yield
    finally:
        app.wsgi_app = inner
