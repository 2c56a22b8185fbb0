"""The attack on releases: from their files, the staff lists and who took part, and nothing else.

    files ──► own parser ──► each publication by itself ──► one system of equations for each wave
                                                                 ──► waves beside one another

Every engine runs on what anyone may fetch. The package imports nothing of the product.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter

from pulse.audit import (
    answers,
    between,
    consistency,
    cuts,
    files,
    intervals,
    moments,
    one_mind,
    people,
    search,
    system,
)
from pulse.audit.between import Wave
from pulse.audit.budget import TEN_MINUTES, Budget
from pulse.audit.files import Group, Publication, ReleaseFiles
from pulse.audit.question import Question
from pulse.audit.report import Finding, Report, Tried
from pulse.audit.system import Source, System

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


def audit(release: ReleaseFiles, staff: str, seconds: float = TEN_MINUTES) -> Report:
    """Attack one release. `staff` is a table of labels, `people` and `took_part`."""
    return audit_all([(release, staff)], seconds)


def audit_all(
    publications: Sequence[tuple[ReleaseFiles, str]],
    seconds: float = TEN_MINUTES,
    rosters: Mapping[int, str] | None = None,
) -> Report:
    """Attack several publications, the oldest first, each with the staff list as it was then.

    Those with the same wave number are the same ballots, published again: after a late one, on
    another tree, with another floor. They are attacked by themselves and as one system of
    equations. Where their staff lists divide people differently, each needs a column `person`.
    `rosters` names everybody asked in a wave (`person` and a label for each dimension); waves
    that have one are laid beside one another. `seconds` is for all together.
    """
    report, waves = Report(), defaultdict[int, list[Source]](list)
    for release, staff in publications:
        _read(report, release, staff, waves)
    whole = Budget(seconds)
    for at, sources in enumerate(waves.values()):
        # What one wave leaves of its time is for those that follow.
        _attack_wave(report, sources, whole.part(1 / (len(waves) - at)))
    _lay_beside(report, [sources[-1] for sources in waves.values() if sources], rosters or {})
    return report


def _lay_beside(report: Report, newest: Sequence[Source], rosters: Mapping[int, str]) -> None:
    began = perf_counter()
    waves = [
        Wave(source.published, people.roster(rosters[source.published.wave]))
        for source in newest
        if source.published.wave in rosters
    ]
    if len(waves) > 1:
        report.notes += between.notes(waves)
        words = f"{between.pairs(waves)} groups of two waves in a row"
        report.tried.append(Tried(between.ENGINE, words, perf_counter() - began))


def _read(
    report: Report, release: ReleaseFiles, staff: str, waves: Mapping[int, list[Source]]
) -> None:
    """Read a publication, which must be possible to the last line."""
    try:
        published = files.read(release)
        again = len(waves[published.wave])
        if again:
            published = files.read(release, f"publication {again + 1}: ")
        atoms = people.read(staff)
    except UNREADABLE as error:
        report.findings.append(Finding("parser", f"the files cannot be read: {error!r}", 0))
        return
    if published.ballots is None:
        report.tried.append(Tried("parser", f"wave {published.wave} publishes no figures", 0))
        return
    waves[published.wave].append(Source(published, atoms))
    report.equations += len(published.cells) + len(published.scores)


def _attack_wave(report: Report, sources: Sequence[Source], budget: Budget) -> None:
    for source in sources:
        published = source.published
        equations = f"{len(published.cells)} cells and {len(published.scores)} figures"
        which = f"wave {published.wave}: {published.source}{equations}"
        words = f"{which} of {published.rows} released lines"
        _run(report, (consistency.ENGINE, words), consistency.findings(published), budget)
        _run(report, (one_mind.ENGINE, which), one_mind.findings(published.cells), budget)
        if published.moments:
            told = f"wave {published.wave}: {len(published.moments)} moments"
            _run(report, (moments.ENGINE, told), moments.findings(published), budget)
    if not sources:
        return
    try:
        joined = system.join(sources)
    except ValueError as error:
        report.findings.append(Finding("parser", str(error), 0))
        return
    report.findings += _unknown(joined)
    _attack_sums(report, joined, budget.part(0.5))
    _attack_answers(report, joined, budget)


def _unknown(joined: System) -> Iterator[Finding]:
    """Fail where the staff list knows fewer of a group than took part: nothing would be tried."""
    asked: Counter[tuple[int, str, str]] = Counter()
    for crowd in joined.asked:
        for at, atom in enumerate(crowd.atoms):
            for dimension, label in (atom.labels if atom else {}).items():
                asked[at, dimension, label] += crowd.count
    for at, group in joined.groups():
        known = sum(asked[at, group.dimension, label] for label in group.labels)
        if known < group.n:
            words = f"the staff list knows only {known} people of {group.line}"
            yield Finding("parser", words, 0, (group.line,))


def _run(report: Report, what: tuple[str, str], attack: Iterator[Finding], budget: Budget) -> None:
    """Let an engine search; it begins when its findings are asked for."""
    began = perf_counter()
    report.findings += attack
    report.tried.append(Tried(*what, perf_counter() - began, "; ".join(budget.undone)))


def _attack_sums(report: Report, joined: System, budget: Budget) -> None:
    """Attack over those who took part, for their answers, and over all asked, for turnout."""
    groups = joined.groups()
    for of_answers, whom in ((True, "who took part"), (False, "asked")):
        sums = joined.sums(groups, of_answers=of_answers)
        total, own = int(sums.people.sum()), budget.part(0.5 if of_answers else 1.0)
        words = f"{len(groups)} groups over {total} people {whom}, {len(sums.people)} kinds of them"
        cut = f"{cuts.pairs(sums)} pairs of partitions of {total} people {whom}"
        short = own.part(0.3)
        _run(report, (cuts.ENGINE, cut), cuts.findings(sums, joined.floor, short), short)
        _run(report, (search.ENGINE, words), search.findings(sums, joined.floor, own), own)


def _attack_answers(report: Report, joined: System, budget: Budget) -> None:
    codes = dict.fromkeys(code for source in joined.sources for code in source.published.scored)
    for at, code in enumerate(codes):
        question = _question(joined, code)
        if not question.cells:
            continue
        kinds = f"{len(question.cells)} blocks, {len(question.sums.people)} kinds of people"
        own = budget.part(1 / (len(codes) - at))
        what = f"{code}: {kinds}"
        _run(report, (intervals.ENGINE, what), intervals.findings(question), own)
        _run(report, (answers.ENGINE, what), answers.findings(question, own), own)


def _question(joined: System, code: str) -> Question:
    """Give what is published of a question, but for what was added up from blocks.

    Such sums say nothing new, and are no true sums, because their blocks are coded.
    """
    cells, groups = [], []
    for at, source in enumerate(joined.sources):
        for cell in source.published.cells:
            group = source.published.groups.get(cell.group)
            if cell.question == code and group and _tells(group, source.published):
                cells.append(cell)
                groups.append((at, group))
    return Question(code, cells, joined.sums(groups, of_answers=True))


def _tells(group: Group, published: Publication) -> bool:
    return group.is_block or not published.blocks_in(group)
