"""The files of a release: exactly what anyone may see, made from released cells alone."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain import scores
from pulse.domain.cells import Counts, Released, Span, Suppressed
from pulse.release import measures, rows
from pulse.release.model import Release, ReleaseComment, ReleaseGroup, ReleaseQuestion
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

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_Row: TypeAlias = Sequence[object]


def files(session: Session, release: ReleaseInfo) -> dict[str, str]:
    """Give the text of each file by its name. Numbers are never formatted for a locale."""
    groups = rows.groups(session, release)
    return {
        "cells.csv": _csv(CELLS, _cells(session, release, groups)),
        "groups.csv": _csv(GROUPS, (_group(release, group) for group in groups)),
        "comments.csv": _csv(COMMENTS, _comments(session, release)),
        "release.json": _about(session, release),
    }


def _cells(session: Session, release: ReleaseInfo, groups: Sequence[Group]) -> Iterable[_Row]:
    asked = rows.questions(session, release.id)
    found = rows.cells(session, [group.id for group in groups if group.shown])
    for group in groups:
        results = rows.results(group, asked, found)
        place = (release.wave_id, group.code, group.parent or "", group.dimension)
        for result in results:
            yield (*place, "question", result.question.code, *_question(group, result))
        for kind, measure in _scores(asked):
            number = measures.measure(results, measure, release.floor)
            yield (*place, kind, measure, *_score(group, number))


def _question(group: Group, result: QuestionResult) -> _Row:
    if isinstance(result.counts, Suppressed):
        return _hidden(group, result.counts)
    counts: Counts = result.counts.value
    mean = "" if counts.mean is None else round(counts.mean, 4)
    neutral = _plain(counts.neutral_middle) if _exact(counts) else _span(counts.neutral)
    classes = (_span(counts.favourable), neutral, _span(counts.unfavourable))
    score = round(scores.favourable(counts), 4)
    return ("released", "", counts.n, *classes, mean, score)


def _exact(counts: Counts) -> bool:
    return counts.favourable.is_exact and counts.unfavourable.is_exact


def _span(span: Span) -> str:
    """Write a count: a number, or the ends of its interval.

    >>> _span(Span(0, 1)), _span(Span(37.5, 37.5)), _span(Span(4, 4))
    ('0..1', '37.5', '4')
    """
    return _plain(span.low) if span.is_exact else f"{_plain(span.low)}..{_plain(span.high)}"


def _plain(number: float) -> str:
    return f"{number:g}"


def _scores(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    enps = [("enps", question.driver) for question in asked if measures.is_enps(question)]
    return [("driver", key) for key in measures.drivers_of(asked)] + enps[:1]


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
    query = (
        select(ReleaseComment.question, ReleaseGroup.code, ReleaseComment.text)
        .join(ReleaseGroup, ReleaseGroup.id == ReleaseComment.group_id)
        .where(ReleaseGroup.release_id == release.id)
        .order_by(ReleaseComment.position)
    )
    return ((release.wave_id, *row) for row in session.execute(query))


def _about(session: Session, release: ReleaseInfo) -> str:
    row = session.get_one(Release, release.id)
    questions = select(ReleaseQuestion).where(ReleaseQuestion.release_id == release.id)
    value: dict[str, Any] = {
        "wave": row.wave_id,
        "title": row.title,
        "closed_on": row.closed_on.isoformat(),
        "created_on": row.created_on.isoformat(),
        "rule": row.rule,
        "policy": row.policy,
        "plan": row.plan,
        "manifest_sha256": row.manifest_sha256,
        "withheld": row.withheld,
        "invited": row.invited,
        "withheld_reason": row.withheld_reason,
        "started": row.redeemed,
        "new_slips": row.handed,
        "ballots": row.ballots,
        "ballots_beyond_tokens": row.excess,
        "unreadable": row.unreadable,
        "surplus": row.surplus,
        "lost": row.lost,
        "damage_accepted": row.accepted,
        "questions": [
            {
                "code": question.code,
                "text": question.text,
                "scale": question.scale,
                "driver": question.driver,
                "reverse": question.reverse,
            }
            for question in session.scalars(questions.order_by(ReleaseQuestion.position))
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _csv(headers: _Row, body: Iterable[_Row]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([_safe(value) for value in row] for row in body)
    return text.getvalue()


def _safe(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
