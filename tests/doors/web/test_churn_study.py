"""The study on the churn page: its sentence or its reasons, and each chart with its file."""

import csv
import json
import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import clock, studying
from pulse.churn import study
from pulse.db import transaction
from pulse.domain.permission import Role
from tests.support import panels, signed_in, turnover
from tests.support.signing_in import Person

CHARTS = ("own-level", "forest", "delays", "timeline", "what-if", "teams", "funnel")


@pytest.fixture
def today() -> datetime:
    """The real moment: the door asks for it."""
    return clock.now()


@pytest.fixture
def hr(app: Flask, today: datetime) -> FlaskClient:
    return signed_in.client(app, signed_in.start(Role.HR, today))


def store(today: datetime, **wishes: int) -> None:
    panel = panels.drawn(1, -0.3, **wishes)
    with transaction() as session:
        study.keep(session, study.found(panel, known=False), today)


def figure(page: str, key: str) -> dict[str, Any]:
    text = re.search(rf'id="figure-{key}">(.*?)</script>', page, re.DOTALL)
    assert text is not None
    return json.loads(text.group(1))


def rows(hr: FlaskClient, key: str) -> list[list[str]]:
    response = hr.get(f"/hr/churn/{key}.csv")
    assert response.status_code == 200
    return list(csv.reader(response.text.splitlines()))


def test_given_a_study_then_every_chart_has_a_figure_a_reading_a_table_and_a_file(
    hr: FlaskClient, today: datetime
) -> None:
    store(today)
    page = hr.get("/hr/churn").text
    for key in CHARTS:
        box = re.search(rf'<figure class="chart-box" id="chart-{key}".*?</figure>', page, re.DOTALL)
        assert box is not None
        assert f'id="figure-{key}"' in box.group()
        assert 'class="reading"' in box.group()
        head, *found = rows(hr, key)
        assert [
            re.sub("<.*?>", "", th) for th in re.findall(r'<th scope="col">.*?</th>', box.group())
        ] == head
        assert len(re.findall(r'<th scope="row">', box.group())) == len(found) > 0
        assert f'href="#chart-{key}"' in page


@pytest.mark.parametrize("key", ["own-level", "forest", "delays", "what-if"])
def test_given_a_chart_then_every_point_drawn_stands_in_its_file(
    hr: FlaskClient, today: datetime, key: str
) -> None:
    store(today)
    found = {cell for row in rows(hr, key)[1:] for cell in row}
    decimals = 1 if key == "what-if" else 2
    along = "x" if key == "forest" else "y"
    drawn = [
        value
        for trace in figure(hr.get("/hr/churn").text, key)["data"]
        for value in trace[along]
        if value is not None
    ]
    assert len(drawn) >= 3
    assert {f"{value:.{decimals}f}" for value in drawn} <= found


def test_given_enough_data_then_the_sentence_and_what_it_rests_on(
    hr: FlaskClient, today: datetime
) -> None:
    store(today)
    page = hr.get("/hr/churn").text
    assert "10 points below its own usual level, resignations ran" in page
    assert "not what caused it." in page
    assert "80 teams, " in page
    assert "thirteen times a year" in page
    assert "fewest teams 20" in page
    assert "statsmodels " in page


def test_given_nineteen_teams_then_the_reason_stands_where_the_charts_would(
    hr: FlaskClient, today: datetime
) -> None:
    store(today, teams=19)
    page = hr.get("/hr/churn").text
    text = "A link with resignations needs at least 20 teams with answers in 3 or more periods. You"
    # Once above, and once in the place of each chart that shows a size.
    assert page.count(f"{text} have 19.") == 3
    assert "more people answering" in page.lower()
    for key in ("own-level", "forest"):
        assert f'id="figure-{key}"' not in page
        assert hr.get(f"/hr/churn/{key}.csv").status_code == 404


def test_given_twenty_teams_then_that_reason_is_gone(hr: FlaskClient, today: datetime) -> None:
    store(today, teams=20)
    assert "needs at least 20 teams" not in hr.get("/hr/churn").text


def test_given_the_other_rates_then_the_picture_has_them_and_the_file_has_both(
    hr: FlaskClient, today: datetime
) -> None:
    store(today)
    calm = figure(hr.get("/hr/churn").text, "teams")["data"][0]["y"]
    counted = figure(hr.get("/hr/churn?rates=counted").text, "teams")["data"][0]["y"]
    assert calm != counted
    assert max(counted) - min(counted) > max(calm) - min(calm)
    head, *found = rows(hr, "teams")
    at = head.index("Voluntary per 100 person-years"), head.index("Shrunken rate")
    assert {f"{value:.1f}" for value in counted} <= {row[at[0]] for row in found}
    assert {f"{value:.1f}" for value in calm} <= {row[at[1]] for row in found}


def test_given_a_study_then_kinds_stand_apart_with_both_rates_named(
    hr: FlaskClient, today: datetime
) -> None:
    store(today)
    page = hr.get("/hr/churn").text
    assert "Separations of the year, by kind" in page
    assert "Per 100 person-years" in page
    assert "Per 100 of average headcount" in page
    assert "fewer than 5" in page


def test_given_hr_asks_then_the_page_shows_how_far_it_is_until_it_is_there(
    hr: FlaskClient, today: datetime
) -> None:
    with transaction() as session:
        turnover.staff(session, today)
        turnover.release(session, turnover.survey(session, today), today)
    assert "Study now" in hr.get("/hr/churn").text
    assert Person(hr).post("/hr/churn", form_on="/hr/churn").status_code == 302
    waiting = hr.get("/hr/churn").text
    assert '<progress id="done"' in waiting
    assert "js/progress.js" in waiting
    assert "Study now" not in waiting
    assert studying.study_due(today)
    page = hr.get("/hr/churn").text
    assert '<progress id="done"' not in page
    assert 'id="chart-timeline"' in page


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_given_another_role_when_asking_for_a_study_then_refused(
    app: Flask, today: datetime, role: Role
) -> None:
    client = signed_in.client(app, signed_in.start(role, today))
    assert Person(client).post("/hr/churn", form_on="/log").status_code == 403
