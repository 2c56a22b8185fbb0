"""What goes into the action log and what comes out of it, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime

from pulse.domain import action_item
from pulse.domain.action_item import State, Version


@dataclass(frozen=True, slots=True)
class Author:
    """The leader who writes, and the unit they answer for."""

    account_id: int
    name: str
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """The released result that an item answers, in the words in which it stood there."""

    wave_id: int
    release_id: int
    dimension: str
    group_code: str
    group_name: str
    subject_kind: str
    subject_code: str
    subject: str
    wave_title: str
    result: str


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment of posting, and the date that it is for the people who read it."""

    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class EntryView:
    """One version, as everybody reads it."""

    version: int
    said: Version
    posted_at: datetime
    by_name: str
    hash: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with its latest version."""

    item_id: int
    answers: Answered
    leader_account_id: int
    leader_name: str
    latest: EntryView

    def overdue(self, today: date) -> bool:
        return action_item.overdue(self.latest.said.state, self.latest.said.due_on, today)


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """An item with all its versions, newest first."""

    item: ItemView
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What to list; None leaves a filter out. `overdue_on` keeps what is late on that day."""

    state: State | None = None
    group_code: str | None = None
    wave_id: int | None = None
    overdue_on: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class LogPage:
    items: tuple[ItemView, ...]
    page: int
    more: bool
