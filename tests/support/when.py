"""The moment at which tests happen, far ahead of the real clock that doors read.

A wave that a test opens is so still open when a door looks at the clock. In 2037 the days have
the weekdays of 2026, and Europe changes its clocks on the same days.
"""

from datetime import UTC, datetime

NOW = datetime(2037, 3, 2, 9, 0, tzinfo=UTC)
