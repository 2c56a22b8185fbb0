"""Whether an installation is fit to serve, in words that a stranger may read.

>>> from dataclasses import replace
>>> fit = Condition(Schema.CURRENT, led=True, oldest=timedelta(), free=FREE_BYTES)
>>> words(fit)
{'databases': 'current', 'worker': 'leads', 'outbox': 'in time', 'disk': 'enough'}
>>> is_ready(fit), is_ready(replace(fit, led=False))
(True, False)
>>> words(replace(fit, oldest=timedelta(hours=1), free=0))["outbox"]
'late'
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# A message that is due goes out within seconds, or there is something to look after.
OLDEST_UNSENT = timedelta(minutes=15)
# Below that a staff file of the largest size and a mixing of the box may no longer fit.
FREE_BYTES = 512 * 1024 * 1024


class Schema(StrEnum):
    """How both databases stand against the program."""

    CURRENT = "current"
    BEHIND = "behind"
    SILENT = "no answer"


@dataclass(frozen=True, slots=True)
class Condition:
    """What was found: the schema, a leader, the oldest unsent message, free bytes."""

    schema: Schema
    led: bool
    oldest: timedelta
    free: int


def words(found: Condition) -> dict[str, str]:
    """Give a coarse word for each part: no number, no address, no name."""
    return {
        "databases": found.schema.value,
        "worker": "leads" if found.led else "missing",
        "outbox": "in time" if found.oldest <= OLDEST_UNSENT else "late",
        "disk": "enough" if found.free >= FREE_BYTES else "low",
    }


def is_ready(found: Condition) -> bool:
    """Say whether everything is as it should be."""
    return words(found) == {
        "databases": "current",
        "worker": "leads",
        "outbox": "in time",
        "disk": "enough",
    }
