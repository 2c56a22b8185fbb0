"""What an import would change or has changed, as a value that can be kept as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pulse.domain.staff_changes import Outcome

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts by outcome, and everything a person has to know before saying yes."""

    rows: int
    counts: Mapping[str, int]
    rejected: int
    missing: int
    missing_shown: tuple[tuple[str, str], ...] = ()
    new_units: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    unknown_words: tuple[tuple[str, int], ...] = field(default=())

    def count(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)

    @property
    def changes_nothing(self) -> bool:
        return not self.rejected and self.count(Outcome.UNCHANGED) == self.rows

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ImportReport":
        return cls(
            rows=stored["rows"],
            counts=stored["counts"],
            rejected=stored["rejected"],
            missing=stored["missing"],
            missing_shown=tuple((number, name) for number, name in stored["missing_shown"]),
            new_units=tuple(stored["new_units"]),
            notices=tuple(stored["notices"]),
            unknown_words=tuple((word, often) for word, often in stored["unknown_words"]),
        )
