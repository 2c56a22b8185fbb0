"""Why a step that is due has not been taken, in one sentence for HR.

>>> from dataclasses import replace
>>> late = Overdue(timedelta(minutes=5))
>>> late.why()
'The worker is busy with something else; this comes next.'
>>> replace(late, led=False).why()
'No worker is running. Whoever looks after the server starts it with “flask worker”.'
>>> replace(late, led=False, waits="Two ballots are damaged.").why()
'Two ballots are damaged.'
>>> Overdue(timedelta(seconds=30), led=False).why() is None
True
"""

from dataclasses import dataclass
from datetime import timedelta

# A tick comes every few seconds; sooner than this nothing is late.
PATIENCE = timedelta(minutes=1)
NO_WORKER = "No worker is running. Whoever looks after the server starts it with “flask worker”."
DOUBTED = (
    "The clock of the worker has jumped. Until it has run evenly for a while, nothing is done that "
    "cannot be taken back. Whoever has checked the clock says so with "
    "“flask fieldwork trust-clock”."
)
BUSY = "The worker is busy with something else; this comes next."


@dataclass(frozen=True, slots=True)
class Overdue:
    """A step that has been due for `late`, and what is known about it.

    `waits` is what a release is held for, `trouble` why the step failed when it was last tried.
    """

    late: timedelta
    led: bool = True
    doubted: bool = False
    waits: str | None = None
    trouble: str | None = None

    def why(self) -> str | None:
        """Give the reason, what a person must decide first; None where nothing is late."""
        if self.waits or self.late < PATIENCE:
            return self.waits or self.trouble
        if not self.led:
            return NO_WORKER
        return DOUBTED if self.doubted else self.trouble or BUSY
