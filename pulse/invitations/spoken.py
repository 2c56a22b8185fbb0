"""How many people of an audience speak which of the languages that are offered."""

from collections import Counter
from datetime import date

from sqlalchemy.orm import Session

from pulse import languages
from pulse.invitations import frame
from pulse.people import roster, units
from pulse.surveys.audience import Audience


def spoken(session: Session, audience: Audience, day: date, otherwise: str) -> dict[str, int]:
    """Count the people of an audience by language, the most spoken first.

    Whoever has none in the staff file, or one that is not offered, counts as `otherwise`.
    """
    employed = roster.employed_on(session, day)
    people = frame.of_audience(employed, audience, units.tree(session))
    found = Counter(languages.first(person.locale, otherwise) for person in people)
    return dict(found.most_common())
