"""Is every published figure a function of the blocks? Whatever is not tells something more."""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import isclose

from pulse.audit import confidence
from pulse.audit.files import Cell, Publication
from pulse.audit.report import Finding

ENGINE = "consistency"
ENPS, FEWEST_FOR_ENPS = "enps", 10
_CLOSE = 5e-4


def findings(published: Publication) -> Iterator[Finding]:
    """Compare every released line with the blocks of its dimension, and with its own counts."""
    yield from _unread(published)
    yield from _groups(published)
    cells = {(cell.group, cell.question): cell for cell in published.cells}
    for cell in published.cells:
        group = published.groups.get(cell.group)
        if group is None or group.n != cell.n:
            yield Finding(ENGINE, f"{_place(cell)}: another number of ballots than its group", 1)
        elif not group.is_block:
            blocks = [cells.get((block.key, cell.question)) for block in published.blocks_in(group)]
            yield from _sums(cell, [block for block in blocks if block is not None])
        if not isclose(cell.score, 100 * cell.favourable.middle / cell.n, abs_tol=_CLOSE):
            yield Finding(ENGINE, f"{_place(cell)}: the share does not follow from the counts", 1)
    yield from _scores(published, cells)
    yield from confidence.findings(published, cells)


def _unread(published: Publication) -> Iterator[Finding]:
    """Fail where less was read than was published: such an attack proves nothing."""
    read = Counter((cell.group, cell.question) for cell in published.cells)
    due = {(key, code) for key in published.groups for code in published.scored}
    if not published.cells:
        yield Finding(ENGINE, "no equation could be read, so nothing was tried", 0)
    if len(published.cells) + len(published.scores) != published.rows:
        yield Finding(ENGINE, "not every released line could be read", 0)
    if published.cells_said not in {None, len(published.cells)}:
        words = f"{len(published.cells)} cells were read of {published.cells_said} published"
        yield Finding(ENGINE, words, 0)
    for group, code in sorted(due - set(read)):
        yield Finding(ENGINE, f"{group[1]}, {code}: the cell of a published group is missing", 0)
    told = {(one.group, one.measure) for one in published.scores}
    figures = {(key, one.measure) for key in published.groups for one in published.scores}
    few = {(key, ENPS) for key, group in published.groups.items() if group.n < FEWEST_FOR_ENPS}
    for group, _ in sorted(told & few):
        yield Finding(ENGINE, f"{group[1]}: an eNPS of fewer than {FEWEST_FOR_ENPS} is told", 0)
    for group, code in sorted(figures - told - few):
        yield Finding(ENGINE, f"{group[1]}, {code}: a figure that others have is missing", 0)
    for group, code in sorted(place for place, times in read.items() if times > 1):
        yield Finding(ENGINE, f"{group[1]}, {code}: one cell has several lines", 0)


def _groups(published: Publication) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for group in published.groups.values():
        if group.n < published.floor:
            words = f"{group.name}: only {group.n} took part"
            yield Finding(ENGINE, words, group.n, (group.line,), (group.dimension,))
        for label in group.labels if group.is_block else ():
            if seen.setdefault((group.dimension, label), group.code) != group.code:
                words = f"{group.name}: {label} lies in two blocks"
                yield Finding(ENGINE, words, 1, (group.line,), (group.dimension,))


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
            (cell.line, *(block.line for block in blocks)),
            (cell.group[0],),
        )
    elif len(blocks) > 1 and cell.favourable.low != cell.favourable.high:
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
