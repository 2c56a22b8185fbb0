"""Every page, empty and filled, narrow and wide, light and dark: nothing that axe-core finds,
nothing wider than its window, one heading of the first rank, nothing asked of another host.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from pulse import clock
from pulse.domain.permission import Role
from tests.support import browser, databases, demo_mode, journey_company, server, signed_in, smtp
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.journey_company import Installation
from tests.support.journey_places import EMPTY, FILLED, NO_PAGES, Place

PATIENCE = 120_000
NARROWEST = 320
HEIGHT = 844


@contextmanager
def served(templates: databases.Templates, folder: Path) -> Iterator[tuple[Flask, str]]:
    """Serve a fresh installation in demo mode."""
    port = smtp.free_port()
    url = f"http://{smtp.HOST}:{port}"
    with demo_mode.installed(templates, folder, url) as app, server.running(app, smtp.HOST, port):
        yield app, url


class Round:
    """A walk through places as everybody who may see them, one window for each."""

    def __init__(self, app: Flask, visitor: Visitor, installation: Installation) -> None:
        self.app = app
        self.visitor = visitor
        self.installation = installation
        self.pages: dict[Role | None, Page] = {}

    def visit(self, place: Place) -> list[str]:
        """Go there and give everything that is wrong with the page."""
        page = self._page_of(place.who)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        # Without this a change of the fragment alone would not load the page again.
        page.goto("about:blank")
        answer = page.goto(place.path.format_map(self.installation.names))
        assert answer is not None
        found = [] if answer.status == place.status else [f"answered {answer.status}"]
        if place.act:
            place.act(page)
        return [*found, *_wrong_with(page)]

    def _page_of(self, who: Role | None) -> Page:
        if who not in self.pages:
            page = self.visitor()
            page.set_default_timeout(PATIENCE)
            if who is not None:
                signed_in.carry(page, self.app, self.installation.tokens[who])
            self.pages[who] = page
        return self.pages[who]


def _wrong_with(page: Page) -> list[str]:
    headings = page.locator("h1").count()
    found = [] if headings == 1 else [f"{headings} headings of the first rank"]
    for width in (NARROWEST, PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if over := browser.overflow(page):
            found.append(f"{over} pixels too wide at {width}")
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        found += [f"{width} light: {line}" for line in browser.violations(page)]
        page.emulate_media(color_scheme="dark")
        dark = browser.violations(page, colours_only=True)
        found += [f"{width} dark: {line}" for line in dark]
    return found


def _walk(walk: Round, places: tuple[Place, ...], subtests: pytest.Subtests) -> None:
    for place in places:
        with subtests.test(path=place.path, step=place.step):
            assert walk.visit(place) == []
    assert walk.visitor.problems == []


@pytest.mark.slow
def test_every_page_of_an_empty_installation(
    chromium: Browser, templates: databases.Templates, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    with served(templates, tmp_path) as (app, url):
        walk = Round(app, Visitor(chromium, url), journey_company.empty(clock.now()))
        _walk(walk, EMPTY, subtests)
        walk.visitor.close()


@pytest.mark.slow
def test_every_page_of_a_year_with_pulse(
    chromium: Browser, templates: databases.Templates, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    with served(templates, tmp_path) as (app, url):
        walk = Round(app, Visitor(chromium, url), journey_company.filled(app, clock.now()))
        _walk(walk, FILLED, subtests)
        walk.visitor.close()


def test_every_page_has_its_place(templates: databases.Templates, tmp_path: Path) -> None:
    """A new page fails here until it stands in the list, filled or, with its reason, left out."""
    with served(templates, tmp_path) as (app, _):
        readable = {
            rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
        }
    assert {place.endpoint for place in FILLED} | set(NO_PAGES) == readable
    assert not {place.endpoint for place in FILLED} & set(NO_PAGES)
