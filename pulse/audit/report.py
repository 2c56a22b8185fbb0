"""What an attack tried, and what it found."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak: which engine found it, whom it exposes, and the published cells that give it away."""

    engine: str
    words: str
    people: int
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One attack on one release: what it looked at, and how long that took."""

    engine: str
    words: str
    seconds: float


@dataclass(slots=True)
class Report:
    """Everything that was tried on a set of releases."""

    tried: list[Tried] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def lines(self) -> Iterator[str]:
        """Give the report as lines of plain text."""
        for one in self.tried:
            yield f"{one.engine}: {one.words} ({one.seconds:.1f} s)"
        for found in self.findings:
            yield f"FOUND by {found.engine}: {found.words}"
            for cell in found.cells:
                yield f"    {cell}"
        yield "Nothing was found." if self.is_safe else f"{len(self.findings)} findings."
