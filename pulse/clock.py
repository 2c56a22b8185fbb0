"""The only place that asks what time it is; called by doors and by fieldwork, never by rooms."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give this moment, aware, in UTC."""
    return datetime.now(UTC)
