"""Who a survey is for: some units with everything below them, some values of attributes.

Plain values only. Who that is on a given day is decided when a wave opens, from the staff file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a survey asks. No unit means all units, no attribute means no condition.

    A unit stands for itself and all units below it. A person must have, for every attribute
    named, one of the values listed for it.
    """

    unit_ids: tuple[int, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def everyone(self) -> bool:
        """Whether all employees are asked."""
        return not self.unit_ids and not self.attributes

    def matches(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether a person with these attributes meets the conditions on attributes.

        >>> Audience(attributes={"site": ("Leeds", "York")}).matches({"site": "York"})
        True
        """
        return all(attributes.get(key) in wanted for key, wanted in self.attributes.items())

    def to_json(self) -> dict[str, Any]:
        """Give the form that a JSON column keeps."""
        wanted = {key: list(values) for key, values in self.attributes.items()}
        return {"unit_ids": list(self.unit_ids), "attributes": wanted}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Audience":
        """Read what `to_json` wrote."""
        wanted = {key: tuple(values) for key, values in value["attributes"].items()}
        return Audience(tuple(value["unit_ids"]), wanted)
