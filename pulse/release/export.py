"""The rows of a release's files: exactly what anyone may see, made from released cells alone.

One generator for each table makes the rows of the CSV file, of the spreadsheet and of the API, so
that none of them can say anything that the others do not.
"""

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import IO, TypeAlias

from sqlalchemy.orm import Session

from pulse.domain import scores
from pulse.domain.cells import Counts, Released, Span, Suppressed, exactly
from pulse.domain.plain_text import harmless
from pulse.release import comment_reading, exported_about, measures, precision, published, rows
from pulse.release.exported_statistics import (
    INTERVALS,
    MOMENTS,
    SPREADS,
    columns,
    moment_lines,
    spreads,
)
from pulse.release.published import QUESTION
from pulse.release.values import Asked, Group, Number, QuestionResult, ReleaseInfo

CELLS = (
    "wave",
    "group",
    "parent",
    "dimension",
    "kind",
    "measure",
    "status",
    "reason",
    "n",
    "favourable",
    "neutral",
    "unfavourable",
    "mean",
    "score",
    *INTERVALS,
)
GROUPS = (
    "wave",
    "dimension",
    "group",
    "name",
    "parent",
    "status",
    "reason",
    "block",
    "invited",
    "n",
    "labels",
    "members",
)
COMMENTS = ("wave", "question", "group", "text")
BETWEEN_MEMBERS = " | "

_Row: TypeAlias = Sequence[object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name. The body may be read once; a count in it is a `Span`."""

    name: str
    headers: Sequence[str]
    body: Iterable[_Row]


def files(session: Session, release: ReleaseInfo) -> dict[str, str]:
    """Give the text of each file by its name. Numbers are never formatted for a locale.

    `n` is exact here, where pages say it in bands: every figure of the file rests on it.
    """
    found = {}
    for sheet in sheets(session, release):
        text = StringIO()
        write_csv(sheet, text)
        found[f"{sheet.name}.csv"] = text.getvalue()
    return found | {"release.json": exported_about.text(session, release)}


def sheets(session: Session, release: ReleaseInfo) -> tuple[Sheet, ...]:
    """Give cells, groups, spread, moments, and comments last; read them in the same session."""
    groups = rows.groups(session, release)
    return (
        Sheet("cells", CELLS, cells(session, release, groups)),
        Sheet("groups", GROUPS, (_group(release, group) for group in groups)),
        Sheet("spread", SPREADS, spreads(session, release, groups)),
        Sheet("moments", MOMENTS, moment_lines(session, release)),
        Sheet("comments", COMMENTS, _comments(session, release)),
    )


def written(row: _Row) -> list[str | int | float]:
    """Write a row as it stands in every file, no text of which is a formula."""
    return [_written(value) for value in row]


def write_csv(sheet: Sheet, file: IO[str]) -> None:
    """Write a table row by row."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(sheet.headers)
    writer.writerows(written(row) for row in sheet.body)


def cells(session: Session, release: ReleaseInfo, groups: Collection[Group]) -> Iterable[_Row]:
    """Give a row for each question, driver and eNPS of each of these groups."""
    asked = rows.questions(session, release.id)
    ids = [group.id for group in groups if group.shown]
    found = rows.cells(session, ids)
    known = precision.of_groups(session, ids)
    for group in groups:
        results = rows.results(group, asked, found)
        place = (release.wave_id, group.code, group.parent or "", group.dimension)
        for result in results:
            code = result.question.code
            sure = columns(known.get((group.id, QUESTION, code)))
            yield (*place, QUESTION, code, *_question(group, result), *sure)
        for kind, measure in _scores(asked):
            number = measures.measure(results, measure, release.floor)
            sure = columns(known.get((group.id, kind, measure)))
            yield (*place, kind, measure, *_score(group, number), *sure)


def _question(group: Group, result: QuestionResult) -> _Row:
    if isinstance(result.counts, Suppressed):
        return _hidden(group, result.counts)
    counts: Counts = result.counts.value
    mean = "" if counts.mean is None else round(counts.mean, 4)
    neutral = exactly(counts.neutral_middle) if _exact(counts) else counts.neutral
    classes = (counts.favourable, neutral, counts.unfavourable)
    score = round(scores.favourable(counts), 4)
    return ("released", "", counts.n, *classes, mean, score)


def _exact(counts: Counts) -> bool:
    return counts.favourable.is_exact and counts.unfavourable.is_exact


def _span(span: Span) -> str | float:
    """Write a count: a number, or the ends of its interval.

    >>> _span(Span(0, 1)), _span(Span(37.5, 37.5)), _span(Span(4, 4))
    ('0..1', 37.5, 4)
    """
    return _number(span.low) if span.is_exact else f"{_number(span.low)}..{_number(span.high)}"


def _number(count: float) -> float:
    """Give a whole count without a point."""
    return int(count) if count == int(count) else count


def _scores(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    return [(kind, key) for kind, key, _ in published.wanted(asked) if kind != QUESTION]


def _score(group: Group, number: Number) -> _Row:
    if isinstance(number, Suppressed):
        return _hidden(group, number)
    n = group.ballots.value if isinstance(group.ballots, Released) else ""
    return ("released", "", n, "", "", "", "", round(number.value, 4))


def _hidden(group: Group, suppressed: Suppressed) -> _Row:
    if group.merged_into is not None:
        return ("merged", group.merged_into, "", "", "", "", "", "")
    return ("suppressed", suppressed.reason.name, "", "", "", "", "", "")


def _group(release: ReleaseInfo, group: Group) -> _Row:
    hidden = group.ballots if isinstance(group.ballots, Suppressed) else None
    status, reason = ("released", "") if hidden is None else _hidden(group, hidden)[:2]
    return (
        release.wave_id,
        group.dimension,
        group.code,
        group.name,
        group.parent or "",
        status,
        reason,
        int(group.is_block) if group.shown else "",
        group.invited,
        group.ballots.value if isinstance(group.ballots, Released) else "",
        BETWEEN_MEMBERS.join(group.labels),
        BETWEEN_MEMBERS.join(group.members),
    )


def _comments(session: Session, release: ReleaseInfo) -> Iterable[_Row]:
    return ((release.wave_id, *line) for line in comment_reading.lines(session, release.id))


def _written(value: object) -> str | int | float:
    if isinstance(value, Span):
        return _span(value)
    return value if isinstance(value, int | float) else harmless(str(value))
