"""Is every published figure a function of the blocks? Whatever is not tells something more."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose

from pulse.audit import intervals
from pulse.audit.files import Cell, Group, Publication
from pulse.audit.report import Finding

ENGINE = "consistency"
_CLOSE = 5e-4


def findings(published: Publication) -> Iterator[Finding]:
    """Compare every released line with the blocks of its dimension, and with its own counts."""
    if not published.cells:
        yield Finding(ENGINE, "no equation could be read, so nothing was tried", 0)
    if len(published.cells) + len(published.scores) != published.rows:
        yield Finding(ENGINE, "not every released line could be read", 0)
    yield from _groups(published)
    cells = {(cell.group, cell.question): cell for cell in published.cells}
    blocks = _blocks(published)
    for cell in published.cells:
        group = published.groups.get(cell.group)
        if group is None or group.n != cell.n:
            yield Finding(ENGINE, f"{_place(cell)}: another number of ballots than its group", 1)
        elif not group.is_block:
            yield from _sums(cell, [cells[key, cell.question] for key in blocks[group.key]])
        if not isclose(cell.score, 100 * cell.favourable.middle / cell.n, abs_tol=_CLOSE):
            yield Finding(ENGINE, f"{_place(cell)}: the share does not follow from the counts", 1)
    yield from _scores(published, cells)
    yield from intervals.findings(published, cells)


def _groups(published: Publication) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for group in published.groups.values():
        if group.n < published.floor:
            yield Finding(ENGINE, f"{group.name}: only {group.n} took part", group.n)
        for label in group.labels if group.is_block else ():
            if seen.setdefault((group.dimension, label), group.code) != group.code:
                yield Finding(ENGINE, f"{group.name}: {label} lies in two blocks", 1)


def _blocks(published: Publication) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """Give for each group that is no block the blocks inside it."""
    by_dimension: defaultdict[str, list[Group]] = defaultdict(list)
    for group in published.groups.values():
        if group.is_block:
            by_dimension[group.dimension].append(group)
    return {
        group.key: [
            block.key for block in by_dimension[group.dimension] if block.labels <= group.labels
        ]
        for group in published.groups.values()
        if not group.is_block
    }


def _sums(cell: Cell, blocks: list[Cell]) -> Iterator[Finding]:
    pairs = (
        (cell.n, sum(block.n for block in blocks)),
        (cell.favourable.middle, sum(block.favourable.middle for block in blocks)),
        (cell.unfavourable.middle, sum(block.unfavourable.middle for block in blocks)),
    )
    if not all(isclose(one, other, abs_tol=_CLOSE) for one, other in pairs):
        yield Finding(
            ENGINE,
            f"{_place(cell)}: it is not the sum of what is published of its blocks",
            1,
            (_line(cell), *(_line(block) for block in blocks)),
        )
    elif cell.favourable.low != cell.favourable.high:
        yield Finding(ENGINE, f"{_place(cell)}: marked as coded, although it is a sum", 1)


def _scores(
    published: Publication, cells: Mapping[tuple[tuple[str, str], str], Cell]
) -> Iterator[Finding]:
    for score in published.scores:
        asked = [
            cells[score.group, code]
            for code, driver in published.drivers.items()
            if driver == score.measure and (score.group, code) in cells
        ]
        if score.kind == "enps":
            first = asked[0]
            value = 100 * (first.favourable.middle - first.unfavourable.middle) / first.n
        else:
            value = sum(cell.score for cell in asked) / len(asked)
        if not isclose(value, score.value, abs_tol=_CLOSE):
            place = f"{score.group[1]}, {score.measure}"
            yield Finding(ENGINE, f"{place}: the figure does not follow from the counts", 1)


def _place(cell: Cell) -> str:
    return f"{cell.group[1]}, {cell.question}"


def _line(cell: Cell) -> str:
    good, bad = cell.favourable, cell.unfavourable
    return (
        f"{cell.group[0]}:{cell.group[1]} {cell.question}: n={cell.n}"
        f" favourable {good.low:g}..{good.high:g} unfavourable {bad.low:g}..{bad.high:g}"
    )
