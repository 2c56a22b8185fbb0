"""Writes the interval of each figure of a release, and its change against the wave before.

It is computed once, when the wave is released, from published cells alone. A change is written
where the line of the figure goes on (`joining`), and holds where its interval excludes zero and
Benjamini and Hochberg keep it among all changes of the release.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from pulse.domain import uncertainty
from pulse.domain.scores import ENPS
from pulse.domain.uncertainty import Changes, Flags, Promoters, Range, Shares, Vector
from pulse.release import joining, published, rows
from pulse.release.lines import WAVES
from pulse.release.published import QUESTION, Figure, Key
from pulse.release.score_model import ReleaseScore
from pulse.release.values import Asked, ReleaseInfo


@dataclass(frozen=True, slots=True)
class _Before:
    """The same figure in the wave before."""

    release_id: int
    figure: Figure


@dataclass(frozen=True, slots=True)
class _Batch:
    """Figures that are measured alike; `changes` are of those that have a figure before."""

    figures: Sequence[Figure]
    before: Mapping[Key, _Before]
    value: Vector
    range: Range
    changes: Changes


def write(session: Session, release: ReleaseInfo, figures: Sequence[Figure]) -> None:
    """Write a row for each figure of the release."""
    before = _before(session, release, figures)
    shares = _of_shares([figure for figure in figures if figure.kind != ENPS], before)
    scores = _of_enps([figure for figure in figures if figure.kind == ENPS], before)
    batches = (shares, scores)
    holds = uncertainty.hold([batch.changes for batch in batches])
    found = [row for batch, held in zip(batches, holds, strict=True) for row in _rows(batch, held)]
    if found:
        session.execute(insert(ReleaseScore), found)


def _before(
    session: Session, release: ReleaseInfo, figures: Sequence[Figure]
) -> dict[Key, _Before]:
    """Find for each figure the same one in the last wave that asked for it, where they join."""
    latest = rows.latest(session, WAVES, release)
    del latest[release.id]
    asked = rows.questions_of(session, list(latest))
    last: dict[tuple[str, str], int] = {}
    for kind, measure, behind in {(each.kind, each.measure, each.asked) for each in figures}:
        for key in reversed(latest):
            if _asks(asked[key], kind, measure, behind):
                last[kind, measure] = key
                break
    found = {
        key: {each.key: each for each in published.figures(session, *latest[key])}
        for key in set(last.values())
    }
    return dict(_joined(figures, last, found))


def _asks(asked: Iterable[Asked], kind: str, measure: str, behind: frozenset[Asked]) -> bool:
    """Whether a wave asked for a figure: that very question, or any question of the driver."""
    if kind == QUESTION:
        return behind <= set(asked)
    return any(question.driver == measure for question in asked)


def _joined(
    figures: Iterable[Figure],
    last: Mapping[tuple[str, str], int],
    found: Mapping[int, Mapping[Key, Figure]],
) -> Iterator[tuple[Key, _Before]]:
    for figure in figures:
        release_id = last.get((figure.kind, figure.measure))
        before = found[release_id].get(figure.key) if release_id is not None else None
        if release_id is None or before is None:
            continue
        broken = joining.parted(before.side, figure.side, {})
        if broken is None and joining.untold(before.group, figure.group) is None:
            yield figure.key, _Before(release_id, before)


def _of_shares(figures: Sequence[Figure], before: Mapping[Key, _Before]) -> _Batch:
    shares = _shares(figures)
    now, earlier = _pairs(figures, before)
    changes = uncertainty.change_of_shares(_shares(now), _shares(earlier))
    return _Batch(figures, before, shares.value, uncertainty.wilson(shares), changes)


def _of_enps(figures: Sequence[Figure], before: Mapping[Key, _Before]) -> _Batch:
    counts = _promoters(figures)
    now, earlier = _pairs(figures, before)
    changes = uncertainty.change_of_enps(_promoters(now), _promoters(earlier))
    return _Batch(figures, before, counts.value, uncertainty.enps(counts), changes)


def _pairs(
    figures: Sequence[Figure], before: Mapping[Key, _Before]
) -> tuple[list[Figure], list[Figure]]:
    now = [figure for figure in figures if figure.key in before]
    return now, [before[figure.key].figure for figure in now]


def _shares(figures: Sequence[Figure]) -> Shares:
    people = np.array([figure.people for figure in figures], dtype=float)
    return Shares(people * np.array([figure.share for figure in figures], dtype=float), people)


def _promoters(figures: Sequence[Figure]) -> Promoters:
    counts = [figure.counts[0] for figure in figures]
    return Promoters(
        np.array([each.favourable.middle for each in counts], dtype=float),
        np.array([each.unfavourable.middle for each in counts], dtype=float),
        np.array([each.n for each in counts], dtype=float),
    )


def _rows(batch: _Batch, held: Flags) -> Iterator[dict[str, Any]]:
    """Give the rows of a batch, in per cent and points."""
    change = zip(
        *(100 * ends for ends in _ends(batch.changes)),
        held,
        strict=True,
    )
    figures = zip(batch.figures, batch.value, batch.range.low, batch.range.high, strict=True)
    for figure, value, low, high in figures:
        before = batch.before.get(figure.key)
        difference = next(change) if before else (None, None, None, None)
        yield {
            "group_id": figure.group.id,
            "kind": figure.kind,
            "measure": figure.measure,
            "value": 100 * float(value),
            "low": 100 * float(low),
            "high": 100 * float(high),
            "before_id": before.release_id if before else None,
            **_changed(difference),
        }


def _ends(changes: Changes) -> tuple[Vector, Vector, Vector]:
    return changes.value, changes.range.low, changes.range.high


def _changed(difference: Sequence[Any]) -> dict[str, Any]:
    names = ("change", "change_low", "change_high")
    numbers = (None if number is None else float(number) for number in difference[:3])
    holds = difference[3]
    return {
        **dict(zip(names, numbers, strict=True)),
        "holds": None if holds is None else bool(holds),
    }
