"""The attack on a release: from its files, the staff list and who took part, and nothing else.

    files ──► own parser ──► consistency ──► combinations of sums ──► certain answers ──► report

Every engine runs on what anyone may fetch. The package imports nothing of the product.
"""

from collections.abc import Iterator
from time import perf_counter

from pulse.audit import answers, consistency, files, linear, people
from pulse.audit.answers import Question
from pulse.audit.files import Group, Publication, ReleaseFiles
from pulse.audit.linear import Sums
from pulse.audit.people import Atom
from pulse.audit.report import Finding, Report, Tried


def audit(release: ReleaseFiles, staff: str) -> Report:
    """Attack one release. `staff` is a table of labels, `people` and `took_part`."""
    report = Report()
    try:
        published = files.read(release)
        atoms = people.read(staff)
    except (ValueError, KeyError, TypeError) as error:
        report.findings.append(Finding("parser", f"the files cannot be read: {error!r}", 0))
        return report
    if published.ballots is None:
        report.tried.append(Tried("parser", f"wave {published.wave} publishes no figures", 0))
        return report
    equations = f"{len(published.cells)} cells and {len(published.scores)} figures"
    read = f"wave {published.wave}: {equations} of {published.rows} released lines"
    _run(report, consistency.ENGINE, read, consistency.findings(published))
    _attack_sums(report, published, atoms)
    _attack_answers(report, published, atoms)
    return report


def _run(report: Report, engine: str, words: str, attack: Iterator[Finding]) -> None:
    """Let an engine search; it begins when its findings are asked for."""
    began = perf_counter()
    report.findings += attack
    report.tried.append(Tried(engine, words, perf_counter() - began))


def _attack_sums(report: Report, published: Publication, atoms: tuple[Atom, ...]) -> None:
    """Attack over those who took part, for their answers, and over all asked, for turnout."""
    groups = tuple(published.groups.values())
    asked = [(atom, atom.people) for atom in atoms if atom.people]
    came = [(atom, atom.took_part) for atom in atoms if atom.took_part]
    for kinds, whom in ((came, "who took part"), (asked, "asked")):
        each = tuple(atom for atom, _ in kinds)
        sums = Sums(
            groups,
            [atom.name for atom in each],
            people.membership(each, groups),
            people.counts(count for _, count in kinds),
        )
        total = int(sums.people.sum())
        words = f"{len(groups)} groups over {total} people {whom}, {len(each)} kinds of them"
        _run(report, linear.ENGINE, words, linear.findings(sums, published.floor))


def _attack_answers(report: Report, published: Publication, atoms: tuple[Atom, ...]) -> None:
    came = tuple(atom for atom in atoms if atom.took_part)
    for code in published.drivers:
        # Sums of blocks say nothing new, and are no true sums: their blocks are coded.
        cells = [
            cell
            for cell in published.cells
            if cell.question == code and _tells(published.groups[cell.group], published)
        ]
        question = Question(
            code,
            cells,
            [atom.name for atom in came],
            people.membership(came, tuple(published.groups[cell.group] for cell in cells)),
            people.counts(atom.took_part for atom in came),
            published.edge,
        )
        if cells:
            words = f"{code}: {len(cells)} blocks, {len(came)} kinds of people"
            _run(report, answers.ENGINE, words, answers.findings(question, published.floor))


def _tells(group: Group, published: Publication) -> bool:
    return group.is_block or not any(
        other.is_block and other.dimension == group.dimension and other.labels <= group.labels
        for other in published.groups.values()
    )
