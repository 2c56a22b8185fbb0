"""The thresholds of disclosure control, which a wave freezes when it opens."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class DisclosurePolicy(BaseModel):
    """Every threshold of disclosure control in one value; none can be set below its safe bound."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    floor: int = Field(default=5, ge=5, description="Fewest ballots in a group that is shown.")
    comment_floor: int = Field(
        default=10, ge=10, description="Fewest ballots in a group whose comments are shown."
    )
    leaver_floor: int = Field(
        default=5, ge=5, description="Fewest leavers in a unit whose rate stands beside answers."
    )
    edge: int = Field(
        default=1,
        ge=1,
        le=2,
        description="How many dissenters the published interval leaves room for where a group is "
        "nearly of one mind; 2 protects a lone dissenter as well.",
    )
    label_minimum: int = Field(
        default=8, ge=8, description="Fewest people invited under one label of a ballot."
    )
    wave_invited: int = Field(
        default=20, ge=20, description="Fewest people invited for a wave to open."
    )
    wave_ballots: int = Field(
        default=10, ge=10, description="Fewest ballots for a wave to publish anything."
    )
    most_waves: int = Field(
        default=8,
        ge=1,
        le=60,
        description="In how many waves one person is asked within 28 days; beyond it they are "
        "spared, whatever they answered.",
    )
    grace_days: int = Field(
        default=7,
        ge=1,
        le=30,
        description="Days after closing at which ballots that could not be released are destroyed.",
    )
    mix_every: int = Field(
        default=20,
        ge=20,
        description="After how many new ballots the box is mixed by day; "
        "beyond fifty times as many, after a fiftieth of those already mixed.",
    )

    @property
    def grace(self) -> timedelta:
        """How long after closing ballots are kept that could not be released."""
        return timedelta(days=self.grace_days)
