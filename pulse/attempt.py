"""One step of a wave, tried: whatever fails in it is told, and holds up nothing else."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from pulse.domain.errors import PulseError
from pulse.release.holding import Hold

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a tick did, or tried to do."""

    wave: int
    did: str
    problem: str | None = None
    waits: str | None = None

    @property
    def done(self) -> bool:
        """Whether the step was carried out."""
        return not (self.problem or self.waits)


def attempt(wave: int, what: str, step: Callable[[], object]) -> Step:
    """Take a step; give what came of it."""
    try:
        held = step()
    except PulseError as error:
        return Step(wave, what, error.message)
    except Exception:
        # A tick must outlive any one wave; the trace names no person and no answer.
        log.exception("wave %s: %s failed", wave, what)
        return Step(wave, what, "failed; the log of the worker has the trace")
    if not isinstance(held, Hold):
        return Step(wave, what)
    if held.kind.needs_person:
        return Step(wave, what, waits=held.words)
    return Step(wave, what, held.words)
