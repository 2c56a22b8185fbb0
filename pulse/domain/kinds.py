"""Kinds of people: those who share their blocks in all dimensions, and the order of the blocks.

The order is that in which blocks are coded: the organisation, attributes, crossings; in each
dimension the largest block is the last one, because its count is what all others leave.
"""

from collections import Counter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pulse.domain.blocks import Plan
from pulse.domain.dimension import CROSS, ORGANISATION
from pulse.domain.joint import Joint

# A block, by dimension and code.
Place: TypeAlias = tuple[str, str]


def in_order(plans: Plan) -> list[Place]:
    """List the blocks: the organisation, attributes, crossings; in each the largest block last."""
    sized = [
        (key != ORGANISATION, CROSS in key, key, block.ballots, block.code)
        for key, plan in plans.items()
        for block in plan.blocks
    ]
    return [(key, code) for *_, key, _, code in sorted(sized)]


def membership(
    ballots: Joint, plans: Plan, places: list[Place]
) -> tuple[sparse.csc_array, NDArray[np.float64]]:
    """Give kinds of people by blocks, 1 where they are inside, and how many people each kind is.

    A crossing may leave people out.
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
    inside = sparse.csc_array(sparse.csr_array(entries, shape=(len(order), len(places))))
    return inside, np.array([kinds[kind] for kind in order], dtype=np.float64)
