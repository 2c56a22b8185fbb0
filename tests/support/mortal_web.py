"""A web server that is made to be killed: `kill -9` ends it, and the next one is there at once.

A program of its own imports Pulse once and forks a serving process for each life, because a
whole start takes seconds and the tests end forty lives.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from pulse.app import create_app
from pulse.config import Settings
from tests.support.smtp import HOST, free_port
from tests.support.tree import ROOT

_START = b"start\n"
_PATIENCE_SECONDS = 60


@dataclass(slots=True)
class MortalWeb:
    """The serving process of this moment, at an address that stays."""

    port: int
    mother: subprocess.Popen[bytes]
    pid: int = 0

    def start(self) -> None:
        """Begin a life."""
        assert self.mother.stdin is not None
        assert self.mother.stdout is not None
        self.mother.stdin.write(_START)
        self.mother.stdin.flush()
        self.pid = int(self.mother.stdout.readline())

    def kill(self) -> None:
        """End the life without a word, as a power failure does."""
        os.kill(self.pid, signal.SIGKILL)
        self.pid = 0


@contextmanager
def running(settings: Settings) -> Iterator[MortalWeb]:
    """Serve Pulse on these databases; the block kills and starts it as it likes."""
    port = free_port()
    mother = subprocess.Popen(
        [sys.executable, "-m", "tests.support.mortal_web", str(port)],
        cwd=settings.instance,
        env=os.environ | _environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    web = MortalWeb(port, mother)
    try:
        web.start()
        yield web
    finally:
        if web.pid:
            web.kill()
        mother.communicate(timeout=_PATIENCE_SECONDS)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "PULSE_MODE": "production",
        "PULSE_SECRET_KEY": settings.secret_key.get_secret_value(),
        "PULSE_INSTANCE": str(settings.instance),
        "PULSE_DATABASE_URL": settings.database_url,
        "PULSE_BOX_DATABASE_URL": settings.box_database_url,
        "PULSE_PUBLIC_URL": f"http://{HOST}",
    }


def _mother(app: Flask, port: int) -> None:
    """Fork a serving process for each line that comes in, and say its number.

    The socket is kept over all lives, as service managers do it: between two of them nobody
    else can take the port, not even a visitor by connecting from it.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith("ballot/")):
        app.jinja_env.get_template(name)
    with socket.create_server((HOST, port), backlog=128) as listening:
        while sys.stdin.buffer.readline():
            pid = os.fork()
            if pid == 0:
                _serve(app, port, listening)
            print(pid, flush=True)  # noqa: T201  (this line is what the test waits for)


def _serve(app: Flask, port: int, listening: socket.socket) -> None:
    """Serve until somebody kills this process; no database was opened before the fork."""
    descriptor = listening.fileno()
    made = make_server(HOST, port, app, threaded=True, request_handler=_Quiet, fd=descriptor)
    made.serve_forever()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing, as everywhere."""


if __name__ == "__main__":
    _mother(create_app(), int(sys.argv[1]))
