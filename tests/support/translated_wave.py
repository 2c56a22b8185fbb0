"""A wave whose survey speaks other languages: the bank's questions, and one of HR's own."""

from datetime import datetime, timedelta

from pulse.db import transaction
from pulse.domain.scale import Scale
from pulse.surveys import compose, translating, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import OwnQuestion, SurveyDraft
from pulse.surveys.translating import Texts

CODES = ("workload_1", "enps", "follow_up_2", "needs_open")
OWN = "The canteen is good."
GERMAN = Texts("Frühjahrsumfrage", "Wie ist die Arbeit?", {"own_1": "Die Kantine ist gut."})
# Its own question has no Arabic text and falls back.
ARABIC = Texts("استطلاع الربيع", "كيف هو العمل؟")


def survey(now: datetime) -> int:
    """Compose it."""
    asked = compose.chosen(CODES, (OwnQuestion(OWN, Scale.LIKERT5),))
    draft = SurveyDraft("Spring pulse", "How is work?", asked, Audience())
    with transaction() as session:
        made = compose.create(session, draft, now)
        translating.put(session, made, "de", GERMAN)
        translating.put(session, made, "ar", ARABIC)
        return made


def planned(now: datetime) -> int:
    """Plan a wave of it that opens at `now` for a week."""
    made = survey(now)
    with transaction() as session:
        return waves.plan(session, made, now, now + timedelta(days=7))
