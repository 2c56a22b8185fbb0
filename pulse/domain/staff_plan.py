"""How HR wants a staff file to be read: columns, attributes, date order, words for leaving.

A plan is remembered for the header it was made for, as plain JSON.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulse.domain.errors import Invalid
from pulse.domain.separation import Separation
from pulse.domain.staff_columns import LABELS, Field, lacking
from pulse.domain.staff_dates import DateOrder

KEY_LENGTH = 64
LABEL_LENGTH = 120
MAX_ATTRIBUTES = 40


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    """A further column HR keeps, and whether results may ever be shown by it."""

    column: str
    reportable: bool = False

    @property
    def key(self) -> str:
        """The attribute's name in files and addresses.

        >>> AttributeChoice("Job Family").key
        'job_family'
        """
        return re.sub(r"\W+", "_", self.column.casefold()).strip("_")[:KEY_LENGTH] or "attribute"

    @property
    def label(self) -> str:
        return self.column[:LABEL_LENGTH]


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """Everything HR decides about a file before it is read.

    `words` says which kind of separation a word of the file means; `unknown` is the kind for
    words that nobody has decided on, and None means their rows are rejected.
    """

    columns: Mapping[Field, str]
    attributes: tuple[AttributeChoice, ...] = ()
    date_order: DateOrder | None = None
    words: Mapping[str, Separation] = field(default_factory=dict)
    unknown: Separation | None = None

    def check(self, header: Iterable[str]) -> None:
        """Raise Invalid where the plan does not fit the header or lacks a column."""
        have = set(header)
        used = [*self.columns.values(), *(choice.column for choice in self.attributes)]
        for column in used:
            if column not in have:
                raise Invalid(f"The file has no column “{column}”.", "columns")
        missing = lacking(self.columns)
        if missing:
            raise Invalid(f"No column is chosen for: {', '.join(missing)}.", "columns")
        self._refuse_doubles()

    def _refuse_doubles(self) -> None:
        taken: dict[str, Field] = {}
        for fact, column in self.columns.items():
            if column in taken:
                both = f"“{LABELS[taken[column]]}” and “{LABELS[fact]}”"
                raise Invalid(f"Column “{column}” is chosen for both {both}.", "columns")
            taken[column] = fact
        keys = [choice.key for choice in self.attributes]
        if len(set(keys)) < len(keys):
            raise Invalid("Two attributes have the same name.", "attributes")
        if len(keys) > MAX_ATTRIBUTES:
            raise Invalid(f"At most {MAX_ATTRIBUTES} attributes can be kept.", "attributes")

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": {str(fact): column for fact, column in self.columns.items()},
            "attributes": [[choice.column, choice.reportable] for choice in self.attributes],
            "date_order": self.date_order,
            "words": dict(self.words),
            "unknown": self.unknown,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "StaffPlan":
        return cls(
            columns={Field(fact): column for fact, column in stored["columns"].items()},
            attributes=tuple(AttributeChoice(*choice) for choice in stored["attributes"]),
            date_order=DateOrder(stored["date_order"]) if stored["date_order"] else None,
            words={word: Separation(kind) for word, kind in stored["words"].items()},
            unknown=Separation(stored["unknown"]) if stored["unknown"] else None,
        )
