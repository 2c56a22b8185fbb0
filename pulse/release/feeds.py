"""What other rooms take from releases: scores per unit for turnover, findings for the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from pulse.domain import scores
from pulse.domain.bands import band
from pulse.domain.cells import Counts, Released
from pulse.domain.dimension import ORGANISATION
from pulse.domain.errors import NotFound
from pulse.domain.scale import Scale
from pulse.domain.scores import ENGAGEMENT
from pulse.release import rows
from pulse.release.model import Release, ReleaseGroup, ReleaseQuestion
from pulse.release.values import Group, ReleaseInfo

RECENT = 3
# No database counts to a number of so many digits.
_TOO_LONG = 10


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The engagement questions of one released unit in one wave, added up over the questions.

    Every figure is made of what stands for the blocks. `favourable` and the sums run over
    `answers`, which are ballots times questions; `wording` names these as they were put. A unit
    with released units below it is a `rollup` of theirs and must not be put into one model beside
    them.
    """

    release_id: int
    wave_id: int
    wave_closed_on: date
    unit_key: str
    unit_name: str
    parent: str | None
    members: tuple[str, ...]
    rollup: bool
    invited: int
    n: int
    questions: int
    favourable: float
    score_sum: float
    wording: str

    @property
    def answers(self) -> int:
        """Ballots times questions; no answer counts as the midpoint of the scale."""
        return self.n * self.questions

    @property
    def engagement(self) -> float:
        """The engagement index: mean favourable share of all ballots in per cent."""
        return 100 * self.favourable / (self.n * self.questions)


@dataclass(frozen=True, slots=True)
class Finding:
    """One released result of one question, as an action item can point to it."""

    release_id: int
    wave_title: str
    wave_closed_on: date
    group_code: str
    group_name: str
    question_code: str
    driver: str
    text: str
    favourable: float
    n: int

    @property
    def band(self) -> str:
        """How many took part as pages say it."""
        return band(self.n)

    @property
    def key(self) -> str:
        """What a form carries; `finding` reads it back. Question codes hold no colon."""
        return f"{self.release_id}:{self.question_code}:{self.group_code}"


def unit_scores(session: Session) -> tuple[UnitScore, ...]:
    """Give every released unit of every release in which engagement was asked."""
    asked = _engagement(session)
    units = [row for row in _units(session) if row.release_id in asked]
    codes = {code for release in asked.values() for code in release}
    cells = rows.cells(session, [row.group_id for row in units], codes)
    above = _above(session, {(row.release_id, row.code) for row in units})
    return tuple(
        _unit_score(
            row,
            [cells[row.group_id, code] for code in asked[row.release_id]],
            "\n".join(sorted(asked[row.release_id].values())),
            rollup=(row.release_id, row.code) in above,
        )
        for row in units
    )


def findings(session: Session) -> tuple[Finding, ...]:
    """Give the results of the whole company in the latest releases, least favourable first."""
    latest = (
        select(Release)
        .where(Release.withheld.is_(False))
        .order_by(Release.closed_on.desc(), Release.id.desc())
        .limit(RECENT)
    )
    found: list[Finding] = []
    for row in session.scalars(latest).all():
        release = rows.info(row)
        found.extend(_of_group(session, release, _group(session, release, None)))
    return tuple(found)


def finding(session: Session, key: str) -> Finding:
    """Give the finding that a key names. Raises NotFound where nothing such is released."""
    release_id, _, rest = key.partition(":")
    question, _, code = rest.partition(":")
    if release_id.isascii() and release_id.isdigit() and len(release_id) < _TOO_LONG:
        release = rows.release(session, int(release_id))
        for item in _of_group(session, release, _group(session, release, code)):
            if item.question_code == question:
                return item
    raise NotFound("There is no such released result.")


def _of_group(session: Session, release: ReleaseInfo, group: Group) -> list[Finding]:
    asked = rows.questions(session, release.id)
    found = rows.results(group, asked, rows.cells(session, [group.id]))
    released = [
        Finding(
            release_id=release.id,
            wave_title=release.title,
            wave_closed_on=release.closed_on,
            group_code=group.code,
            group_name=group.name,
            question_code=result.question.code,
            driver=result.question.driver,
            text=result.question.text,
            favourable=scores.favourable(result.counts.value),
            n=result.counts.value.n,
        )
        for result in found
        if isinstance(result.counts, Released)
    ]
    return sorted(released, key=lambda item: item.favourable)


def _group(session: Session, release: ReleaseInfo, code: str | None) -> Group:
    """Read one group of the organisation, or its root. Raises NotFound."""
    query = select(ReleaseGroup).where(
        ReleaseGroup.release_id == release.id,
        ReleaseGroup.dimension == ORGANISATION,
        ReleaseGroup.parent.is_(None) if code is None else ReleaseGroup.code == code,
    )
    row = session.scalars(query).first()
    if row is None:
        raise NotFound("This release has no such group.")
    return rows.group(row, release.floor)


def _engagement(session: Session) -> Mapping[int, Mapping[str, str]]:
    """Give the engagement questions of each release that asked some, with their words."""
    asked = ReleaseQuestion
    query = (
        select(asked.release_id, asked.code, asked.text, asked.reverse)
        .where(ReleaseQuestion.driver == ENGAGEMENT, ReleaseQuestion.scale == Scale.LIKERT5.value)
        .order_by(ReleaseQuestion.position)
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for release_id, code, text, reverse in session.execute(query):
        found[release_id][code] = f"{'not: ' if reverse else ''}{text}"
    return found


def _units(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
    """Give the units that are shown, release by release, the oldest first."""
    query = (
        select(
            Release.id.label("release_id"),
            Release.wave_id,
            Release.closed_on,
            ReleaseGroup.id.label("group_id"),
            ReleaseGroup.code,
            ReleaseGroup.name,
            ReleaseGroup.parent,
            ReleaseGroup.members,
            ReleaseGroup.invited,
            ReleaseGroup.n,
        )
        .join(ReleaseGroup, ReleaseGroup.release_id == Release.id)
        .where(ReleaseGroup.dimension == ORGANISATION, ReleaseGroup.n.is_not(None))
        .order_by(Release.closed_on, Release.id, ReleaseGroup.position)
    )
    return session.execute(query).all()


def _above(session: Session, shown: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Give every unit that lies above one of those shown, also where one between is hidden."""
    query = select(ReleaseGroup.release_id, ReleaseGroup.code, ReleaseGroup.parent).where(
        ReleaseGroup.dimension == ORGANISATION
    )
    parent = {
        (release, code): (release, roof)
        for release, code, roof in session.execute(query)
        if roof is not None
    }
    above: set[tuple[int, str]] = set()
    for place in shown:
        climbing = parent.get(place)
        while climbing is not None and climbing not in above:
            above.add(climbing)
            climbing = parent.get(climbing)
    return above


def _unit_score(
    row: Row[*tuple[Any, ...]], counts: Sequence[Counts], wording: str, *, rollup: bool
) -> UnitScore:
    return UnitScore(
        release_id=row.release_id,
        wave_id=row.wave_id,
        wave_closed_on=row.closed_on,
        unit_key=row.code,
        unit_name=row.name,
        parent=row.parent,
        members=tuple(row.members),
        rollup=rollup,
        invited=row.invited,
        n=row.n,
        questions=len(counts),
        favourable=sum(item.favourable.middle for item in counts),
        score_sum=sum(item.score_sum or 0 for item in counts),
        wording=wording,
    )
