"""What an attack tried, and what it found."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak: which engine found it, whom it exposes, and the published cells that give it away.

    `dimensions` are those whose groups take part in it: what must go for the leak to go.
    """

    engine: str
    words: str
    people: int
    cells: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One attack: what it looked at, how long that took, and what was left undone, if anything."""

    engine: str
    words: str
    seconds: float
    left: str = ""


@dataclass(slots=True)
class Report:
    """Everything that was tried on a set of releases.

    `equations` are the published cells and figures that were read; `notes` tell what a reader may
    guess and nobody can prevent, which is no leak.
    """

    equations: int = 0
    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_finished(self) -> bool:
        """Whether no engine ran out of time."""
        return not any(one.left for one in self.tried)

    @property
    def is_safe(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def lines(self) -> Iterator[str]:
        """Give the report as lines of plain text."""
        for one in self.tried:
            left = f"; NOT FINISHED: {one.left}" if one.left else ""
            yield f"{one.engine}: {one.words} ({one.seconds:.1f} s){left}"
        for note in self.notes:
            yield f"note: {note}"
        for found in self.findings:
            yield f"FOUND by {found.engine}: {found.words}"
            for cell in found.cells:
                yield f"    {cell}"
        seconds = sum(one.seconds for one in self.tried)
        yield f"{self.equations} equations, {len(self.tried)} attacks, {seconds:.1f} s."
        yield self.verdict

    @property
    def verdict(self) -> str:
        """What came of it, in one sentence."""
        if self.findings:
            return f"{len(self.findings)} findings."
        return "Nothing was found." if self.is_finished else "Nothing was found in that time."

    def plain(self) -> dict[str, Any]:
        """Give the report as plain values, for JSON."""
        return asdict(self) | {"safe": self.is_safe, "finished": self.is_finished}
