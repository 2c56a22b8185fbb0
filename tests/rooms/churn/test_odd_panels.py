"""Panels at the edge of sense are refused in words; none of them stops the study or its page."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from flask import Flask

from pulse.churn import computing, result
from pulse.churn.panel import Flow, Panel
from pulse.web import churn
from tests.support.panels import PERIODS, drawn, mood, panel


def made(teams: int, n: int, share: Callable[[int, int], float], **wishes: float) -> Panel:
    """Teams of one letter code with so many answers, a share each, and random leavers."""
    random = np.random.default_rng(int(wishes.get("seed", 1)))
    rate, invited = wishes.get("rate", 0.6), int(wishes.get("invited", n))
    moods, flows = [], {}
    for team in range(teams):
        unit = chr(0x100 + team)
        for at in range(len(PERIODS)):
            moods.append(replace(mood(unit, at, n, share(team, at)), invited=invited))
            flows[unit, at] = Flow(invited * 28, int(random.poisson(rate)))
    return panel(moods, flows)


def one_answers_less(team: int, at: int) -> float:
    return 0.5 if (team, at) == (0, 3) else 0.6


ODD = {
    "nothing": panel([], {("a", 0): Flow(28)}),
    "one team": made(1, 9, lambda _team, _at: 0.5),
    "all of one mind": made(30, 9, lambda _team, _at: 1.0),
    "none of any mind": made(30, 9, lambda _team, _at: 0.0),
    "nobody left": made(30, 9, lambda team, at: (team + at) % 7 / 7, rate=0.0),
    "everybody left": made(30, 9, lambda team, at: (team + at) % 7 / 7, rate=9.0),
    "always as many answer": made(40, 7, lambda team, at: (team + 3 * at) % 7 / 7, invited=9),
    "always two in three": made(30, 40, lambda team, at: (team + 3 * at) % 9 / 9, invited=60),
    "one cell alone differs": made(40, 40, one_answers_less),
    "scores flip": made(30, 9, lambda team, at: (team + at) % 2, rate=2.0),
    "nobody knows who was asked": replace(
        drawn(1, 0.0), moods=tuple(replace(m, invited=0) for m in drawn(1, 0.0).moods)
    ),
    "all leavers in one team": replace(
        drawn(1, 0.0),
        flows={
            key: Flow(flow.person_days, 8 if key[0] == "u0" else 0)
            for key, flow in drawn(1, 0.0).flows.items()
        },
    ),
}


@pytest.mark.parametrize("name", list(ODD))
def test_every_chart_is_drawn_or_says_why_not(app: Flask, name: str) -> None:
    study = computing.compute(ODD[name])
    again = result.from_json(result.to_json(study))
    assert again == study
    with app.test_request_context():
        charts = [chart(again, "/file.csv") for chart in churn._CHARTS.values()]
    for chart in charts:
        assert chart.figure is not None or chart.refusal
        if chart.figure is not None:
            json.loads(chart.figure)
            assert chart.reading
            assert chart.table is not None
