"""What goes into the list of hooks and what comes out of it, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime

from pulse.domain.announcement import Event
from pulse.domain.hook_format import HookKind
from pulse.domain.hook_state import Outcome
from pulse.domain.outside_address import Address

FAILING = "failing"
_OFF = {
    FAILING: "It has taken nothing for days, so nothing is sent there any more.",
    Outcome.GONE.value: "It says that its address is no longer in use.",
    Outcome.UNREADABLE.value: "Its address can no longer be read or called; enter it anew.",
}
_STATES = {
    "queued": "Waits to be sent.",
    "sending": "Is being sent.",
    "taken": "Taken.",
    "given up": "Given up.",
    "dropped": "Dropped, because the channel was switched off.",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A hook as somebody wants it; without an address it keeps the one that it has."""

    kind: HookKind
    name: str
    address: Address | None = field(repr=False)
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class HookInfo:
    """A hook as pages show it: of the address no more than the host, and no secret."""

    id: int
    kind: HookKind
    name: str
    host: str
    events: tuple[Event, ...]
    active: bool
    off_because: str | None
    failing: bool
    last_outcome: Outcome | None
    last_at: datetime | None

    @property
    def off_words(self) -> str | None:
        """Say why it was switched off by itself."""
        return _OFF.get(self.off_because or "")


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """A delivery as pages show it."""

    hook_id: int
    event: Event
    title: str
    happened_at: datetime
    state: str
    outcome: Outcome | None
    attempts: int
    due_at: datetime

    @property
    def words(self) -> str:
        """Say what has become of it."""
        if self.state in {"queued", "given up"} and self.outcome is not None:
            return f"{self.outcome.words} {_STATES[self.state]}"
        return _STATES[self.state]

    @property
    def waits(self) -> bool:
        """Whether it is tried again, at `due_at`."""
        return self.state == "queued" and self.attempts > 0
