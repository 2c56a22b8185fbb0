"""What the page of a survey shows of its rhythm."""

from dataclasses import dataclass

from pulse import clock
from pulse.config import settings
from pulse.db import reading
from pulse.domain.cadence import Cadence
from pulse.domain.cadence_words import sentence
from pulse.invitations import rhythm
from pulse.invitations.rhythm import Occurrence
from pulse.surveys import cadences
from pulse.surveys.cadences import CadenceInfo
from pulse.web import rhythm_forms
from pulse.web.rhythm_forms import RhythmForm

# So many dates say whether a rhythm is what was meant; the rest is in the calendar.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """A cadence with its next dates, whether it runs or is only looked at."""

    cadence: Cadence
    ahead: tuple[Occurrence, ...]

    @property
    def sentence(self) -> str:
        """The cadence in words."""
        return sentence(self.cadence)


@dataclass(frozen=True, slots=True)
class RhythmView:
    """The rhythm of a survey, if it has one, and the form to set another."""

    info: CadenceInfo | None
    now: Preview | None
    form: RhythmForm
    preview: Preview | None


def view(survey_id: int, form: RhythmForm | None, preview: Preview | None) -> RhythmView:
    """Read the rhythm of a survey; the form shows it, unless one is filled in already."""
    now, home = clock.now(), settings().time_zone
    with reading() as session:
        info = cadences.of_survey(session, survey_id)
        ahead = rhythm.upcoming(session, info, home, now) if info else ()
    shown = Preview(info.cadence, ahead[:SHOWN]) if info else None
    if form is None:
        filled = rhythm_forms.filled_from(info.cadence) if info else None
        form = RhythmForm(formdata=None, data=filled or rhythm_forms.proposed(now, home))
    return RhythmView(info, shown, form, preview)
