"""What is told to chats and other programs: that something happened which all staff may know.

An announcement has no person in it, no link of a person, and nothing about answers. Its words
are all made here, by `words`, so that another language needs no other place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pulse.domain import local_time

LONGEST_SAID = 300
ENGLISH = "en"


class Event(StrEnum):
    """What may be told, in the names that programs know."""

    WAVE_OPENED = "wave.opened"
    WAVE_CLOSED = "wave.closed"
    WAVE_RELEASED = "wave.released"
    ACTION_POSTED = "action.posted"
    TEST = "test"


# A test is sent by hand, and so cannot be chosen.
CHOICES = tuple(event for event in Event if event is not Event.TEST)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What happened to which wave or action item (`subject`); `said` is public in the log."""

    event: Event
    subject: int | None
    title: str = ""
    number: int | None = None
    closes_at: datetime | None = None
    time_zone: str = "UTC"
    said: str = ""

    def facts(self) -> dict[str, str | int]:
        """Give it as plain values, to be kept and to be read by programs."""
        found: dict[str, str | int | None] = {
            "id": self.subject,
            "title": self.title or None,
            "number": self.number,
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
            "time_zone": self.time_zone if self.closes_at else None,
            "said": shortened(self.said) or None,
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Words:
    """An announcement for people: a line in bold, a sentence or two, and where to read on."""

    headline: str
    text: str
    link_text: str
    link: str


_TEXTS: Mapping[str, Mapping[Event, tuple[str, str, str]]] = {
    ENGLISH: {
        Event.WAVE_OPENED: (
            "{title} is open",
            (
                "A few questions, about a minute, until {closes}. Your own link is in your mail, "
                "your code on your slip. Nobody sees who said what."
            ),
            "How it works",
        ),
        Event.WAVE_CLOSED: (
            "{title} has closed",
            (
                "Thank you to everybody who took part. What came of it is told to all staff at "
                "once, soon."
            ),
            "What happens now",
        ),
        Event.WAVE_RELEASED: (
            "{title}: read what came of it",
            "Every employee can read it now. Leaders answer in the action log.",
            "Read the results",
        ),
        Event.ACTION_POSTED: (
            "New in the action log, on “{title}”",
            "{said}",
            "Read it in the log",
        ),
        Event.TEST: (
            "A test from Pulse",
            (
                "It works: announcements of staff pulses will be written here. They never hold "
                "a personal link."
            ),
            "Pulse",
        ),
    }
}
_PLACES = {
    Event.WAVE_OPENED: "/",
    Event.WAVE_CLOSED: "/promise",
    Event.WAVE_RELEASED: "/results",
    Event.ACTION_POSTED: "/log/{id}",
    Event.TEST: "/",
}


def words(
    event: Event, facts: Mapping[str, str | int], base_url: str, language: str = ENGLISH
) -> Words:
    """Put an announcement into words; a language without words of its own is English.

    >>> words(Event.WAVE_RELEASED, {"id": 7, "title": "Spring"}, "https://pulse.example").headline
    'Spring: read what came of it'
    """
    headline, text, link_text = {**_TEXTS[ENGLISH], **_TEXTS.get(language, {})}[event]
    known = {"id": "", "title": "", "said": "", **facts, "closes": _closes(facts)}
    return Words(
        headline=one_line(headline.format_map(known)),
        text=one_line(text.format_map(known)),
        link_text=link_text,
        link=link(event, facts, base_url),
    )


def link(event: Event, facts: Mapping[str, str | int], base_url: str) -> str:
    """Give the page for everybody that an announcement leads to.

    >>> link(Event.ACTION_POSTED, {"id": 7}, "https://pulse.example")
    'https://pulse.example/log/7'
    """
    return base_url + _PLACES[event].format(id=facts.get("id", ""))


def one_line(text: str) -> str:
    r"""Put a text on one line.

    >>> one_line("one\n  two ")
    'one two'
    """
    return " ".join(text.split())


def shortened(text: str) -> str:
    """Give the beginning of a longer text, on one line.

    >>> shortened("word " * 100)[-6:]
    'word …'
    """
    whole = one_line(text)
    if len(whole) <= LONGEST_SAID:
        return whole
    return whole[: LONGEST_SAID - 2].rpartition(" ")[0] + " …"


def _closes(facts: Mapping[str, str | int]) -> str:
    closes_at, zone = facts.get("closes_at"), str(facts.get("time_zone", "UTC"))
    if closes_at is None:
        return ""
    return f"{local_time.shown(datetime.fromisoformat(str(closes_at)), zone)} ({zone})"
