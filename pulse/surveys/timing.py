"""When a wave is asked, as it is planned."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Timing:
    """The date of a wave and its moments; `opens_on` need not be the date of the first of them.

    With `own_time` each person is asked at that time on the own clocks on `opens_on`, or on the
    next working day there; without it everybody is asked when the wave opens.
    """

    opens_on: date
    opens_at: datetime
    closes_at: datetime
    time_zone: str = "UTC"
    own_time: time | None = None
    keeps_holidays: bool = False
