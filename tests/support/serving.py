"""The real web servers, started as the shipped files start them, in a folder of their own."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pulse.config import Settings
from tests.support.smtp import HOST, free_port
from tests.support.tree import ROOT

UNIT = ROOT / "docs" / "deploy" / "pulse-web.service"
GUNICORN = ROOT / "docs" / "deploy" / "gunicorn.conf.py"
FACTORIES = "tests.support.loud_wsgi"
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which server, which factory of `loud_wsgi`, and how much the server itself logs."""

    server: str = "granian"
    factory: str = "loud"
    level: str = "debug"


@dataclass(frozen=True, slots=True)
class Web:
    """A started web server: its port, and the file that has all it prints."""

    port: int
    log: Path


@contextmanager
def running(folder: Path, settings: Settings, wanted: Wanted) -> Iterator[Web]:
    """Serve Pulse on these databases until the end of the block."""
    folder.mkdir()
    web = Web(free_port(), folder / "web.log")
    with web.log.open("wb") as log:
        process = subprocess.Popen(
            _command(wanted, web.port),
            cwd=folder,
            env=os.environ | _environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(process, web)
        yield web
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end; whatever of it is left after a while is ended without asking."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _command(wanted: Wanted, port: int) -> list[str]:
    if wanted.server == "gunicorn":
        place = ["--bind", f"{HOST}:{port}", "--log-level", wanted.level, "--workers", "1"]
        shipped = ["--config", str(GUNICORN), *place, f"{FACTORIES}:{wanted.factory}()"]
        return [sys.executable, "-m", "gunicorn", *shipped]
    unit = UNIT.read_text()
    started = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    words = shlex.split(started.partition("=")[2])[1:]
    words[words.index("--port") + 1] = str(port)
    words[words.index("--workers") + 1] = "1"
    words[words.index("--workers-kill-timeout") + 1] = "1s"
    words[words.index("--log-level") + 1] = wanted.level
    words[words.index("wsgi:app")] = f"{FACTORIES}:{wanted.factory}"
    return [sys.executable, "-m", "granian", *words, "--factory"]


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "PULSE_MODE": "production",
        "PULSE_SECRET_KEY": settings.secret_key.get_secret_value(),
        "PULSE_INSTANCE": str(settings.instance),
        "PULSE_DATABASE_URL": settings.database_url,
        "PULSE_BOX_DATABASE_URL": settings.box_database_url,
        "PULSE_PUBLIC_URL": "https://pulse.example.org",
        "FLASK_DEBUG": "1",
    }


def _wait(process: subprocess.Popen[bytes], web: Web) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(web.log.read_text())
        try:
            socket.create_connection((HOST, web.port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server took too long to start")
