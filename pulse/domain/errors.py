"""The one tree of errors that rooms raise and doors translate once.

PulseError
├── NotFound           the thing named does not exist, or not for this person
├── NotAllowed         the person may not do this
├── NotSignedIn        nobody is known who could be asked what they may do
├── Conflict           the thing is in a state that forbids this
│   ├── WaveNotOpen    the wave does not take answers now
│   ├── AlreadyTaken   this invitation has been redeemed
│   ├── TokenSpent     this token has already put a ballot into the box
│   └── ItemClosed     this action item has ended
└── Invalid            a value the caller gave is wrong; names the field
    ├── UnknownCode    no invitation has this secret or code
    ├── RowRejected    a row of a file is wrong; names the line as well
    └── BadSetting     the environment holds a wrong or missing setting

LostLease stands beside the tree: it is no answer to anybody, but the end of a worker's tick.
"""


class PulseError(Exception):
    """Base of every error that Pulse itself raises; its text is meant for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(PulseError):
    """The thing named does not exist, or not for this person."""


class NotAllowed(PulseError):
    """The person is known and may not do this."""


class NotSignedIn(PulseError):
    """Nobody is signed in, and what asked cannot be sent to sign in."""


class Conflict(PulseError):
    """The thing is in a state that forbids what was asked."""


class WaveNotOpen(Conflict):
    """The wave does not take answers now."""


class AlreadyTaken(Conflict):
    """The invitation has been redeemed before."""


class TokenSpent(Conflict):
    """The token has already put a ballot into the box."""


class ItemClosed(Conflict):
    """The action item is done or declined and takes no more updates."""


class Invalid(PulseError):
    """A value is wrong. `field` names it as the caller knows it."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class UnknownCode(Invalid):
    """No invitation of the wave has this secret or short code."""


class RowRejected(Invalid):
    """A row of a file is wrong. `line` is the line of the file on which the row begins."""

    def __init__(self, message: str, field: str, line: int) -> None:
        super().__init__(message, field)
        self.line = line


class BadSetting(Invalid):
    """A setting in the environment is wrong or missing; the start is refused."""


class LostLease(BaseException):
    """Another worker leads now, so this one must write nothing more.

    It is no Exception: whatever is made to outlive the failure of one wave must not outlive this.
    """
