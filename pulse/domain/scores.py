"""The figures that people read, each computed from released counts and from nothing else.

Shares are of all ballots of a group, so "no answer" weighs like any other class and a skipped
question can never be told from the number of ballots. Rounding happens where a figure is shown.
"""

from collections.abc import Sequence
from statistics import fmean

from pulse.domain.cells import Counts

ENGAGEMENT = "engagement"
ENPS = "enps"


def favourable(counts: Counts) -> float:
    """Give the favourable share in per cent, 0 to 100.

    >>> from pulse.domain.cells import exactly
    >>> favourable(Counts(8, exactly(6), exactly(2)))
    75.0
    """
    return 100 * counts.favourable.middle / counts.n


def index(questions: Sequence[Counts]) -> float:
    """Give the mean favourable share of several questions in per cent; a driver, or an index.

    >>> from pulse.domain.cells import exactly
    >>> index([Counts(10, exactly(5)), Counts(10, exactly(8))])
    65.0
    """
    return fmean(favourable(counts) for counts in questions)


def enps(counts: Counts) -> float:
    """Give the employee net promoter score: promoters less detractors in per cent, -100 to 100.

    >>> from pulse.domain.cells import exactly
    >>> enps(Counts(10, exactly(5), exactly(3)))
    20.0
    """
    return 100 * (counts.favourable.middle - counts.unfavourable.middle) / counts.n
