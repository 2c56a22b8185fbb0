"""The company over time: the share of favourable answers, and the voluntary separation rate.

waves of the root group ──► shares with intervals        periods ──► windows ──► rates
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from pulse.churn.estimate import Estimate
from pulse.churn.panel import Flow, Mood, Panel
from pulse.churn.result import MoodPoint, RateWindow, Timeline
from pulse.domain import rates
from pulse.domain.exposure import Window
from pulse.domain.rates import Interval

RateInterval = Callable[[int, int], Interval]


def timeline(panel: Panel, rate_interval: RateInterval) -> Timeline:
    """Lay out both lines on one width of window for the whole line."""
    flows = panel.company()
    width = rates.periods_per_window([flow.voluntary for flow in flows], _first_asked(panel))
    groups = rates.window_groups(len(flows), width)
    hidden = _hidden(flows, groups, panel.leaver_floor)
    windows = [
        _rate_window(
            Window(panel.periods[group[0]].starts_on, panel.periods[group[-1]].ends_on),
            sum((flows[period] for period in group), Flow()),
            None if at in hidden else rate_interval,
        )
        for at, group in enumerate(groups)
    ]
    return Timeline(width * rates.PERIOD.days // 7, tuple(_moods(panel)), tuple(windows))


def share(favourable: float, n: int) -> Estimate:
    """Give a favourable share with Wilson's interval over the number of ballots.

    A share over several questions is surer than that; taking each ballot for one answer keeps the
    interval on the cautious side.
    """
    interval = rates.wilson(favourable * n, n)
    return Estimate(favourable, interval.low, interval.high)


def rate(flow: Flow, rate_interval: RateInterval) -> Estimate:
    """Give a voluntary separation rate per 100 person-years with its exact interval."""
    interval = rate_interval(flow.voluntary, flow.person_days)
    value = rates.per_100_person_years(flow.voluntary, flow.person_days)
    return Estimate(value, interval.low, interval.high)


def _moods(panel: Panel) -> Iterator[MoodPoint]:
    before: Mood | None = None
    for mood in panel.moods:
        if mood.everyone:
            yield MoodPoint(
                wave=mood.wave,
                closed_on=mood.closed_on,
                n=mood.n,
                favourable=share(mood.favourable, mood.n),
                invited=mood.invited,
                reworded=before is not None and before.wording != mood.wording,
            )
            before = mood


def _first_asked(panel: Panel) -> int:
    """Give the place of the period in which the first wave closed."""
    first = min((mood.closed_on for mood in panel.moods), default=date.min)
    return sum(period.ends_on <= first for period in panel.periods)


def _hidden(flows: Sequence[Flow], groups: Sequence[range], floor: int) -> frozenset[int]:
    """Name the windows without a rate. Groups are compared over the last year: a known total."""
    year = range(len(flows) - rates.PERIODS_PER_YEAR, len(flows))
    leavers = [sum(flows[at].voluntary for at in group) for group in groups]
    totalled = [
        sum(flows[at].voluntary for at in group if at in year) if group[-1] in year else None
        for group in groups
    ]
    idle = {at for at, group in enumerate(groups) if not any(flows[p].person_days for p in group)}
    return rates.kept_back(leavers, totalled, floor) | idle


def _rate_window(window: Window, flow: Flow, rate_interval: RateInterval | None) -> RateWindow:
    years = rates.person_years(flow.person_days)
    if rate_interval is None:
        return RateWindow(window.starts_on, window.ends_on, years, None, None, None)
    return RateWindow(
        starts_on=window.starts_on,
        ends_on=window.ends_on,
        person_years=years,
        voluntary=flow.voluntary,
        rate=rate(flow, rate_interval),
        per_100_headcount=rates.per_100_headcount(flow.voluntary, flow.person_days, window),
    )
