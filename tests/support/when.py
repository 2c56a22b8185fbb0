"""The moment at which tests happen, far ahead of the real clock that doors read.

So a wave that a test opens "now" is still open when a door looks at the clock. In 2037 every
date has the weekday, and Europe changes its clocks on the days, of 2026.
"""

from datetime import UTC, datetime, timedelta

NOW = datetime(2037, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
WEEK = timedelta(days=7)
