"""Protections, each switched off by itself, and whether that leaks: the oracle says so.

A switch gives what is then published, as anybody could fetch it, beside the staff list; or None
where this company gives it nothing to do. `form` says that the breach lies in how a figure is
made, so that the attacker's check of consistency may find it; all others must be found by attack.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

from pulse.audit.files import ReleaseFiles
from pulse.domain import class_plan, counting, disclosure, edge_coding
from pulse.domain.blocks import Decided, Turnout
from pulse.domain.cells import Counts, Merged, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.dimension import ORGANISATION
from pulse.domain.labels import TreeUnit
from pulse.domain.question import Question
from pulse.release import attacking
from pulse.release.model import ReleaseGroup
from tests.campaign import oracle
from tests.campaign.company import Terms, Wave, wave
from tests.campaign.oracle import Shown
from tests.campaign.publication import Publication, honest
from tests.campaign.staff import by_person

Attacked: TypeAlias = tuple[ReleaseFiles, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A company that was asked, and what the product publishes of it."""

    terms: Terms
    units: Sequence[TreeUnit]
    asked: Wave
    published: Publication
    is_tiny: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """What is published with a protection off, and whether somebody is exposed by it."""

    publications: tuple[Attacked, ...]
    leaks: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """One protection, and how to switch it off."""

    name: str
    off: Callable[[Case, Random], Breach | None]
    form: bool = False


def publish(asked: Wave) -> Publication:
    """Publish as the product does."""
    manifest = asked.manifest
    turnout = Turnout(asked.asked, asked.came)
    decided = disclosure.decide(manifest.dimensions, turnout, manifest.floor)
    return honest(manifest, asked.tally(), decided)


def staff(asked: Wave) -> str:
    """Give the staff list of a wave by labels."""
    return attacking.table(asked.asked, asked.came)


def hidden_sibling(case: Case, random: Random) -> Breach | None:
    """Show a unit that is large enough by itself, and hidden for the sake of its neighbours."""
    return _one_more(case, lambda ballots: ballots >= case.terms.floor)


def one_too_few(case: Case, random: Random) -> Breach | None:
    """Show a unit of one person less than the floor, or fewer where there is none."""
    return _one_more(case, lambda ballots: 0 < ballots < case.terms.floor)


def late_ballot(case: Case, random: Random) -> Breach | None:
    """Publish once more after one more person has answered."""
    silent = [at for at, person in enumerate(case.asked.people) if not person.came]
    if not silent:
        return None
    people = list(case.asked.people)
    at = random.choice(silent)
    people[at] = replace(people[at], came=True)
    return _twice(case, replace(case.asked, people=tuple(people)))


def new_tree(case: Case, random: Random) -> Breach | None:
    """Publish the same ballots under the structure of today, after some have moved."""
    codes = [unit.code for unit in case.units]
    people = [
        replace(person, unit=random.choice(codes)) if random.random() < 0.15 else person
        for person in case.asked.people
    ]
    if [person.unit for person in people] == [person.unit for person in case.asked.people]:
        return None
    return _twice(case, wave(case.terms, case.units, people, case.asked.manifest.wave))


def visible_skip(case: Case, random: Random) -> Breach | None:
    """Give each question the number of people who answered it, where its counts leave room."""
    changed, floor, leaks, told = _copy(case.published), case.terms.floor, False, False
    for group in changed.shown():
        for question in changed.manifest.scored:
            skips = _skips(changed, group, question)
            place = changed.counts[group.dimension, group.code]
            answered = replace(place[question.code], n=group.n - skips)
            if answered.n <= 0 or answered.neutral_middle < 0:
                continue
            place[question.code], told = answered, True
            leaks = leaks or 0 < skips < floor
    return _breach(case, changed, leaks=leaks) if told else None


def no_edge_coding(case: Case, random: Random) -> Breach | None:
    """Publish every count as it is."""
    changed = _copy(case.published)
    for group in changed.shown():
        _set(changed, group, _exact)
    return _breach(case, changed, leaks=_is_certain(case, changed))


def exact_parents(case: Case, random: Random) -> Breach | None:
    """Publish larger groups to the last person, beside blocks that are coded."""
    changed = _copy(case.published)
    parents = [group for group in changed.shown() if not group.block]
    for group in parents:
        _set(changed, group, _exact)
    if not parents:
        return None
    return _breach(case, changed, leaks=_is_certain(case, changed))


def no_certificate(case: Case, random: Random) -> Breach | None:
    """Plan each dimension by itself, and publish them all."""
    manifest = case.asked.manifest
    turnout = Turnout(case.asked.asked, case.asked.came)
    dimensions = {item.key: item for item in manifest.dimensions}
    drafting = disclosure._Drafting(dimensions, turnout, manifest.floor)
    for key, item in dimensions.items():
        if item.is_crossing:
            drafting.cross(key, dict.fromkeys(class_plan.divided(item), 1))
        else:
            drafting.draft(key)
    changed = honest(manifest, case.asked.tally(), Decided(drafting.plans, 0.0))
    sets = [
        _people_in(case.asked, group, came=came)
        for came in (True, False)
        for group in changed.shown()
    ]
    half = len(sets) // 2
    leaks = _leaks(case, sets[:half]) or _leaks(case, sets[half:])
    return _breach(case, changed, leaks=leaks)


SWITCHES = (
    Switch("hidden sibling shown", hidden_sibling),
    Switch("group of k-1 shown", one_too_few),
    Switch("late ballot", late_ballot),
    Switch("history on a new tree", new_tree),
    Switch("visible skip", visible_skip, form=True),
    Switch("edge coding off", no_edge_coding),
    Switch("exact parents", exact_parents, form=True),
    Switch("no certificate", no_certificate),
)


def _one_more(case: Case, wanted: Callable[[int], bool]) -> Breach | None:
    """Publish one group more, with its exact people and coded counts."""
    plan = case.published.decided.plans[ORGANISATION]
    changed = _copy(case.published)
    found = [
        (len(_people_in(case.asked, group, came=True)), at)
        for at, group in enumerate(changed.groups)
        if group.dimension == ORGANISATION and isinstance(plan.hidden.get(group.code), Merged)
    ]
    fitting = [(ballots, at) for ballots, at in found if wanted(ballots)]
    if not fitting:
        return None
    ballots, at = max(fitting)
    changed.groups[at] = _shown(changed.groups[at], ballots)
    _set(changed, changed.groups[at], edge_coding.coded)
    sets = [_people_in(case.asked, group, came=True) for group in changed.shown()]
    return _breach(case, changed, leaks=_leaks(case, sets))


def _shown(group: ReleaseGroup, ballots: int) -> ReleaseGroup:
    columns = (
        "dimension",
        "dimension_name",
        "code",
        "name",
        "parent",
        "labels",
        "members",
        "invited",
    )
    values = {name: getattr(group, name) for name in columns}
    return ReleaseGroup(**values, status="released", block=True, n=ballots)


def _twice(case: Case, again: Wave) -> Breach | None:
    """Publish the same wave a second time, and join what both say of each person."""
    other = publish(again)
    sets = [_people_in(case.asked, group, came=True) for group in case.published.shown()]
    sets += [_people_in(again, group, came=True) for group in other.shown()]
    first, second = by_person(case.asked), by_person(again)
    publications = ((case.published.files(), first), (other.files(), second))
    return Breach(publications, _leaks(case, sets))


def _breach(case: Case, changed: Publication, *, leaks: bool) -> Breach:
    return Breach(((changed.files(), staff(case.asked)),), leaks)


def _copy(published: Publication) -> Publication:
    changed = copy(published)
    changed.groups = list(published.groups)
    changed.counts = {place: dict(counts) for place, counts in published.counts.items()}
    return changed


def _set(
    changed: Publication, group: ReleaseGroup, code: Callable[[ClassCounts, int], Counts]
) -> None:
    """Count a group anew from the answers of its labels."""
    changed.counts[group.dimension, group.code] = {
        question.code: code(_counted(changed, group, question), changed.manifest.edge)
        for question in changed.manifest.scored
    }


def _counted(changed: Publication, group: ReleaseGroup, question: Question) -> ClassCounts:
    answers = changed.tally.answers[group.dimension, question.code]
    histogram = counting.added(answers.get(label, {}) for label in group.labels)
    return counting.class_counts(question, group.n or 0, histogram)


def _exact(counts: ClassCounts, width: int) -> Counts:
    favourable, unfavourable = exactly(counts.favourable), exactly(counts.unfavourable)
    return Counts(counts.ballots, favourable, unfavourable, counts.score_sum)


def _skips(changed: Publication, group: ReleaseGroup, question: Question) -> int:
    answers = changed.tally.answers[group.dimension, question.code]
    return sum(answers.get(label, {}).get(None, 0) for label in group.labels)


def _people_in(asked: Wave, group: ReleaseGroup, *, came: bool) -> frozenset[int]:
    return frozenset(
        at
        for at, (person, labels) in enumerate(zip(asked.people, asked.labels, strict=True))
        if (person.came or not came) and labels[group.dimension] in group.labels
    )


def _leaks(case: Case, sets: Sequence[frozenset[int]]) -> bool:
    """Ask the oracle whether these sums isolate fewer people than the floor."""
    if not case.is_tiny:
        return oracle.differs_by_few(sets, case.terms.floor)
    people = range(len(case.asked.people))
    inside = [[at for at, one in enumerate(sets) if person in one] for person in people]
    return oracle.isolates(Shown.of(inside, len(sets)), case.terms.floor)


def _is_certain(case: Case, changed: Publication) -> bool:
    """Ask the oracle whether a class of somebody follows from the counts."""
    groups = changed.shown()
    sets = [_people_in(case.asked, group, came=True) for group in groups]
    inside = [
        [at for at, one in enumerate(sets) if person in one]
        for person in range(len(case.asked.people))
    ]
    shown = Shown.of(inside, len(sets))
    for question in changed.manifest.scored:
        counts = [changed.counts[group.dimension, group.code][question.code] for group in groups]
        good = [(each.favourable.low, each.favourable.high) for each in counts]
        bad = [(each.unfavourable.low, each.unfavourable.high) for each in counts]
        if any(oracle.is_certain(shown, spans, case.terms.floor) for spans in (good, bad)):
            return True
    return False
