"""HR at the heatmap, with a mouse and with the keyboard alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from pulse import clock
from pulse.domain.permission import Role
from tests.support import signed_in
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.released import manifest, papers, released, survey

MONTH = timedelta(days=30)
PATIENCE = 30_000


@pytest.fixture
def open_page(app: Flask, visit: Visitor, now: datetime) -> Callable[[int, str], Page]:
    """Give a function that opens HR's page in a window so wide, in a colour scheme."""
    survey_id = survey(now)
    for at in range(2):
        ballots = [
            *papers("care/north", 12, 5 - at),
            *papers("care/south", 9, 4),
            *papers("shops", 20, 2),
            *papers("office", 3, 5),
        ]
        released(manifest(survey_id, now + at * MONTH), ballots, now)
    token = signed_in.start(Role.HR, clock.now())

    def opened(width: int, scheme: str) -> Page:
        page = visit(width, scheme=scheme)
        page.set_default_timeout(PATIENCE)
        signed_in.carry(page, app, token)
        page.goto("/hr/results?level=all")
        page.locator("#chart-heatmap[data-drawn]").wait_for()
        return page

    return opened


def groups(page: Page) -> list[str]:
    return page.locator("#heat-table tbody th").all_inner_texts()


def test_a_click_on_a_cell_shows_its_trend(open_page: Callable[[int, str], Page]) -> None:
    page = open_page(DESKTOP, "light")
    assert page.locator("#chart-heatmap .annotation").count() == 2
    # The second row of the picture is Care, its second column the tools.
    picture = page.locator("#chart-heatmap .nsewdrag").first
    box = picture.bounding_box()
    assert box is not None
    rows = page.locator("#heat-table tbody tr").count()
    picture.click(position={"x": box["width"] * 1.5 / 4, "y": box["height"] * 1.5 / rows})
    page.wait_for_url("**trend=organisation:care&**#trend")
    assert "measure=tools" in page.url
    assert "level=all" in page.url
    page.locator("#chart-trend[data-drawn]").wait_for()
    assert "Tools that work over the waves, Care" in page.locator("#trend").inner_text()
    assert (
        page.locator("#heat-table [aria-current]").inner_text()
        == page.locator('#heat-table [data-cell="1-1"]').inner_text()
    )


def test_the_keyboard_alone_sorts_filters_and_reads_a_trend(
    open_page: Callable[[int, str], Page], axe: Callable[[Page], None]
) -> None:
    page = open_page(PHONE, "dark")
    page.locator("#heat-table thead a", has_text="eNPS").press("Enter")
    page.locator("#heat-table th[aria-sort=ascending]").wait_for()
    assert groups(page)[-2:] == ["Shops", "Office"]
    axe(page)
    page.get_by_label("Name contains").fill("care")
    page.get_by_label("Name contains").press("Enter")
    page.wait_for_url("**part=care**")
    assert set(groups(page)) == {"Acme", "Care", "Care north", "Care south"}
    page.locator('#heat-table [data-cell="1-0"] a').press("Enter")
    page.wait_for_url("**#trend")
    page.locator("#chart-trend[data-drawn]").wait_for()
    assert page.locator("#trend summary").is_visible()
    axe(page)
