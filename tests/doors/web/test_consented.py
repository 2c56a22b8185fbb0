"""HR uploads a consented file, the worker counts it, HR reads the result and deletes it."""

import csv
import json
import re
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from pulse import clock, fieldwork
from pulse.db import db
from pulse.domain import survival
from pulse.domain.permission import Role
from pulse.web.charts import survival as charts
from tests.support import agreed, signing_in
from tests.support.agreed import Crowd
from tests.support.signing_in import Person

PAGE = "/hr/churn/consented"
FILE = f"{PAGE}/survival.csv"
BANNED = re.compile(r"\b(predict\w*|drives|causes|impact\w*|flight risk)\b", re.IGNORECASE)
FIGURE = re.compile(r'id="figure-survival">(.*?)</script>', re.DOTALL)


@pytest.fixture
def today() -> datetime:
    """The real moment: the door asks for it."""
    return clock.now()


@pytest.fixture
def hr(app: Flask) -> Person:
    return signing_in.sign_in(app.test_client(), Role.HR)


def upload(person: Person, text: str, form_on: str = PAGE) -> TestResponse:
    file = BytesIO(text.encode()), "agreed.csv"
    return person.post(PAGE, data={"file": file}, form_on=form_on)


def counted(hr: Person, text: str, now: datetime) -> str:
    assert upload(hr, text).status_code == 302
    fieldwork.run_jobs(now)
    return hr.get(PAGE).text


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_given_another_role_when_asking_then_refused(app: Flask, role: Role) -> None:
    person = signing_in.sign_in(app.test_client(), role)
    assert person.get(PAGE).status_code == 403
    assert person.get(FILE).status_code == 403
    assert upload(person, agreed.text(), form_on="/account").status_code == 403
    assert person.post(f"{PAGE}/delete", form_on="/account").status_code == 403


def test_given_nothing_when_hr_looks_then_it_says_what_the_page_does(hr: Person) -> None:
    page = hr.get(PAGE).text
    assert "uploaded apart, never joined to answers of surveys" in page
    assert "the file itself is deleted after counting" in page
    assert "data-chart" not in page
    assert hr.get(FILE).status_code == 404


def test_given_a_file_when_uploaded_then_hr_waits_and_then_reads(
    hr: Person, today: datetime
) -> None:
    assert upload(hr, agreed.text()).location == PAGE
    waiting = hr.get(PAGE).text
    assert 'id="done" class="progress"' in waiting
    assert "data-chart" not in waiting
    assert hr.get(FILE).status_code == 404
    fieldwork.run_jobs(today)
    page = hr.get(PAGE).text
    assert 'id="done"' not in page
    assert 'data-chart="figure-survival"' in page
    assert "group: Kitchen beside Bar" in page
    assert "from 120 people of whom 42 left" in page
    assert not BANNED.search(page)


def test_given_a_result_when_reading_then_one_sentence_says_what_was_lost(
    hr: Person, today: datetime
) -> None:
    page = counted(hr, agreed.text(), today)
    sentence = charts.reading(survival.study(agreed.file()).curves)
    assert re.match(
        r"Within 12 months 20\.0 % \(95 % interval 11\.9 to 32\.5 %\) of “Bar” and 40\.0 %"
        r" \(95 % interval 28\.9 to 53\.5 %\) of “Kitchen” left\. This describes",
        sentence,
    )
    assert sentence in page


def test_given_a_result_when_downloading_then_the_file_is_what_is_drawn(
    hr: Person, today: datetime
) -> None:
    page = counted(hr, agreed.text(), today)
    answer = hr.get(FILE)
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(answer.text.splitlines()))
    drawn = [line for line in json.loads(FIGURE.search(page)[1])["data"] if "hovertext" in line]
    points = [
        (str(month), f"{share:.1f}")
        for line in drawn
        for month, share in zip(line["x"], line["y"], strict=True)
    ]
    assert [(row["Month"], row["Still there, %"]) for row in rows] == points
    assert {row["Month"] for row in rows} == {str(month) for month in range(21)}
    assert rows[0] == {
        "Group": "Bar",
        "Month": "0",
        "Still there, %": "100.0",
        "Low": "",
        "High": "",
        "Under observation": "60",
    }


def test_given_a_small_group_when_drawn_then_it_is_left_out_and_that_is_said(
    hr: Person, today: datetime
) -> None:
    page = counted(hr, agreed.text((*agreed.CROWDS, Crowd("Laboratory", 29, 9))), today)
    assert "1 group with fewer than 30 rows or 5 leavers is not drawn" in page
    assert "Laboratory" not in page
    assert "Laboratory" not in hr.get(FILE).text


def test_given_few_leavers_when_compared_then_curves_stand_and_ratios_are_refused(
    hr: Person, today: datetime
) -> None:
    page = counted(hr, agreed.text((Crowd("Bar", 30, 5), Crowd("Kitchen", 30, 4 + 5))), today)
    assert 'data-chart="figure-survival"' in page
    assert "group: Kitchen beside Bar" in page
    short = counted(hr, agreed.text((Crowd("Bar", 40, 5),)), today)
    assert "there is nothing to compare" in short
    three = (Crowd("Bar", 30, 6), Crowd("Kitchen", 30, 6), Crowd("Shop", 30, 7))
    refused = counted(hr, agreed.text(three), today)
    assert "This analysis needs more leavers. To compare 2 numbers at once takes 20" in refused
    assert 'data-chart="figure-survival"' in refused


def test_given_a_row_without_consent_when_uploaded_then_nothing_is_kept(
    hr: Person, today: datetime
) -> None:
    answer = upload(hr, f"{agreed.text()}3,no,Bar,no\n4,maybe,Bar,yes\n")
    assert answer.status_code == 400
    assert "<li>This analysis needs consent recorded for every row.</li>" in answer.text
    assert "<li>line 122, consent: “no” is no consent.</li>" in answer.text
    assert "<li>line 123, left: “maybe” is neither yes nor no.</li>" in answer.text
    assert fieldwork.run_jobs(today) == 0
    assert "data-chart" not in hr.get(PAGE).text


@pytest.mark.parametrize(
    ("crowd", "status"),
    [
        (Crowd("Bar", 30, 5), 302),
        (Crowd("Bar", 29, 5), 400),
        (Crowd("Bar", 30, 4), 400),
    ],
)
def test_given_groups_at_the_edge_when_uploaded_then_taken_or_refused(
    hr: Person, crowd: Crowd, status: int
) -> None:
    answer = upload(hr, agreed.text((crowd,)))
    assert answer.status_code == status
    assert ("This analysis needs more leavers." in answer.text) is (status == 400)


def test_given_no_file_when_uploaded_then_it_says_so(hr: Person) -> None:
    answer = hr.post(PAGE, form_on=PAGE)
    assert answer.status_code == 400
    assert "Please choose a file." in answer.text


def test_given_names_that_are_markup_or_formulas_when_shown_then_they_are_harmless(
    hr: Person, today: datetime
) -> None:
    page = counted(hr, agreed.text((Crowd("<a href=x>Bar", 40, 9), Crowd("=1+1", 40, 9))), today)
    assert "<a href=x>" not in page
    assert "'=1+1,0,100.0" in hr.get(FILE).text


@pytest.mark.parametrize("waits", [True, False])
def test_given_a_file_or_a_result_when_deleted_then_it_is_gone(
    hr: Person, today: datetime, waits: bool
) -> None:
    upload(hr, agreed.text())
    if not waits:
        fieldwork.run_jobs(today)
    assert hr.post(f"{PAGE}/delete", form_on=PAGE).location == PAGE
    page = hr.get(PAGE).text
    assert "nothing of the file or its result is kept" in page
    assert "data-chart" not in page
    assert hr.get(FILE).status_code == 404
    assert fieldwork.run_jobs(today) == 0
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM consented_study")
        assert found.scalar() == 0


def test_given_a_file_without_result_when_counted_then_it_says_why(
    hr: Person, today: datetime
) -> None:
    rows = [f"{at + 1},yes,Bar,yes,{at}" for at in range(40)]
    page = counted(hr, "\n".join([f"{agreed.HEADER},entry", *rows]), today)
    assert "The last file gave no result, and is deleted." in page
    assert "Too few people are under observation at the same time." in page
