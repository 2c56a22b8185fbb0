"""The moment at which tests happen, far ahead of the real clock that doors read.

A wave that a test opens is so still open when a door looks at the clock. In 2037 the days have
the weekdays of 2026, and Europe changes its clocks on the same days. A wave opened when it is
`LONG_OVER` has its closing time behind it, by every clock.
"""

from datetime import UTC, datetime

NOW = datetime(2037, 3, 2, 9, 0, tzinfo=UTC)
LONG_OVER = datetime(2015, 3, 2, 9, 0, tzinfo=UTC)
