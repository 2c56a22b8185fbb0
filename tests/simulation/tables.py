"""What many companies of a kind come to: two tables, and whether the method keeps its word."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from tests.simulation.runs import SURE, Found, Line

# From this size on an interval has to hold the truth so often, and find nothing where nothing is.
JUDGED_FROM = 5_000
LEAST_COVERAGE, MOST_FALSE_FINDS = 0.92, 0.08
METHOD = (
    "people",
    "score",
    "true slope",
    "resignations",
    "reliability",
    "mean estimate",
    "between",
    "coverage",
    "finds an effect",
    "smallest ratio",
    "naive r",
    "naive finds",
)
PRODUCT = (
    "people",
    "score",
    "true slope",
    "a size is stated",
    "refused",
    "of those: mean estimate",
    "coverage",
    "finds an effect",
    "over 13 looks",
)


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of both tables."""

    line: Line
    found: Sequence[Found]

    @property
    def coverage(self) -> float:
        """Give how often the interval holds the true slope."""
        return self._share([one.covers(self.line.slope) for one in self.found])

    @property
    def finds(self) -> float:
        """Give how often the interval says that there is an effect: false where none is."""
        return self._share([one.finds for one in self.found])

    @property
    def naive_finds(self) -> float:
        """Give how often the naive correlation is called significant."""
        return self._share([one.naive_p < SURE for one in self.found])

    @property
    def mean(self) -> float:
        """Give the mean estimate, which should be the true slope."""
        return fmean(one.estimate for one in self.found)

    @property
    def stated(self) -> list[Found]:
        """Give the companies in which the product states a size."""
        return [one for one in self.found if one.shown]

    @property
    def is_good(self) -> bool:
        """Whether the method keeps its word, where so much is asked of it."""
        if self.line.shape.people < JUDGED_FROM:
            return True
        false = self.finds if self.line.slope == 0 else 0.0
        return self.coverage >= LEAST_COVERAGE and false <= MOST_FALSE_FINDS

    def method(self) -> tuple[str, ...]:
        """Give the line about the method, before anything is refused."""
        return (
            *self._kind(),
            f"{fmean(one.separations for one in self.found):,.0f}",
            f"{fmean(one.reliability for one in self.found):.2f}",
            f"{self.mean:+.3f}",
            f"{fmean(one.between for one in self.found):+.2f}",
            f"{self.coverage:.3f}",
            _per_cent(self.finds),
            f"{median(one.smallest_ratio for one in self.found):.2f}",
            f"{fmean(one.naive_r for one in self.found):+.2f}",
            _per_cent(self.naive_finds),
        )

    def product(self) -> tuple[str, ...]:
        """Give the line about what the product says."""
        why = Counter(reason for one in self.found for reason in one.reasons)
        reasons = [f"{code} {_per_cent(n / len(self.found))}" for code, n in why.most_common()]
        said = (*self._kind(), _per_cent(len(self.stated) / len(self.found)))
        if not self.stated:
            return (*said, ", ".join(reasons), *["–"] * 4)
        return (
            *said,
            ", ".join(reasons) or "–",
            f"{fmean(one.estimate for one in self.stated):+.3f}",
            f"{self._share([one.covers(self.line.slope) for one in self.stated]):.3f}",
            _per_cent(self._share([one.finds for one in self.stated])),
            _per_cent(self._share([one.finds_over_looks for one in self.stated])),
        )

    def _kind(self) -> tuple[str, ...]:
        shape = self.line.shape
        return f"{shape.people:,}", self.line.scoring.name, f"{self.line.slope:+.2f}"

    @staticmethod
    def _share(flags: Sequence[bool]) -> float:
        return sum(flags) / len(flags)


def lines(summaries: Sequence[Summary]) -> Iterator[str]:
    """Give both tables in Markdown, and what of them is not as it should be."""
    yield from _table(METHOD, [one.method() for one in summaries])
    yield ""
    yield from _table(PRODUCT, [one.product() for one in summaries])
    for one in summaries:
        if not one.is_good:
            yield f"BROKEN at {one.line.name}, true slope {one.line.slope:+.2f}: " + _asked()


def _asked() -> str:
    return (
        f"coverage is to be {LEAST_COVERAGE:g} or more, and false finds "
        f"{_per_cent(MOST_FALSE_FINDS)} or less."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(row)} |"


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f} %"
