"""The life of an action item: its states, the moves between them, and what each state needs.

Everything that decides whether a version of an item may be written lives in this file. A claim
without a person and a date is no plan, and a refusal without a reason is no answer.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pulse.domain.errors import Invalid, ItemClosed
from pulse.domain.marking import marked

LONGEST_TEXT = 2_000
LONGEST_OWNER = 200
# A due date further away than this is a slip of the pen.
FURTHEST_YEARS = 5
# Invisible, and needed to write Persian, Indic scripts and compound emoji.
_JOINERS = "\u200c\u200d"


class State(StrEnum):
    HEARD = marked("heard")
    PLANNED = marked("planned")
    UNDER_WAY = marked("under way")
    DONE = marked("done")
    DECLINED = marked("declined")


# From each state, the states that the next version may have; None is an item not yet written.
MOVES: dict[State | None, frozenset[State]] = {
    None: frozenset({State.HEARD, State.PLANNED, State.UNDER_WAY, State.DECLINED}),
    State.HEARD: frozenset({State.HEARD, State.PLANNED, State.UNDER_WAY, State.DECLINED}),
    State.PLANNED: frozenset({State.PLANNED, State.UNDER_WAY, State.DONE, State.DECLINED}),
    State.UNDER_WAY: frozenset({State.PLANNED, State.UNDER_WAY, State.DONE, State.DECLINED}),
    State.DONE: frozenset(),
    State.DECLINED: frozenset(),
}
PROMISED = frozenset({State.PLANNED, State.UNDER_WAY, State.DONE})
OPEN = frozenset(state for state in State if MOVES[state])


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of an item says: heard, will do, by whom, by when, or why not."""

    state: State
    heard: str
    will_do: str = ""
    owner: str = ""
    due_on: date | None = None
    reason: str = ""


def checked(previous: Version | None, wanted: Version, today: date) -> Version:
    """Give the wanted version tidied up, or raise Invalid (naming the field) or ItemClosed."""
    before = previous.state if previous else None
    if before is not None and not MOVES[before]:
        raise ItemClosed(f"This item is {before.value}; its history stays as it is.")
    if wanted.state not in MOVES[before]:
        raise Invalid(f"An item that is {before} cannot become {wanted.state}.", "state")
    tidy = _tidy(wanted)
    _check_texts(tidy)
    _check_due(previous, tidy, today)
    return tidy


def overdue(state: State, due_on: date | None, today: date) -> bool:
    """Say whether a promise is late: open, and its date has passed.

    >>> overdue(State.PLANNED, date(2026, 5, 1), date(2026, 5, 1))
    False
    >>> overdue(State.PLANNED, date(2026, 5, 1), date(2026, 5, 2))
    True
    """
    return state in OPEN and due_on is not None and due_on < today


def _check_texts(version: Version) -> None:
    if not version.heard:
        raise Invalid("Say what you heard.", "heard")
    if version.state in PROMISED and not version.will_do:
        raise Invalid("Say what you will do.", "will_do")
    if version.state in PROMISED and not version.owner:
        raise Invalid("Name who does it.", "owner")
    if version.state is State.DECLINED and not version.reason:
        raise Invalid("Say why: staff read the reason instead of an action.", "reason")
    for field in ("heard", "will_do", "reason"):
        if len(getattr(version, field)) > LONGEST_TEXT:
            raise Invalid(f"Keep this within {LONGEST_TEXT} characters.", field)
    if len(version.owner) > LONGEST_OWNER:
        raise Invalid(f"Keep this within {LONGEST_OWNER} characters.", "owner")


def _check_due(previous: Version | None, version: Version, today: date) -> None:
    due = version.due_on
    if due is None:
        if version.state in PROMISED:
            raise Invalid("Say by when.", "due_on")
        return
    # A date that was promised earlier may have passed; only a new one must lie ahead.
    if (previous is None or previous.due_on != due) and due < today:
        raise Invalid("The date has passed already.", "due_on")
    if due.year > today.year + FURTHEST_YEARS:
        raise Invalid(f"The date is more than {FURTHEST_YEARS} years away.", "due_on")


def _tidy(version: Version) -> Version:
    return replace(
        version,
        heard=_tidy_text(version.heard),
        will_do=_tidy_text(version.will_do),
        owner=" ".join(_tidy_text(version.owner).split()),
        reason=_tidy_text(version.reason),
    )


def _tidy_text(text: str) -> str:
    r"""Use one kind of line break and of space; drop characters that no reader can see.

    >>> _tidy_text(" two\r\nlines\x00\u202e with\u00a0more ")
    'two\nlines with more'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(map(_seen, line)).rstrip() for line in lines).strip()


def _seen(letter: str) -> str:
    if letter.isspace():
        return " "
    return letter if letter.isprintable() or letter in _JOINERS else ""
