"""The company over time: the share of favourable answers, and the voluntary separation rate.

waves of the root group ──► shares with intervals        periods ──► windows ──► rates
"""

from collections.abc import Callable, Sequence

from pulse.churn.panel import Flow, Mood, Panel
from pulse.churn.result import Estimate, MoodPoint, RateWindow, Timeline
from pulse.domain import rates
from pulse.domain.exposure import Window
from pulse.domain.rates import Interval

RateInterval = Callable[[int, int], Interval]


def timeline(panel: Panel, rate_interval: RateInterval) -> Timeline:
    """Lay out both lines on one width of window for the whole line."""
    flows = panel.company()
    width = rates.periods_per_window([flow.voluntary for flow in flows])
    windows = [
        _rate_window(panel, [flows[at] for at in group], group, rate_interval)
        for group in rates.window_groups(len(flows), width)
    ]
    moods = tuple(_mood_point(mood) for mood in panel.moods if mood.everyone)
    return Timeline(width * rates.PERIOD.days // 7, moods, tuple(windows))


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


def _mood_point(mood: Mood) -> MoodPoint:
    return MoodPoint(mood.wave, mood.closed_on, mood.n, share(mood.favourable, mood.n))


def _rate_window(
    panel: Panel, flows: Sequence[Flow], group: range, rate_interval: RateInterval
) -> RateWindow:
    whole = sum(flows, Flow())
    window = Window(panel.periods[group[0]].starts_on, panel.periods[group[-1]].ends_on)
    years = rates.person_years(whole.person_days)
    if whole.voluntary < panel.leaver_floor or not whole.person_days:
        return RateWindow(window.starts_on, window.ends_on, years, None, None, None)
    return RateWindow(
        starts_on=window.starts_on,
        ends_on=window.ends_on,
        person_years=years,
        voluntary=whole.voluntary,
        rate=rate(whole, rate_interval),
        per_100_headcount=rates.per_100_headcount(whole.voluntary, whole.person_days, window),
    )
