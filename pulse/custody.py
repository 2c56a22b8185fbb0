"""Keeps the keys that open ballots: one file for each open wave, for the counting process alone.

No database, and so no backup of one, ever holds such a key. Whoever destroys the file has made
every sealed ballot of the wave unreadable for good. Where a second person keeps custody, the
file holds the key sealed to theirs, and nothing on this machine opens it without them.
"""

from pathlib import Path
from secrets import token_bytes

from pulse import private_files
from pulse.domain import custody_key, sealing
from pulse.domain.custody_key import CustodyKey
from pulse.domain.errors import Conflict, Invalid

_CUSTODY = "custody.json"
_SEALED = b"pulse/sealed-opening-key/v1"
_POINT_BYTES = 65
_SECOND = "There is a custody key already: flask custody change"


def public_key(folder: Path, wave: int) -> bytes:
    """Give the public half of a wave's opening key, which is made when it is first asked for.

    Of any number of processes that ask at once, all get the same. Raises Conflict for a folder
    or file that others can read.
    """
    path = _path(folder, wave)
    if not path.exists():
        private_files.make_folder(folder)
        private_files.write_once(path, _new(_custody_key(folder), wave))
    stored = _read(path, wave)
    if stored.startswith(_SEALED):
        return stored[len(_SEALED) :][:_POINT_BYTES]
    return sealing.public_key(stored)


def opening_key(folder: Path, wave: int, passphrase: str | None = None) -> bytes:
    """Give the opening key of a wave.

    Raises Conflict where it is not here or others can read it, and Invalid where the second
    person's passphrase is needed and is not the right one.
    """
    stored = _read(_path(folder, wave), wave)
    if not stored.startswith(_SEALED):
        return stored
    key = _custody_key(folder)
    if passphrase is None or key is None:
        message = f"The ballots of wave {wave} wait for the second person's passphrase."
        raise Invalid(message, "passphrase")
    sealed = stored[len(_SEALED) + _POINT_BYTES :]
    return custody_key.unseal(key, passphrase, _place(wave), sealed)


def needs_passphrase(folder: Path, wave: int) -> bool:
    """Say whether a wave's opening key is sealed to the second person's. Raises Conflict."""
    return _read(_path(folder, wave), wave).startswith(_SEALED)


def destroy(folder: Path, wave: int) -> None:
    """Overwrite and remove the opening key of a wave; repeating it changes nothing.

    A file that a killed process left half made is removed as well.
    """
    private_files.destroy(_path(folder, wave))


def waves(folder: Path) -> dict[int, bool]:
    """Give the waves that have an opening key here, and whether it is sealed."""
    numbers = sorted(int(path.stem.removeprefix("wave-")) for path in folder.glob("wave-*.key"))
    return {wave: needs_passphrase(folder, wave) for wave in numbers}


def in_custody(folder: Path) -> bool:
    """Say whether a second person's key is here."""
    return (folder / _CUSTODY).exists()


def refuse_second(folder: Path) -> None:
    """Raise Conflict where there is a custody key already."""
    if in_custody(folder):
        raise Conflict(_SECOND)


def create(folder: Path, passphrase: str) -> None:
    """Make the second person's key; from now on every new opening key is sealed to it.

    Raises Invalid for a short passphrase and Conflict where there is a custody key already.
    """
    refuse_second(folder)
    key = custody_key.new(passphrase, token_bytes(custody_key.RANDOM_BYTES))
    private_files.make_folder(folder)
    if not private_files.write_once(folder / _CUSTODY, key.text().encode()):
        raise Conflict(_SECOND)


def change(folder: Path, former: str, passphrase: str) -> None:
    """Put the same key under another passphrase. Raises Invalid, and Conflict without a key."""
    key = _required(folder)
    random = token_bytes(custody_key.RANDOM_BYTES)
    changed = custody_key.changed(key, former, passphrase, random)
    private_files.replace(folder / _CUSTODY, changed.text().encode())


def remove(folder: Path) -> None:
    """Give up custody: new opening keys lie open again in their files.

    Raises Conflict without a key, and as long as a wave's opening key is sealed to it.
    """
    _required(folder)
    sealed = [wave for wave, is_sealed in waves(folder).items() if is_sealed]
    if sealed:
        raise Conflict(f"The opening key of wave {sealed[0]} is sealed to this key; release first.")
    private_files.destroy(folder / _CUSTODY)


def _new(key: CustodyKey | None, wave: int) -> bytes:
    fresh = sealing.new_key()
    if key is None:
        return fresh
    return _SEALED + sealing.public_key(fresh) + custody_key.seal(key, _place(wave), fresh)


def _required(folder: Path) -> CustodyKey:
    key = _custody_key(folder)
    if key is None:
        raise Conflict("There is no custody key: flask custody create")
    return key


def _custody_key(folder: Path) -> CustodyKey | None:
    if not in_custody(folder):
        return None
    return custody_key.parse(private_files.read(folder / _CUSTODY).decode())


def _path(folder: Path, wave: int) -> Path:
    return folder / f"wave-{wave}.key"


def _place(wave: int) -> bytes:
    return f"pulse/opening-key/v1/{wave}".encode()


def _read(path: Path, wave: int) -> bytes:
    try:
        return private_files.read(path)
    except OSError as error:
        message = f"The key that opens the ballots of wave {wave} cannot be read here."
        raise Conflict(message) from error
