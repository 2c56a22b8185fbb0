"""What becomes of a delivery to a hook: tried again, less and less often, and then given up."""

from datetime import datetime, timedelta
from enum import StrEnum

MAX_ATTEMPTS = 12
# A hook that has taken nothing for so long is switched off.
PATIENCE = timedelta(days=5)
_GONE = 410


class Outcome(StrEnum):
    """How an attempt ended. The words say no more than HR may know of the house's network."""

    TAKEN = "taken"
    REFUSED = "refused"
    GONE = "gone"
    UNREACHED = "unreached"
    UNREADABLE = "unreadable"

    @property
    def words(self) -> str:
        """Say it to HR."""
        return _WORDS[self]

    @property
    def is_final(self) -> bool:
        """Whether trying again is of no use."""
        return self in {Outcome.GONE, Outcome.UNREADABLE}


_WORDS = {
    Outcome.TAKEN: "Taken.",
    Outcome.REFUSED: "It was reached, and did not take the message.",
    Outcome.GONE: "It was reached, and says that this address is no longer in use.",
    Outcome.UNREACHED: "It could not be reached.",
    Outcome.UNREADABLE: "Its address can no longer be read or called. Please enter it anew.",
}


def outcome(status: int) -> Outcome:
    """Read the status of an answer; a redirect is none that is followed.

    >>> outcome(204), outcome(302), outcome(410)
    (<Outcome.TAKEN: 'taken'>, <Outcome.REFUSED: 'refused'>, <Outcome.GONE: 'gone'>)
    """
    if status == _GONE:
        return Outcome.GONE
    return Outcome.TAKEN if 200 <= status < 300 else Outcome.REFUSED  # noqa: PLR2004  (HTTP's own)


def is_given_up(found: Outcome, attempts: int) -> bool:
    """Say whether a delivery that was not taken ends here.

    >>> is_given_up(Outcome.GONE, 1), is_given_up(Outcome.REFUSED, 11)
    (True, False)
    """
    return found.is_final or attempts >= MAX_ATTEMPTS


def is_switched_off(found: Outcome, failing_since: datetime, now: datetime) -> bool:
    """Say whether the hook itself is switched off with this failure."""
    return found.is_final or now - failing_since >= PATIENCE
