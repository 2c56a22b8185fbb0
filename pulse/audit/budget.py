"""How long an attack may take; whatever stays undone is said, never passed over."""

from dataclasses import dataclass, field
from time import perf_counter

TEN_MINUTES = 600.0


@dataclass(frozen=True, slots=True)
class Budget:
    """The seconds that an engine may use, from the moment in which it was made.

    `undone` is what it had no time for, in words.
    """

    seconds: float = TEN_MINUTES
    began: float = field(default_factory=perf_counter)
    undone: list[str] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Seconds that are left, never less than nothing."""
        return max(0.0, self.seconds - (perf_counter() - self.began))

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    def part(self, share: float) -> "Budget":
        """Give a budget of a share of what is left, so that one engine cannot take it all."""
        return Budget(self.left * share)
