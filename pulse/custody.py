"""Keeps the keys that open ballots: one file for each open wave, for the counting process alone.

No database, and so no backup of one, ever holds such a key. Whoever destroys the file has made
every sealed ballot of the wave unreadable for good.
"""

import os
from pathlib import Path

from pulse.domain import sealing
from pulse.domain.errors import Conflict


def public_key(folder: Path, wave: int) -> bytes:
    """Give the public half of a wave's opening key, which is made when it is first asked for."""
    path = _path(folder, wave)
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, sealing.new_key())
    return sealing.public_key(path.read_bytes())


def opening_key(folder: Path, wave: int) -> bytes:
    """Give the opening key of a wave. Raises Conflict where it is not here."""
    try:
        return _path(folder, wave).read_bytes()
    except OSError as error:
        message = f"The key that opens the ballots of wave {wave} cannot be read here."
        raise Conflict(message) from error


def destroy(folder: Path, wave: int) -> None:
    """Overwrite and remove the opening key of a wave; repeating it changes nothing."""
    path = _path(folder, wave)
    if path.exists():
        with path.open("r+b", buffering=0) as file:
            file.write(bytes(path.stat().st_size))
            os.fsync(file.fileno())
        path.unlink()
        _sync(folder)


def _path(folder: Path, wave: int) -> Path:
    return folder / f"wave-{wave}.key"


def _write(path: Path, secret: bytes) -> None:
    """Write a file that only its owner can read; nobody ever sees half of it."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
