"""Does every published interval follow from the counts beside it? Else it would tell more.

Both formulas are written out here, from the literature and not from what wrote the files.
"""

from collections.abc import Iterator, Mapping
from math import isclose, sqrt
from typing import TypeAlias

from pulse.audit.files import Cell, Interval, Publication, Range
from pulse.audit.report import Finding

ENGINE = "consistency"
_CLOSE = 5e-4
_Z = 1.959963984540054
Cells: TypeAlias = Mapping[tuple[tuple[str, str], str], Cell]


def findings(published: Publication, cells: Cells) -> Iterator[Finding]:
    """Compute every interval again from the published counts of its group."""
    for interval in published.intervals:
        behind = [
            cells[interval.group, code]
            for code, driver in published.drivers.items()
            if (interval.group, code) in cells
            and interval.measure == (code if interval.kind == "question" else driver)
        ]
        possible = all(0 <= cell.favourable.middle <= cell.n for cell in behind)
        if not behind or not possible or not _same(interval.range, _expected(interval, behind)):
            place = f"{interval.group[1]}, {interval.measure}"
            yield Finding(ENGINE, f"{place}: the interval does not follow from the counts", 1)


def _expected(interval: Interval, behind: list[Cell]) -> Range:
    if interval.kind == "enps":
        return _adjusted_wald(behind[0])
    return _wilson(
        sum(cell.favourable.middle / cell.n for cell in behind) / len(behind), behind[0].n
    )


def _wilson(share: float, n: int) -> Range:
    """Wilson (1927): the shares from which this one is z standard errors away."""
    middle = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    ends = ((middle + way * half) / (1 + _Z**2 / n) for way in (-1, 1))
    return Range(*(100 * end for end in ends))


def _adjusted_wald(cell: Cell) -> Range:
    """Three people more, a quarter of them promoters and a quarter detractors."""
    n = cell.n + 3
    good, bad = ((span.middle + 0.75) / n for span in (cell.favourable, cell.unfavourable))
    half = _Z * sqrt((good + bad - (good - bad) ** 2) / n)
    return Range(max(-100, 100 * (good - bad - half)), min(100, 100 * (good - bad + half)))


def _same(one: Range, other: Range) -> bool:
    ends = ((one.low, other.low), (one.high, other.high))
    return all(isclose(*pair, abs_tol=_CLOSE) for pair in ends)
