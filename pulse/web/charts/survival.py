"""How long people stay: the curves of a consented file, their table, and what they say in words."""

from collections.abc import Sequence

from pulse.domain.consented import FEWEST_LEAVERS, FEWEST_ROWS, Curve, Hazard, Step, Survival
from pulse.web.charts import survival_figure, wording
from pulse.web.charts.figure import Chart, Table, figure_json

KEY = "survival"
TITLE = "How long people stay"
YEAR = 12
NOT_WHY = "This describes what followed, not what caused it."


def survival_chart(found: Survival, csv_url: str) -> Chart:
    """Draw a curve for each group that is large enough."""
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(found.curves),
        figure=figure_json(survival_figure.figure(found.curves)),
        table=table(found.curves),
        csv_url=csv_url,
        refusal=_left_out(found.too_small),
    )


def reading(curves: Sequence[Curve]) -> str:
    """Say in one sentence what share of each group was lost after a year, or after less."""
    month = compared_at(curves)
    if month is None:
        return f"The curves have no month in common. {NOT_WHY}"
    served = f"{month} months" if month > 1 else "one month"
    lost = [f"{_lost(step)} of {_whose(curve)}" for curve in curves if (step := curve.at(month))]
    return f"Within {served} {wording.listed(lost)} left. {NOT_WHY}"


def compared_at(curves: Sequence[Curve]) -> int | None:
    """Give the month at which all curves are compared: the twelfth, else the nearest to it."""
    common = set.intersection(*({step.month for step in curve.steps[1:]} for curve in curves))
    return min(common, key=lambda month: (abs(month - YEAR), month), default=None)


def table(curves: Sequence[Curve]) -> Table:
    """Give every step that the chart draws: whole months only."""
    headers = ("Group", "Month", "Still there, %", "Low", "High", "Under observation")
    rows = tuple(_row(curve, step) for curve in curves for step in curve.steps)
    return Table("Share still there after each whole month", headers, rows)


def hazards_table(hazards: Sequence[Hazard]) -> Table:
    """Give the ratios of the comparison, each with its interval."""
    headers = ("Compared", "Ratio", "Low", "High", "Steady")
    rows = tuple(
        (
            one.name,
            *(f"{part:.2f}" for part in (one.ratio, one.low, one.high)),
            "yes" if one.steady else "no, an average",
        )
        for one in hazards
    )
    return Table("Ratios, all columns at once", headers, rows)


def steadiness(hazards: Sequence[Hazard]) -> str:
    """Say in words whether the ratios may be read as they stand."""
    unsteady = [one.name for one in hazards if not one.steady]
    if not unsteady:
        return (
            "Each is steady as far as can be seen: nothing shows that it changes with the time"
            " served."
        )
    return (
        f"It changes with the time served for “{'”, “'.join(unsteady)}”: read that ratio as an"
        " average over the whole time."
    )


def _whose(curve: Curve) -> str:
    """Name a group; where it is observed only from some month on, it is those who served it."""
    start = curve.steps[0].month
    return f"“{curve.group}”" + (f" who had served {start}" if start else "")


def _lost(step: Step) -> str:
    lost = f"{100 * (1 - step.stayed):.1f} %"
    if step.low is None or step.high is None:
        return lost
    ends = f"{100 * (1 - step.high):.1f} to {100 * (1 - step.low):.1f} %"
    return f"{lost} ({wording.CONFIDENCE} {ends})"


def _row(curve: Curve, step: Step) -> tuple[str, ...]:
    ends = ("" if end is None else wording.number(100 * end) for end in (step.low, step.high))
    stayed = wording.number(100 * step.stayed)
    return (curve.group, str(step.month), stayed, *ends, str(step.at_risk))


def _left_out(groups: int) -> str | None:
    if not groups:
        return None
    verb = "is" if groups == 1 else "are"
    return (
        f"{wording.counted(groups, 'group')} with fewer than {FEWEST_ROWS} rows or"
        f" {FEWEST_LEAVERS} leavers {verb} not drawn, and not compared either."
    )
