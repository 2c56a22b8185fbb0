"""Intervals that need a statistics library; only the worker and the command line load this.

`pulse.churn.computing` uses it, which no web process ever loads.
"""

from scipy import stats

from pulse.domain.rates import Interval, person_years


def rate_interval(separations: int, person_days: int, confidence: float = 0.95) -> Interval:
    """Give the exact Poisson interval (Garwood 1936) of a rate per 100 person-years."""
    tail = (1 - confidence) / 2
    scale = 100 / person_years(person_days)
    low = float(stats.chi2.ppf(tail, 2 * separations)) / 2 if separations else 0.0
    high = float(stats.chi2.ppf(1 - tail, 2 * separations + 2)) / 2
    return Interval(low * scale, high * scale)
