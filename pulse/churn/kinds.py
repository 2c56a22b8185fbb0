"""Separations of the company over the last year: voluntary, involuntary and other, apart."""

from pulse.churn.panel import Flow, Panel
from pulse.churn.result import Kind, Kinds
from pulse.domain import rates
from pulse.domain.exposure import Window


def kinds(panel: Panel) -> Kinds | None:
    """Give both rates of each kind; None where nobody was employed over the year."""
    year = sum(panel.company()[-rates.PERIODS_PER_YEAR :], Flow())
    if not year.person_days:
        return None
    first, last = panel.periods[-rates.PERIODS_PER_YEAR :][0], panel.periods[-1]
    window = Window(first.starts_on, last.ends_on)

    def kind(name: str, count: int) -> Kind:
        if count < panel.leaver_floor:
            return Kind(name, None, None, None)
        return Kind(
            name,
            count,
            rates.per_100_person_years(count, year.person_days),
            rates.per_100_headcount(count, year.person_days, window),
        )

    found = (
        kind("Voluntary", year.voluntary),
        kind("Involuntary", year.involuntary),
        kind("Other: retirement, end of contract, death", year.other),
    )
    return Kinds(
        starts_on=window.starts_on,
        ends_on=window.ends_on,
        person_years=rates.person_years(year.person_days),
        kinds=found,
        by_notice=year.by_notice if found[0].count is not None else None,
    )
