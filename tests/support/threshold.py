"""A planner that a first attempt would be: every class with enough ballots is shown, and no more.

It proves nothing about classes of different dimensions taken together, which is how a release
comes to be unsafe. The company beside it divides itself by sex nearly as by team.
"""

from datetime import datetime, timedelta

from sqlalchemy import update

from pulse import fieldwork
from pulse.db import transaction
from pulse.domain import class_plan
from pulse.domain.blocks import Decided, DimensionPlan, PlannedGroup
from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.people.model import EmployeeAttribute
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import staff, staffed
from tests.support.open_wave import QUESTIONS

PEOPLE = 40
MOVED = 2


def by_threshold(
    manifest: Manifest, ballots: Joint, invited: Joint, without: frozenset[str] = frozenset()
) -> Decided:
    """Show every label as a block of its own, whatever that makes of them together."""
    del invited
    plans = {
        item.key: class_plan.nothing(item, manifest.floor)
        if item.key in without
        else _every_label(item, ballots.by_label(item.key))
        for item in manifest.dimensions
    }
    return Decided(plans, 0.5)


def _every_label(item: Dimension, counts: dict[str, int]) -> DimensionPlan:
    groups = [
        PlannedGroup(node.code, node.name, node.parent, (node.code,), counts[node.code], True)
        for node in item.labels
    ]
    if item.key == ORGANISATION:
        root, labels = item.nodes[0], tuple(node.code for node in item.labels)
        whole = PlannedGroup(root.code, root.name, None, labels, sum(counts.values()), False)
        groups.insert(0, whole)
    return DimensionPlan(tuple(groups), {})


def opened(now: datetime) -> int:
    """Open a wave by sex for a company in which all but two women work in Care."""
    staffed.company(PEOPLE)
    people = staff.ids()
    with transaction() as session:
        for place, person in enumerate(people):
            woman = place % 2 == 0 and place >= 2 * MOVED
            session.execute(
                update(EmployeeAttribute)
                .where(EmployeeAttribute.employee_id == person, EmployeeAttribute.value != "chess")
                .values(value="F" if woman else "M")
            )
        draft = SurveyDraft("Spring pulse", "", QUESTIONS, Audience(), ("sex",))
        wave = waves.plan(
            session, compose.create(session, draft, now), now, now + timedelta(days=7)
        )
    fieldwork.open_wave(wave, now)
    for place, person in enumerate(people):
        staff.answer(wave, person, **_answers(place))
    return wave


def _answers(place: int) -> dict[str, int]:
    """Let people of every team and sex answer in every way."""
    turn = place // 2 + place % 2
    return {"decide": 1 + turn % 5, "tools": 1 + (turn + 2) % 5, "recommend": 3 * turn % 11}
