"""Looks for what must not be there: values in every form in which a file could hold them."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

# As much of a long value as a shortened line of a log would still hold.
_HEAD = 24


@dataclass(slots=True)
class Traces:
    """Values with the names under which a find is reported."""

    forms: dict[bytes, str] = field(default_factory=dict)

    def add(self, name: str, value: str | bytes) -> None:
        """Look for a value: as it is, and as programs write it."""
        if isinstance(value, str):
            written = {value, quote_plus(value), value.replace("-", "")}
            self.forms |= {form.encode(): name for form in written}
            return
        head = value[:_HEAD]
        hexed = head.hex()
        forms = {head, hexed.encode(), hexed.upper().encode(), repr(head)[2:-1].encode()}
        forms |= {b64encode(head), urlsafe_b64encode(head)}
        self.forms |= dict.fromkeys(forms, name)

    def inside(self, content: bytes) -> set[str]:
        """Give the names of all values in it."""
        return {name for form, name in self.forms.items() if form in content}

    def found(self, files: Iterable[Path]) -> dict[str, set[str]]:
        """Give the names of all values that each file holds, for those that hold any."""
        inside = {path.name: self.inside(path.read_bytes()) for path in files}
        return {name: names for name, names in inside.items() if names}


def files(*folders: Path) -> list[Path]:
    """List every file in these folders."""
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
