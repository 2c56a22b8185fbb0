"""A line of moments.csv as the attacker reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

KINDS = ("favourable_spread", "deviation", "correlation")


@dataclass(frozen=True, slots=True)
class Moment:
    """How a driver varies over everybody, or goes together with another; `text` is as published."""

    kind: str
    driver: str
    other: str
    people: int
    text: str

    @property
    def value(self) -> float:
        return float(self.text)


def moment(row: Mapping[str, str]) -> Moment:
    """Read a line. Raises ValueError or KeyError for one without a meaning."""
    found = Moment(row["kind"], row["driver"], row["other"], int(row["people"]), row["value"])
    if found.kind not in KINDS or not isfinite(found.value):
        raise ValueError(f"no such moment: {row}")
    return found
