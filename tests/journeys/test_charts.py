from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from pulse import clock, studying
from pulse.churn import study
from pulse.db import transaction
from pulse.domain.permission import Role
from tests.support import panels, signed_in
from tests.support.browser import Visitor
from tests.support.turnover import release, staff, survey

DRAWN = ".chart-box[data-drawn]"
# Five megabytes of script take their time on a busy machine.
PATIENCE = 90_000


@pytest.fixture
def token(app: Flask) -> str:
    """HR of a company with a study of one wave."""
    now = clock.now()
    with transaction() as session:
        staff(session, now)
        release(session, survey(session, now), now)
    studying.make(now)
    return signed_in.start(Role.HR, now)


def opened_for(app: Flask, token: str, page: Page) -> Page:
    """Sign the page in and be patient with it."""
    page.set_default_timeout(PATIENCE)
    signed_in.carry(page, app, token)
    return page


@pytest.fixture(params=[(390, "dark"), (1280, "light")], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, app: Flask, token: str, visit: Visitor) -> Page:
    width, scheme = request.param
    return opened_for(app, token, visit(width, scheme=scheme))


def test_charts_draw_under_the_policy_and_are_accessible(
    page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto("/hr/churn")
    page.wait_for_selector(f"#chart-timeline{DRAWN}")
    page.wait_for_selector(f"#chart-teams{DRAWN}")
    assert page.locator("#chart-timeline .main-svg").first.is_visible()
    assert page.locator("#chart-teams .scatterlayer .point").count() == 3
    page.locator("#chart-teams .scatterlayer .point").first.hover(force=True)
    page.locator("#chart-teams .hovertext").first.wait_for()
    page.locator("#chart-teams summary").click()
    axe(page)


def test_a_chart_follows_the_theme_of_the_page(app: Flask, token: str, visit: Visitor) -> None:
    page = opened_for(app, token, visit(1280))
    page.goto("/hr/churn")
    page.wait_for_selector(f"#chart-timeline{DRAWN}")
    light = colour_of_the_line(page)
    page.emulate_media(color_scheme="dark")
    page.locator(f'{LINE}[style*="{light}"]').first.wait_for(state="detached")
    assert colour_of_the_line(page) != light


def test_without_scripts_the_table_says_everything(app: Flask, token: str, visit: Visitor) -> None:
    page = opened_for(app, token, visit(javascript=False))
    page.goto("/hr/churn")
    page.locator("#chart-teams summary").click()
    assert page.locator("#chart-teams tbody tr").count() == 3


LINE = "#chart-timeline .scatterlayer .point"


def colour_of_the_line(page: Page) -> str:
    return str(page.evaluate(f"document.querySelector('{LINE}').style.fill"))


ALL = ("own-level", "forest", "delays", "timeline", "what-if", "teams", "funnel")


@pytest.fixture
def studied(app: Flask) -> str:
    """HR of a company with enough of everything for every chart."""
    now = clock.now()
    with transaction() as session:
        study.keep(session, study.found(panels.drawn(1, -0.3), known=False), now)
    return signed_in.start(Role.HR, now)


@pytest.fixture(params=[(390, "dark"), (1280, "light")], ids=["phone", "desktop"])
def study_page(request: pytest.FixtureRequest, app: Flask, studied: str, visit: Visitor) -> Page:
    width, scheme = request.param
    page = opened_for(app, studied, visit(width, scheme=scheme))
    page.goto("/hr/churn")
    return page


def test_every_chart_of_the_study_is_drawn_named_and_accessible(
    study_page: Page, axe: Callable[[Page], None]
) -> None:
    page = study_page
    for key in ALL:
        page.wait_for_selector(f"#chart-{key}{DRAWN}")
        assert page.locator(f"#chart-{key} .chart").get_attribute("aria-label")
        assert inside(page, f"#chart-{key} .main-svg text") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


def test_a_chart_is_reached_and_its_table_opened_by_keyboard(
    app: Flask, studied: str, visit: Visitor
) -> None:
    page = opened_for(app, studied, visit(390))
    page.goto("/hr/churn")
    page.locator('a[href="#chart-forest"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('figure').id") == "chart-forest"
    page.keyboard.press("Enter")
    assert page.locator("#chart-forest tbody tr").count() == 3
    assert page.locator("#chart-forest tbody tr").first.is_visible()


def inside(page: Page, selector: str) -> list[str]:
    """Give the texts of a chart that stick out of it."""
    found: list[str] = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(text => {
            const box = text.getBoundingClientRect();
            const around = text.closest('.chart').getBoundingClientRect();
            return box.width && (box.left < around.left - 1 || box.right > around.right + 1);
        }).map(text => text.textContent)""",
        selector,
    )
    return found
