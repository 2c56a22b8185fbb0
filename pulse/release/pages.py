"""Everything that one results page shows, read at once."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pulse.domain.scores import ENGAGEMENT, ENPS
from pulse.release import heat, lines, measures, reading, rows
from pulse.release.heat import Heat
from pulse.release.lines import Line, Wanted
from pulse.release.measures import PARTICIPATION
from pulse.release.values import CommentBlock, Group, GroupResults, ReleaseInfo


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked to see; nothing means the latest release and the whole company."""

    release_id: int | None = None
    group: str | None = None
    measure: str = ENGAGEMENT
    page: int = 0


@dataclass(frozen=True, slots=True)
class Staff:
    """The page for every employee. A withheld release has no groups and no results."""

    release: ReleaseInfo
    releases: tuple[ReleaseInfo, ...]
    groups: tuple[Group, ...] = ()
    results: GroupResults | None = None

    @property
    def hidden(self) -> tuple[Group, ...]:
        """The groups that are not shown."""
        return tuple(group for group in self.groups if not group.shown)


@dataclass(frozen=True, slots=True)
class Detail:
    """What HR sees besides: the parts of a group by driver, a trend, and comments."""

    heat: Heat
    lines: tuple[Line, ...]
    measures: tuple[tuple[str, str], ...]
    comments: tuple[CommentBlock, ...]


def staff(session: Session, asked: Asked) -> Staff | None:
    """Give the page for employees; None where nothing has been released. Raises NotFound."""
    releases = reading.listing(session)
    if asked.release_id is not None:
        release = reading.get(session, asked.release_id)
    elif releases:
        release = releases[0]
    else:
        return None
    if release.withheld:
        return Staff(release, releases)
    groups = rows.groups(session, release)
    chosen = reading.pick(groups, asked.group)
    return Staff(release, releases, groups, reading.results(session, release, chosen))


def detail(session: Session, page: Staff, asked: Asked) -> Detail | None:
    """Give what HR sees besides; None for a withheld release."""
    if page.results is None:
        return None
    chosen = page.results.group
    offered = _measures(page.results)
    measure = asked.measure if asked.measure in dict(offered) else offered[0][0]
    everybody = reading.pick(page.groups, None)
    wanted = [Wanted(chosen.dimension, chosen.code, measure)]
    if chosen.parent is not None:
        wanted.append(Wanted(everybody.dimension, everybody.code, measure))
    return Detail(
        heat=heat.heat(session, page.release, page.groups, chosen, asked.page),
        lines=tuple(lines.line(session, item) for item in wanted),
        measures=offered,
        comments=reading.comments(session, page.release.id),
    )


def _measures(results: GroupResults) -> tuple[tuple[str, str], ...]:
    """List what a trend can be drawn of: the drivers asked, eNPS if asked, participation."""
    keys = [driver.key for driver in results.drivers]
    if any(measures.is_enps(result.question) for result in results.questions):
        keys.append(ENPS)
    return tuple((key, measures.name(key)) for key in [*keys, PARTICIPATION])
