"""Everything that one results page shows, read at once."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pulse.domain.scores import ENGAGEMENT
from pulse.release import comment_reading, heat, heat_view, lines, precision, reading, rows
from pulse.release.comment_reading import ALL
from pulse.release.comment_reading import Wanted as WantedComments
from pulse.release.comment_values import CommentPage
from pulse.release.heat import Heat
from pulse.release.heat_view import AS_IT_IS, Sheet, View
from pulse.release.lines import Line, Wanted
from pulse.release.precision import Spread
from pulse.release.values import Group, GroupResults, ReleaseInfo


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked to see; nothing means the latest release and the whole company.

    `line` is the group whose trend is drawn, where it is another than the one that is looked at.
    """

    release_id: int | None = None
    group: str | None = None
    measure: str = ENGAGEMENT
    line: str | None = None
    view: View = AS_IT_IS
    comments: WantedComments = ALL


@dataclass(frozen=True, slots=True)
class Staff:
    """The page for every employee. A withheld release has no groups and no results.

    `no_change` says why the engagement index is not compared with the wave before, if it is not.
    """

    release: ReleaseInfo
    releases: tuple[ReleaseInfo, ...]
    groups: tuple[Group, ...] = ()
    results: GroupResults | None = None
    spreads: tuple[Spread, ...] = ()
    no_change: str | None = None

    @property
    def hidden(self) -> tuple[Group, ...]:
        """The groups that are not shown."""
        return tuple(group for group in self.groups if not group.shown)


@dataclass(frozen=True, slots=True)
class Detail:
    """What HR sees besides: the parts of a group by driver, the trend of one group, comments."""

    heat: Heat
    drawn: Group
    lines: tuple[Line, ...]
    measures: tuple[tuple[str, str], ...]
    comments: CommentPage


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
    index = Wanted(chosen.dimension, chosen.code, ENGAGEMENT)
    return Staff(
        release,
        releases,
        groups,
        results=reading.results(session, release, chosen),
        spreads=precision.spreads(session, release, chosen.dimension, groups),
        no_change=lines.why_no_change(session, index, release) if chosen.shown else None,
    )


def detail(session: Session, page: Staff, asked: Asked) -> Detail | None:
    """Give what HR sees besides; None for a withheld release."""
    if page.results is None:
        return None
    chosen = page.results.group
    questions = rows.questions(session, page.release.id)
    offered = tuple((item.key, item.name) for item in heat_view.columns(questions))
    measure = asked.measure if asked.measure in dict(offered) else offered[0][0]
    drawn = reading.pick(page.groups, asked.line) if asked.line else chosen
    everybody = reading.pick(page.groups, None)
    wanted = [Wanted(drawn.dimension, drawn.code, measure)]
    if not drawn.is_everyone:
        wanted.append(Wanted(everybody.dimension, everybody.code, measure))
    sheet = Sheet(session, page.release, page.groups, questions)
    return Detail(
        heat=heat.heat(sheet, chosen, asked.view),
        drawn=drawn,
        lines=tuple(lines.line(session, item) for item in wanted),
        measures=offered,
        comments=comment_reading.page(session, page.release, asked.comments),
    )
