"""From a real release through the moments to the chart: shares, refusals, and honest words."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import pytest
from flask import Flask

from pulse.churn import computing, drivers, result
from pulse.churn.driver_result import Drivers, DriverShare, FoundDrivers, NoDrivers
from pulse.churn.estimate import Estimate
from pulse.db import reading
from pulse.domain.manifest import Manifest
from pulse.release import moments
from pulse.web.charts.drivers import ASSOCIATION, drivers_chart
from tests.support import driven, panels, released

BANNED = re.compile(r"\b(predict\w*|drives|caus\w*|impact\w*|flight risk)\b", re.IGNORECASE)
URL = "/hr/churn/drivers.csv"


@pytest.fixture
def wave(app: Flask, now: datetime) -> Manifest:
    return driven.manifest(now, 600)


def found() -> FoundDrivers:
    with reading() as session:
        made = replace(panels.panel([], {}), moments=moments.newest(session))
    return drivers.of_panel(made)


def shares(*values: float, half: float = 0.02) -> Drivers:
    listed = tuple(
        DriverShare(f"d{at}", f"Driver {at}", Estimate(value, value - half, value + half))
        for at, value in enumerate(values)
    )
    pairs = tuple(
        (one.label, two.label) for one, two in pairwise(listed) if one.share.low <= two.share.high
    )
    return Drivers(7, date(2026, 3, 2), 240, Estimate(0.41, 0.3, 0.5), listed, pairs)


def said(text: object) -> str:
    return re.sub(r"\s+", " ", str(text))


def test_what_goes_along_most_has_the_largest_share(wave: Manifest) -> None:
    driven.release(wave, driven.people(600))
    told = found()
    assert isinstance(told, Drivers)
    assert [share.key for share in told.shares] == ["recognition", "tools", "caring"]
    assert sum(share.share.value for share in told.shares) == pytest.approx(1)
    assert told.shares[0].label == "Recognition"
    assert 0.2 < told.r_squared.low < told.r_squared.value < told.r_squared.high < 0.6
    assert (told.wave, told.closed_on) == (wave.wave, wave.closes_at.date())
    assert (told.people, told.band) == (480, "250 to 499")


def test_it_is_stored_and_read_back_as_it_was(wave: Manifest) -> None:
    driven.release(wave, driven.people(600))
    for told in (found(), NoDrivers("Why not.")):
        whole = replace(computing.compute(panels.drawn(1, 0.0, teams=5)), drivers=told)
        assert result.from_json(result.to_json(whole)).drivers == told


def test_the_chart_of_a_real_release_shows_every_driver_with_its_interval(wave: Manifest) -> None:
    driven.release(wave, driven.people(600))
    told = found()
    assert isinstance(told, Drivers)
    chart = drivers_chart(told, URL)
    assert chart.table is not None
    assert [row[0] for row in chart.table.rows] == [share.label for share in told.shares]
    (bars,) = json.loads(str(chart.figure))["data"]
    assert bars["orientation"] == "h"
    assert bars["x"] == pytest.approx([100 * share.share.value for share in told.shares])
    ends = [value + above for value, above in zip(bars["x"], bars["error_x"]["array"], strict=True)]
    assert ends == pytest.approx([100 * share.share.high for share in told.shares])
    assert chart.csv_url == URL
    assert "Recognition has the largest part of that" in chart.reading
    assert ASSOCIATION in chart.reading


def test_without_moments_it_says_what_would_have_to_change(app: Flask, now: datetime) -> None:
    assert found() == NoDrivers(drivers.NO_MOMENTS)
    old = released.manifest(released.survey(now), now)
    released.released(old, released.few_in_the_office(), now)
    chart = drivers_chart(found(), URL)
    assert chart.figure is None
    assert chart.table is None
    assert "125" in (chart.refusal or "")


def test_engagement_alone_is_refused(app: Flask, now: datetime) -> None:
    alone = [item for item in driven.QUESTIONS if item.driver in {"engagement", "enps"}]
    wave = driven.manifest(now, 300, alone)
    driven.release(wave, driven.people(300, questions=alone))
    told = found()
    assert isinstance(told, NoDrivers)
    assert "no driver beside engagement" in told.refusal


def test_two_drivers_that_are_one_are_refused(wave: Manifest) -> None:
    people = driven.people(600)
    for person in people:
        person.answers["tools_4"] = 6 - person.answers["recognition_1"]
    driven.release(wave, people)
    told = found()
    assert isinstance(told, NoDrivers)
    assert "cannot be told apart" in told.refusal


def test_an_order_that_is_open_is_said_and_one_that_is_not_is_not() -> None:
    chart = drivers_chart(shares(0.6, 0.21, 0.19), URL)
    assert "The order of Driver 1 and Driver 2 is not established." in chart.reading
    assert "Driver 0 and" not in chart.reading
    assert chart.table is not None
    assert [row[-1] for row in chart.table.rows] == ["established", "not established", ""]
    many = drivers_chart(shares(*[0.1] * 10), URL)
    assert "The order of 9 pairs of neighbours is not established" in many.reading


def test_no_word_says_more_than_association(wave: Manifest) -> None:
    driven.release(wave, driven.people(600))
    charts = [
        drivers_chart(item, URL)
        for item in (found(), shares(0.5, 0.3, 0.2), shares(1.0), NoDrivers(drivers.NO_MOMENTS))
    ]
    texts = said([(chart.title, chart.reading, chart.table, chart.figure) for chart in charts])
    assert not BANNED.search(texts)
    assert all(ASSOCIATION in chart.reading for chart in charts[:3])


def test_names_stand_above_their_bars_so_that_a_phone_loses_nothing_to_a_margin() -> None:
    long = replace(shares(0.6, 0.4).shares[0], label="Leaders who hear " * 5)
    chart = drivers_chart(replace(shares(0.6, 0.4), shares=(long,)), URL)
    layout = json.loads(str(chart.figure))["layout"]
    assert layout["yaxis"]["showticklabels"] is False
    assert layout["margin"]["l"] <= 8
    for note in layout["annotations"]:
        assert (note["xref"], note["x"], note["xanchor"]) == ("paper", 0, "left")
        assert note["yshift"] > 0
        assert len(note["text"]) < 46
