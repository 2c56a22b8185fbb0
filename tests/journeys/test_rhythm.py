"""HR gives a survey a rhythm on a phone, reads it in the calendar, and the worker does the rest."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from playwright.sync_api import Page, expect

from pulse import clock
from pulse.domain.permission import Role
from tests.support import rhythms, signed_in, staffed
from tests.support.browser import DESKTOP, PHONE, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PATIENCE = 60_000
WEEK = timedelta(days=7)


@pytest.fixture
def window(app: Flask, visit: Visitor) -> Callable[..., Page]:
    """Give a function that opens a page signed in as HR; the company has forty people."""
    staffed.company(40)
    rhythms.survey(clock.now(), "Spring pulse")
    token = signed_in.start(Role.HR, clock.now())

    def opened(width: int, *, javascript: bool = True) -> Page:
        page = visit(width, javascript=javascript)
        page.set_default_timeout(PATIENCE)
        signed_in.carry(page, app, token)
        return page

    return opened


def next_tuesday() -> date:
    """Give a Tuesday that is at least a week ahead."""
    today = clock.now().date()
    return today + WEEK + timedelta(days=(1 - today.weekday()) % 7)


def said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def fill(page: Page, start: date) -> None:
    page.get_by_label("How often").select_option("weeks")
    page.get_by_label("Weeks from one to the next").fill("2")
    page.get_by_label("First day").fill(start.isoformat())
    page.get_by_label("Time", exact=True).fill("09:00")
    page.get_by_label("Days to answer").fill("7")


def test_a_rhythm_from_the_form_to_its_first_wave_and_a_pause(
    window: Callable[..., Page], runner: FlaskCliRunner, axe: Callable[[Page], None]
) -> None:
    page, start = window(PHONE), next_tuesday()
    page.goto("/hr/surveys/1")
    fill(page, start)
    sentence = (
        f"Every second Tuesday at 09:00 in each person's own zone, open 7 days, from {start.day}"
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()
    expect(page.get_by_text(said(start + 2 * WEEK))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Start this rhythm").click()
    expect(page.get_by_text("The rhythm runs:")).to_be_visible()
    expect(page.locator("#rhythm .badge")).to_have_text("Running")

    page.get_by_role("link", name="calendar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Calendar")
    rows = page.locator("table.dates tbody tr")
    expect(rows).to_have_count(12)
    expect(rows.first).to_contain_text(said(start))
    expect(rows.first).to_contain_text("40")
    axe(page)

    at = datetime.combine(start, time(9)) - timedelta(days=3)
    ticked = runner.invoke(args=["fieldwork", "tick", "--at", at.isoformat()])
    assert "planned: done" in ticked.output
    page.goto("/hr/surveys/1")
    expect(page.get_by_role("link", name="Wave 1")).to_be_visible()

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("The rhythm is paused.")).to_be_visible()
    expect(page.get_by_role("link", name="Wave 1")).to_have_count(0)
    assert "0 steps" in runner.invoke(args=["fieldwork", "tick", "--at", at.isoformat()]).output
    page.goto("/hr/calendar")
    expect(page.get_by_text("Paused, and not counted here: Spring pulse.")).to_be_visible()


def test_only_the_fields_of_the_chosen_rule_are_there(window: Callable[..., Page]) -> None:
    """By style alone, so without a script as well; and the keyboard reaches all of it."""
    page = window(DESKTOP, javascript=False)
    page.goto("/hr/surveys/1")
    names = ("Weeks from one", "Which one in the month", "Weekday", "Day of the month", "Last day")
    shown = {
        "weekly": {"Weekday", "Last day"},
        "weeks": {"Weeks from one", "Weekday", "Last day"},
        "month_day": {"Day of the month", "Last day"},
        "month_weekday": {"Which one in the month", "Weekday", "Last day"},
        "quarter_day": {"Day of the month", "Last day"},
        "quarter_weekday": {"Which one in the month", "Weekday", "Last day"},
        "once": set(),
    }
    for rule, wanted in shown.items():
        page.get_by_label("How often").select_option(rule)
        assert {name for name in names if page.get_by_label(name).first.is_visible()} == wanted, (
            rule
        )


def test_the_refused_hour_is_said_beside_its_field_and_nothing_is_lost(
    window: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    page = window(PHONE)
    page.goto("/hr/surveys/1")
    fill(page, next_tuesday())
    page.get_by_label("Time", exact=True).fill("02:30")
    page.get_by_role("button", name="Start this rhythm").click()
    expect(page.get_by_role("alert")).to_contain_text("Between 02:00 and 03:00")
    expect(page.locator("#at-error")).to_contain_text("Choose another time")
    expect(page.get_by_label("Weeks from one to the next")).to_have_value("2")
    axe(page)
