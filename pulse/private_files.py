"""Files for one user alone: written whole or not at all, refused where others can read them.

What is destroyed is overwritten first. A disk that keeps former versions of a block, or a backup,
may hold it all the same, so folders of such files belong on no backup.
"""

import os
import stat
from pathlib import Path
from secrets import token_hex

from pulse.domain.errors import Conflict

_OTHERS = 0o077


def read(path: Path) -> bytes:
    """Read a file. Raises Conflict where others can read it or its folder, and OSError."""
    _refuse_shared(path.parent, "700")
    _refuse_shared(path, "600")
    return path.read_bytes()


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone. Raises Conflict for one that others can look into."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_shared(folder, "700")


def write_once(path: Path, content: bytes) -> bool:
    """Write a new file. Of several writers the first one wins, and the others are told False."""
    part = _write_part(path, content)
    try:
        path.hardlink_to(part)
    except FileExistsError:
        _shred(part)
        return False
    part.unlink()
    _sync(path.parent)
    return True


def replace(path: Path, content: bytes) -> None:
    """Write a file in the place of another."""
    _write_part(path, content).replace(path)
    _sync(path.parent)


def destroy(path: Path) -> None:
    """Overwrite and remove a file, and what a killed writer of it left; repeatable."""
    found = [*path.parent.glob(path.name), *path.parent.glob(f"{path.name}.*.part")]
    for file in found:
        _shred(file)
    if found:
        _sync(path.parent)


def _refuse_shared(path: Path, mode: str) -> None:
    status = path.stat()
    if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & _OTHERS:
        raise Conflict(
            f"{path} must belong to the user who counts and be closed to everybody else: "
            f"chmod {mode}. If others could read it, take it that they have."
        )


def _write_part(path: Path, content: bytes) -> Path:
    part = path.with_name(f"{path.name}.{token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return part


def _shred(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        file.write(bytes(path.stat().st_size))
        os.fsync(file.fileno())
    path.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
