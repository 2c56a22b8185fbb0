"""A question as it is asked in a wave."""

from dataclasses import dataclass

from pulse.domain.scale import Scale


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it was asked."""

    code: str
    text: str
    scale: Scale
    driver: str
    reverse: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is answered in words and not with a scale point."""
        return self.scale is Scale.OPEN
