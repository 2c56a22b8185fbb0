"""Publishes a wave, once: turnout decides what may be shown, and only that is written.

    plan, made from turnout ──► answers counted in blocks ──► cells of released groups, comments
                                                              without names

It writes no number about a group that the plan hides, so nothing in the database has to be
guarded afterwards. A second call for the same wave finds the first release and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from random import Random, SystemRandom
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.ballots.tally import Tally
from pulse.domain import class_plan
from pulse.domain.blocks import Decided, Turnout
from pulse.domain.cells import Reason
from pulse.domain.errors import NotFound
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.release import comment_writing, figures, moments, published, rows
from pulse.release.comment_writing import Known, Wording
from pulse.release.comments import placed
from pulse.release.figures import Blocks, Figures
from pulse.release.model import Release, ReleaseQuestion
from pulse.surveys.model import Wave

FEWEST_BALLOTS = 10
# What needs numbers crunched is loaded by name where it is used: no web process ever holds it.
_PLANNER = "pulse.domain.disclosure"
_STATISTICS = ("pulse.release.changes", "pulse.release.spread")


@dataclass(frozen=True, slots=True)
class Census:
    """What is known without any ballot: people invited, who of them started, new slips.

    `again` are tokens beyond the first of each person. It is never published: where one slip was
    handed out, it would tell whether that person had started before.
    """

    invited: int
    redeemed: int
    handed: int = 0
    again: int = 0
    # Those of the invited who want no mails, in steps of five.
    opted_out: int = 0

    @property
    def tokens(self) -> int:
        """How many tokens were signed."""
        return self.redeemed + self.again


@dataclass(frozen=True, slots=True)
class Edition:
    """All that one publication is made from.

    `decided` is the plan, made before any answer was read; None where too few took part. `tally` is
    None for a wave that is not counted any more, and `uncounted` says why. `known` is
    masked in comments.
    """

    manifest: Manifest
    tally: Tally | None
    decided: Decided | None
    census: Census
    day: date
    order: Random = field(default_factory=SystemRandom)
    accepted: str | None = None
    uncounted: Reason = Reason.NOT_COUNTED
    # Repeated nowhere: names of staff are no part of what an error or a log may print.
    known: Known = field(default=Known(), repr=False)
    # What is published of the blocks, where it was worked out before any transaction.
    coded: Mapping[str, Blocks] | None = None
    # What the attack before the publication tried; None for what never went through a count.
    audited: Mapping[str, Any] | None = None


def decide(
    manifest: Manifest, joint: Joint, invited: Joint, without: frozenset[str] = frozenset()
) -> Decided | None:
    """Decide what may be shown, from turnout alone; None where too few took part.

    `joint` are the ballots and `invited` the people asked, by the labels that they carry together.
    Nothing is shown by the dimensions in `without`.
    """
    if joint.total < fewest(manifest):
        return None
    planner = import_module(_PLANNER)
    kept = [item for item in manifest.dimensions if item.key not in without]
    decided: Decided = planner.decide(kept, Turnout(invited, joint), manifest.floor)
    plans = {
        item.key: decided.plans.get(item.key) or class_plan.nothing(item, manifest.floor)
        for item in manifest.dimensions
    }
    return Decided(plans, decided.bound)


def publish_edition(session: Session, edition: Edition) -> int:
    """Publish with the day, the randomness and the decision that the edition brings."""
    wave_id = edition.manifest.wave
    # The lock makes a second publisher on PostgreSQL wait, and then find the first one's work.
    locked = select(Wave.id).where(Wave.id == wave_id).with_for_update()
    if session.scalar(locked) is None:
        raise NotFound(f"There is no wave {wave_id}.")
    existing = session.scalar(select(Release.id).where(Release.wave_id == wave_id))
    if existing is not None:
        return existing
    release = _release(edition)
    session.add(release)
    session.flush()
    _write_questions(session, release.id, edition.manifest)
    if edition.tally is not None and edition.decided is not None:
        plans = edition.decided.plans
        coded = edition.coded or figures.coded_blocks(edition.manifest, edition.tally, plans)
        counted = Figures(release.id, edition.manifest, edition.tally, plans, coded)
        groups = figures.write(session, counted)
        _write_statistics(session, release)
        moments.write(session, rows.info(release), edition.manifest, edition.tally.vectors)
        comments = placed(edition.manifest, edition.tally, plans)
        floor = edition.manifest.comment_floor
        wording = Wording(release.id, edition.known, floor, edition.order)
        comment_writing.write(session, wording, comments, groups)
    return release.id


def coded(edition: Edition) -> Edition:
    """Give the edition with its blocks coded; one of which nothing is published stays as it is."""
    if edition.tally is None or edition.decided is None:
        return edition
    blocks = figures.coded_blocks(edition.manifest, edition.tally, edition.decided.plans)
    return replace(edition, coded=blocks)


def fewest(manifest: Manifest) -> int:
    return max(FEWEST_BALLOTS, manifest.fewest_ballots, manifest.floor)


def _release(edition: Edition) -> Release:
    manifest, tally, decided = edition.manifest, edition.tally, edition.decided
    policy: dict[str, Any] = {
        "floor": manifest.floor,
        "comment_floor": manifest.comment_floor,
        "leaver_floor": manifest.leaver_floor,
        "fewest_ballots": fewest(manifest),
        "edge": manifest.edge,
        "certificate": None if decided is None else round(decided.bound, 4),
    }
    if edition.audited is not None:
        policy["audit"] = dict(edition.audited)
    plans = {} if decided is None else decided.plans
    return Release(
        wave_id=manifest.wave,
        title=manifest.title,
        # A wave may be closed before its time, and no release speaks of a day to come.
        closed_on=min(manifest.closes_at.date(), edition.day),
        created_on=edition.day,
        rule=manifest.rule,
        floor=manifest.floor,
        comment_floor=manifest.comment_floor,
        manifest_sha256=manifest.sha256(),
        policy=policy,
        plan={key: [block.code for block in plan.blocks] for key, plan in plans.items()},
        invited=edition.census.invited,
        **(_counted(edition, tally) if tally and decided else _withheld(edition)),
    )


def _counted(edition: Edition, tally: Tally) -> dict[str, Any]:
    """Give what a release says of its count, each number for the wave as a whole."""
    return {
        "withheld": False,
        "redeemed": edition.census.redeemed,
        "handed": edition.census.handed,
        "opted_out": edition.census.opted_out,
        "ballots": tally.ballots,
        "excess": max(0, tally.ballots - edition.census.tokens),
        "unreadable": tally.unreadable,
        "surplus": tally.surplus,
        "lost": tally.lost,
        "accepted": edition.accepted,
    }


def _withheld(edition: Edition) -> dict[str, Any]:
    reason = edition.uncounted if edition.tally is None else Reason.TOO_FEW_BALLOTS
    return {"withheld": True, "withheld_reason": reason.name}


def _write_questions(session: Session, release_id: int, manifest: Manifest) -> None:
    session.add_all(
        ReleaseQuestion(
            release_id=release_id,
            position=position,
            code=question.code,
            text=question.text,
            scale=question.scale.value,
            driver=question.driver,
            reverse=question.reverse,
        )
        for position, question in enumerate(manifest.questions, start=1)
    )


def _write_statistics(session: Session, release: Release) -> None:
    """Write what can be said of the figures, from what has just been published and earlier."""
    session.flush()
    survey_id = session.scalars(select(Wave.survey_id).where(Wave.id == release.wave_id)).one()
    info = rows.info(release)
    found = published.figures(session, info, survey_id)
    for module in _STATISTICS:
        import_module(module).write(session, info, found)
