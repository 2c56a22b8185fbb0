"""Finds blocks whose counts follow from those of other blocks, whatever people answer.

Every dimension divides the same people, so the blocks of each add up to the same total: what is
left of it by all others is the count of the last one. A count that is coded in one dimension must
not be worked out from those of another. So blocks are gone through one by one; one whose indicator
over people is a combination of those before it tells nothing new, and is published as no more.
It depends on turnout alone. The organisation comes first; in each dimension the largest block is
the last one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from pulse.domain.blocks import Plan
from pulse.domain.dimension import CROSS, ORGANISATION
from pulse.domain.joint import Joint

# A block, by dimension and code.
Place: TypeAlias = tuple[str, str]
Combination: TypeAlias = Mapping[Place, float]
Floats: TypeAlias = NDArray[np.float64]
_NOTHING = 1e-9
_WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class _Gram:
    """How many people two blocks share: `own` of the organisation, whose blocks are disjoint."""

    own: Floats
    across: Floats
    others: Floats


def combinations(ballots: Joint, plans: Plan) -> dict[Place, Combination]:
    """Give for each block that follows from others the sum of them that it is.

    Blocks in which nobody took part do not occur: a plan has none.

    >>> combinations(Joint(("sex",), {("f",): 5, ("m",): 6}), {})
    {}
    """
    places = in_order(plans)
    first = [place for place in places if place[0] == ORGANISATION]
    rest = places[len(first) :]
    if not first or not rest:
        return {}
    gram = _gram(ballots, plans, places, len(first))
    # What is left of the other blocks when all that the organisation tells of them is taken away.
    left = gram.others - gram.across.T @ (gram.across / gram.own[:, None])
    kept = _independent(left, np.diag(gram.others))
    found: dict[Place, Combination] = {}
    for at in sorted(set(range(len(rest))) - set(kept)):
        before = [other for other in kept if other < at]
        factors: Floats = np.zeros(0)
        if before:
            factors = np.asarray(linalg.lstsq(left[np.ix_(before, before)], left[before, at])[0])
        through = (gram.across[:, at] - gram.across[:, before] @ factors) / gram.own
        named = [*zip(first, through, strict=True)]
        named += zip([rest[other] for other in before], factors, strict=True)
        found[rest[at]] = {place: _plain(factor) for place, factor in named if _counts(factor)}
    return found


def in_order(plans: Plan) -> list[Place]:
    """List the blocks: the organisation, attributes, crossings; in each the largest block last."""
    sized = [
        (key != ORGANISATION, CROSS in key, key, block.ballots, block.code)
        for key, plan in plans.items()
        for block in plan.blocks
    ]
    return [(key, code) for *_, key, _, code in sorted(sized)]


def membership(ballots: Joint, plans: Plan, places: list[Place]) -> tuple[sparse.csr_array, Floats]:
    """Give kinds of people by blocks, 1 where they are inside, and how many people each kind is.

    A kind are the people who share their blocks in all dimensions; a crossing may leave them out.
    """
    numbers = {place: at for at, place in enumerate(places)}
    keys = [(at, key) for at, key in enumerate(ballots.keys) if plans[key].blocks]
    block_of = {key: plans[key].block_of() for _, key in keys}
    kinds: Counter[tuple[int, ...]] = Counter()
    for labels, count in ballots.counts.items():
        blocks = [(key, block_of[key].get(labels[at])) for at, key in keys]
        kinds[tuple(numbers[key, code] for key, code in blocks if code is not None)] += count
    order = sorted(kinds)
    starts = np.cumsum([0, *map(len, order)])
    columns = np.array([number for kind in order for number in kind], dtype=np.int64)
    entries = (np.ones(len(columns)), columns, starts)
    inside = sparse.csr_array(entries, shape=(len(order), len(places)))
    return inside, np.array([kinds[kind] for kind in order], dtype=np.float64)


def _gram(ballots: Joint, plans: Plan, places: list[Place], first: int) -> _Gram:
    inside, people = membership(ballots, plans, places)
    shared = sparse.csr_array(inside.T @ sparse.diags_array(people) @ inside)
    across, others = shared[:first, first:], shared[first:, first:]
    return _Gram(shared.diagonal()[:first], across.toarray(), others.toarray())


def _independent(left: Floats, sizes: Floats) -> list[int]:
    """Eliminate one block after another; what is left with nothing of its own depends on them."""
    work, kept = left.copy(), []
    for at in range(len(work)):
        if work[at, at] > _NOTHING * sizes[at]:
            kept.append(at)
            work[at + 1 :, at + 1 :] -= (
                np.outer(work[at + 1 :, at], work[at, at + 1 :]) / work[at, at]
            )
    return kept


def _counts(factor: float) -> bool:
    return bool(abs(factor) > _WHOLE)


def _plain(factor: float) -> float:
    whole = round(float(factor))
    return float(whole) if abs(factor - whole) < _WHOLE else float(factor)
