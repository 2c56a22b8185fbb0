"""How long people stay, where each of them agreed to be counted: rows in, curves and ratios out.

    rows ──kept──► groups that are large enough ──► curves (pulse.domain.kaplan_meier)
                                               └──► ratios (pulse.domain.cox)

Only values and floors are here, and no library, so that pages may know them. Nothing that comes
out speaks of one person: a curve has whole months, a ratio is one number for everybody.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pulse.domain.errors import Invalid

FEWEST_ROWS, FEWEST_LEAVERS = 30, 5
# A curve ends where fewer than these are left under observation.
FEWEST_AT_RISK = 10
LEAVERS_PER_COEFFICIENT = 10
# More curves than this cannot be told apart.
MOST_GROUPS = 6
GROUP = "group"
NEEDS_LEAVERS = "This analysis needs more leavers."


@dataclass(frozen=True, slots=True)
class Row:
    """One person who agreed: months served, whether they left, months served before observation.

    `further` has a value for each further column, a number or a word.
    """

    months: float
    left: bool
    group: str
    entry: float = 0.0
    further: tuple[float | str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentedFile:
    """Rows with the names of their further columns."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()

    @property
    def leavers(self) -> int:
        return sum(row.left for row in self.rows)


@dataclass(frozen=True, slots=True)
class Step:
    """The share that stayed beyond a whole month, with its interval where it has one.

    `at_risk` are those under observation just before; `error` is Greenwood's standard error.
    """

    month: int
    at_risk: int
    stayed: float
    error: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A group month by month, up to where too few remain."""

    group: str
    rows: int
    leavers: int
    steps: tuple[Step, ...]

    def at(self, month: int) -> Step | None:
        return next((step for step in self.steps if step.month == month), None)


@dataclass(frozen=True, slots=True)
class Hazard:
    """How many times as often people leave, whatever they have served: Cox's ratio.

    `steady` is False where the ratio changes with the time served, so that it is an average.
    """

    name: str
    ratio: float
    low: float
    high: float
    steady: bool


@dataclass(frozen=True, slots=True)
class Survival:
    """All that is kept of a file."""

    rows: int
    leavers: int
    curves: tuple[Curve, ...]
    too_small: int
    hazards: tuple[Hazard, ...] = ()
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One coefficient: a number, or a level beside the first level of its column.

    `place` is that of the further column; None stands for the group.
    """

    column: str
    place: int | None
    level: str | None = None
    base: str = ""

    @property
    def name(self) -> str:
        """Name what is compared.

        >>> Term("pay", 0).name, Term("site", 1, "Bonn", "Aachen").name
        ('pay, one more', 'site: Bonn beside Aachen')
        """
        return (
            f"{self.column}: {self.level} beside {self.base}"
            if self.level
            else (f"{self.column}, one more")
        )

    def value(self, row: Row) -> float:
        found = row.group if self.place is None else row.further[self.place]
        return float(found) if isinstance(found, float) else float(found == self.level)


def large(rows: Sequence[Row]) -> bool:
    """Whether a group, or a level of a column, has enough rows and enough leavers."""
    return len(rows) >= FEWEST_ROWS and sum(row.left for row in rows) >= FEWEST_LEAVERS


def kept(file: ConsentedFile) -> tuple[ConsentedFile, int]:
    """Leave out groups that are too small, and say how many those are.

    Raises Invalid where no group, or more groups than can be told apart, are left.
    """
    groups = by_group(file.rows)
    enough = {name for name, rows in groups.items() if large(rows)}
    if not enough:
        raise Invalid(
            f"{NEEDS_LEAVERS} A group is drawn from {FEWEST_ROWS} rows and {FEWEST_LEAVERS}"
            " leavers on, and none has them.",
            GROUP,
        )
    if len(enough) > MOST_GROUPS:
        raise Invalid(
            f"There are {len(enough)} groups; at most {MOST_GROUPS} can be told apart.", GROUP
        )
    rows = tuple(row for row in file.rows if row.group in enough)
    return ConsentedFile(rows, file.columns), len(groups) - len(enough)


def by_group(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Sort rows into their groups, in the order of the groups' names."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.group].append(row)
    return dict(sorted(found.items()))


def terms(file: ConsentedFile) -> tuple[Term, ...]:
    """Give the coefficients of a file, those of the group first.

    A column with one value alone has none. Raises Invalid where there are too few leavers for so
    many, or too few people of one level.
    """
    found = _levels(GROUP, None, Counter(row.group for row in file.rows))
    for place, column in enumerate(file.columns):
        values = Counter(row.further[place] for row in file.rows)
        words = {value: count for value, count in values.items() if isinstance(value, str)}
        if words:
            found += _levels(column, place, words)
        elif len(values) > 1:
            found.append(Term(column, place))
    if file.leavers < LEAVERS_PER_COEFFICIENT * len(found):
        raise Invalid(
            f"{NEEDS_LEAVERS} To compare {len(found)} numbers at once takes"
            f" {LEAVERS_PER_COEFFICIENT * len(found)} leavers; there are {file.leavers}."
        )
    for term in found:
        _refuse_small(file, term)
    return tuple(found)


def _levels(column: str, place: int | None, values: Iterable[str]) -> list[Term]:
    first, *others = sorted(values)
    return [Term(column, place, level, first) for level in others]


def _refuse_small(file: ConsentedFile, term: Term) -> None:
    if term.level is None:
        return
    for level in (term.base, term.level):
        of_level = Term(term.column, term.place, level)
        if not large([row for row in file.rows if of_level.value(row)]):
            raise Invalid(
                f"“{level}” of column “{term.column}” has fewer than {FEWEST_ROWS} rows or"
                f" {FEWEST_LEAVERS} leavers; put it together with another.",
                term.column,
            )
