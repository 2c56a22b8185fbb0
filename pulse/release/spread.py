"""Writes how far the blocks of each dimension lie apart: whether it is equally good everywhere.

Blocks are compared, because they share nobody and every larger group is made of them. A spread
counts as one where Benjamini and Hochberg keep its test among all those of the release.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

import numpy as np
from sqlalchemy.orm import Session

from pulse.domain import apartness, uncertainty
from pulse.domain.apartness import Answering, Apartness, Ends
from pulse.domain.cells import Span
from pulse.domain.scores import ENPS
from pulse.release.precision import Verdict
from pulse.release.published import QUESTION, Figure
from pulse.release.score_model import ReleaseSpread
from pulse.release.values import ReleaseInfo

_FEWEST_GROUPS = 2


def write(session: Session, release: ReleaseInfo, figures: Sequence[Figure]) -> None:
    """Write a row for each dimension and each driver, eNPS among them."""
    blocks = [each for each in figures if each.group.is_block and each.kind != QUESTION]
    place = attrgetter("group.dimension", "measure")
    together = [list(found) for _, found in groupby(sorted(blocks, key=place), key=place)]
    compared = [found for found in together if len(found) >= _FEWEST_GROUPS]
    apart = [_apart(found) for found in compared]
    differ = uncertainty.kept(np.array([each.p for each in apart], dtype=float))
    session.add_all(
        _row(release, found, each, Verdict.APART if kept else Verdict.CHANCE)
        for found, each, kept in zip(compared, apart, differ, strict=True)
    )
    session.flush()


def _apart(figures: Sequence[Figure]) -> Apartness:
    spans = [_span(figure) for figure in figures]
    people = np.array([figure.people for figure in figures], dtype=float)
    ends = Ends(np.array([span.low for span in spans]), np.array([span.high for span in spans]))
    return apartness.apart(ends, people, _answering(figures))


def _span(figure: Figure) -> Span:
    """Give a figure as it is published of a block, in parts of one: with both its ends."""
    pairs = [
        (each.favourable.low - each.unfavourable.high, each.favourable.high - each.unfavourable.low)
        if figure.kind == ENPS
        else (each.favourable.low, each.favourable.high)
        for each in figure.counts
    ]
    low, high = (sum(ends) / len(pairs) / figure.people for ends in zip(*pairs, strict=True))
    return Span(low, high)


def _answering(figures: Sequence[Figure]) -> Answering:
    """Say how single answers vary around the mean of all blocks, as one would if all were alike."""
    people = sum(figure.people for figure in figures)
    if figures[0].kind != ENPS:
        return apartness.of_shares(sum(each.people * each.share for each in figures) / people)
    promoters = sum(each.counts[0].favourable.middle for each in figures)
    detractors = sum(each.counts[0].unfavourable.middle for each in figures)
    return apartness.of_enps(promoters / people, detractors / people)


def _row(
    release: ReleaseInfo, figures: Sequence[Figure], apart: Apartness, verdict: Verdict
) -> ReleaseSpread:
    ordered = sorted(figures, key=_value)
    return ReleaseSpread(
        release_id=release.id,
        dimension=figures[0].group.dimension,
        measure=figures[0].measure,
        groups=len(figures),
        observed=100 * apart.observed,
        by_chance=100 * apart.by_chance,
        beyond=100 * apart.beyond,
        lowest=ordered[0].group.code,
        highest=ordered[-1].group.code,
        verdict=verdict.value,
    )


def _value(figure: Figure) -> float:
    span = _span(figure)
    return span.middle
