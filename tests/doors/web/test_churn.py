import csv
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from pulse import clock, studying
from pulse.db import transaction
from pulse.domain.permission import Role
from tests.support import signed_in, turnover
from tests.support.turnover import Team

BANNED = re.compile(r"\b(predict\w*|drives|causes|impact\w*|flight risk)\b", re.IGNORECASE)


@pytest.fixture
def today() -> datetime:
    """The real moment: the door asks for it."""
    return clock.now()


@pytest.fixture
def hr(app: Flask, today: datetime) -> FlaskClient:
    return signed_in.client(app, signed_in.start(Role.HR, today))


def company(today: datetime, teams: tuple[Team, ...] = turnover.TEAMS) -> None:
    with transaction() as session:
        turnover.staff(session, today, teams)
        survey_id = turnover.survey(session, today)
        for ago in (90, 60, 30):
            turnover.release(session, survey_id, today - timedelta(days=ago), teams)


def studied(today: datetime, teams: tuple[Team, ...] = turnover.TEAMS) -> None:
    company(today, teams)
    studying.make(today)


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
@pytest.mark.parametrize("path", ["/hr/churn", "/hr/churn/timeline.csv"])
def test_given_another_role_when_asking_then_refused(
    app: Flask, today: datetime, role: Role, path: str
) -> None:
    client = signed_in.client(app, signed_in.start(role, today))
    assert client.get(path).status_code == 403


def test_given_nothing_yet_when_hr_looks_then_it_says_what_to_do(hr: FlaskClient) -> None:
    page = hr.get("/hr/churn").text
    assert "Load the staff file" in page
    assert "Ask a wave" in page
    assert "flask churn refresh" in page


def test_given_staff_and_a_release_when_not_studied_then_only_the_last_step_is_left(
    hr: FlaskClient, today: datetime
) -> None:
    company(today)
    page = hr.get("/hr/churn").text
    assert "The staff file is loaded." in page
    assert "A wave has been released." in page


def test_given_a_study_when_hr_looks_then_both_charts_stand_with_their_words(
    hr: FlaskClient, today: datetime
) -> None:
    studied(today)
    page = hr.get("/hr/churn").text
    assert 'data-chart="figure-timeline"' in page
    assert 'data-chart="figure-teams"' in page
    assert "This describes what followed, not what caused it." in page
    assert "per 100 person-years" in page
    assert "day notice was given" in page
    assert "A group with fewer than 5 voluntary leavers or 10 person-years" in page
    assert "The 2 units left over are one diamond together." in page
    assert not BANNED.search(page)


def test_given_small_teams_when_hr_looks_then_no_plot_but_the_reason(
    hr: FlaskClient, today: datetime
) -> None:
    studied(today, (Team("A", 20, 1), Team("B", 20, 1)))
    page = hr.get("/hr/churn").text
    assert 'data-chart="figure-teams"' not in page
    assert "To compare groups, at least 3 need a released score" in page
    assert "No rate is shown beside sentiment in 1 of 1 window of 52 weeks" in page


def test_given_nobody_left_for_long_when_hr_looks_then_the_file_may_be_old(
    hr: FlaskClient, today: datetime
) -> None:
    studied(today, (Team("A", 20, 0), Team("B", 20, 0)))
    assert "load a newer staff file" in hr.get("/hr/churn").text


def test_given_a_study_when_downloading_then_the_file_is_what_is_drawn(
    hr: FlaskClient, today: datetime
) -> None:
    studied(today)
    response = hr.get("/hr/churn/teams.csv")
    assert response.mimetype == "text/csv"
    rows = list(csv.DictReader(response.text.splitlines()))
    together = "All other units together"
    assert [row["Group"] for row in rows] == ["Sales", together, "Support"]
    assert [row["Units"] for row in rows] == ["1", "2", "1"]
    assert [row["Favourable, %"] for row in rows] == ["75.0", "57.7", "40.0"]
    assert [row["Leavers"] for row in rows] == ["6", "8", "9"]
    lines = hr.get("/hr/churn/timeline.csv").text.splitlines()
    assert sum(line.startswith('"Favourable') for line in lines) == 3


@pytest.mark.parametrize("path", ["/hr/churn/none.csv", "/hr/churn/teams.csv"])
def test_given_no_such_chart_when_downloading_then_not_found(hr: FlaskClient, path: str) -> None:
    assert hr.get(path).status_code == 404


def test_given_nothing_to_study_when_refreshing_then_one_plain_line(
    runner: FlaskCliRunner,
) -> None:
    done = runner.invoke(args=["churn", "refresh"])
    assert done.exit_code == 1
    assert "nothing to study" in done.output


def test_given_a_release_when_refreshing_twice_then_one_study(
    runner: FlaskCliRunner, today: datetime
) -> None:
    company(today)
    first = runner.invoke(args=["churn", "refresh"])
    assert first.exit_code == 0
    assert runner.invoke(args=["churn", "refresh"]).output == first.output
