"""Homogeneity: a published count that leaves nobody, or somebody, no other answer."""

from collections.abc import Iterator, Sequence

from pulse.audit.files import Cell
from pulse.audit.report import Finding

ENGINE = "homogeneity"


def findings(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Find counts of nobody or of everybody, and intervals that leave no room for a dissenter."""
    for cell in cells:
        for span, name in ((cell.favourable, "favourable"), (cell.unfavourable, "unfavourable")):
            if span.low > cell.n - 1 or span.high < 1:
                all_or_none = "all" if span.low > cell.n - 1 else "none"
                words = f"{cell.group[1]}, {cell.question}: {all_or_none} of {cell.n} are {name}"
                yield Finding(ENGINE, words, cell.n, (cell.line,), (cell.group[0],))
