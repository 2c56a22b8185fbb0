"""What a respondent does in Chromium, step by step: start, answer, send, and lose a reply."""

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.support import ballot_page
from tests.support.ballot_page import FULL, SEND, START, Answers
from tests.support.invited_wave import Invited


def start(page: Page, asked: Invited, person: int = 0) -> None:
    page.goto(ballot_page.path(asked, person))
    page.locator(START).click()
    expect(page.locator(SEND)).to_be_visible()


def answer(page: Page, answers: Answers = FULL) -> None:
    for option in ballot_page.options(answers):
        page.locator(option).click()
    page.locator(ballot_page.WORDS).fill(answers.words)


def send(page: Page) -> None:
    page.locator(SEND).click()


def expect_sent(page: Page, asked: Invited) -> None:
    page.wait_for_url(f"**/s/{asked.wave}/thanks")


def expect_said(page: Page, name: str) -> None:
    expect(page.locator(f"#say-{name}")).to_be_visible()
    expect(page.locator(f"#say-{name}")).to_be_focused()


def lose_the_reply(context: BrowserContext, address: str) -> list[str | None]:
    """Let the first request reach the server, and its reply nobody. Gives what was sent."""
    sent: list[str | None] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data_buffer and route.request.post_data_buffer.hex())
        if len(sent) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    context.route(address, lose)
    return sent


def another_tab(page: Page) -> Page:
    """Open a tab beside this one: what the device keeps is shared, what a tab keeps is not."""
    tab = page.context.new_page()
    tab.set_default_timeout(15_000)
    return tab
