"""The main job of Pulse, once from end to end, in a browser and on the command line.

HR loads its staff file and schedules a wave, people answer on a phone, the wave closes, a release
is published, HR sees turnover beside sentiment, a leader answers in public, everybody reads it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pulse import clock
from pulse.config import Settings
from pulse.domain.bands import band
from tests.factories import StaffFile, staff_file
from tests.support import journey
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.journey import Terminal

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PATIENCE = 90_000
USUAL_PATIENCE = 5_000
TITLE = "Autumn pulse"
HEARD = "The tools stop working when it is busy."
WILL_DO = "Replace the scanners of both shifts."
PLAYED = 150


@dataclass
class Story:
    """Where it happens, and what the steps hand on."""

    visit: Visitor
    terminal: Terminal
    maildir: Path
    file: StaffFile
    codes: tuple[str, ...] = ()

    def window(self, width: int, *, javascript: bool = True) -> Page:
        page = self.visit(width, javascript=javascript)
        page.set_default_timeout(PATIENCE)
        return page

    @property
    def addresses(self) -> dict[str, str]:
        """Name the few people who have an e-mail address: number to address."""
        numbers = list(self.file.employed("Sales").values())[:6]
        return {number: f"sales{place}@acme.example" for place, number in enumerate(numbers)}

    @property
    def mailed(self) -> tuple[str, str]:
        """Name two of their addresses: one answers, one signs in."""
        first, second, *_ = self.addresses.values()
        return first, second


@pytest.fixture
def story(app: Flask, settings: Settings, visit: Visitor) -> Story:
    today = clock.now().date()
    return Story(visit, Terminal(app.test_cli_runner()), settings.maildir, staff_file(today))


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Wait longer than usual for words to appear: the machine may be busy."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=USUAL_PATIENCE)


def test_one_pulse(story: Story, tmp_path: Path, axe: Callable[[Page], None]) -> None:
    hr = story.window(DESKTOP)
    load_staff(story, hr)
    schedule(story, hr)
    slips = invite(story, hr)
    answer_on_phones(story, slips, axe)
    play_the_rest(story, slips, tmp_path / "answers.csv")
    close_and_release(story, hr)
    read_results(hr)
    read_turnover(hr)
    answer_in_public(story)
    read_as_employee(story)


def load_staff(story: Story, page: Page) -> None:
    address = story.terminal.account("hr", "Hana Rahman")
    page.goto("/hr/people")
    journey.sign_in(page, address)
    expect(page.get_by_text("Nobody is known yet")).to_be_visible()
    people = len(story.file.rows)
    journey.upload(page, story.file)
    journey.expect_counts(page, new=people, changed=0, unchanged=0)
    journey.apply(page)
    newer = story.file.with_addresses(story.addresses)
    mailed = len(story.addresses)
    journey.upload(page, newer)
    journey.expect_counts(page, new=0, changed=mailed, unchanged=people - mailed)
    journey.apply(page)
    journey.upload(page, newer)
    expect(page.get_by_role("heading", level=1)).to_have_text("This file changes nothing")


def schedule(story: Story, page: Page) -> None:
    story.codes = journey.compose(page, TITLE)
    page.get_by_role("button", name="Plan the wave").click()
    expect(page.get_by_text("The wave is planned")).to_be_visible()
    expect(page.get_by_text("would be invited today")).to_be_visible()
    page.get_by_text("Open now").first.click()
    page.get_by_role("button", name="Open now").click()
    expect(page.get_by_text("The wave opens within seconds")).to_be_visible()
    assert f"{len(story.addresses)} mails sent" in story.terminal.run("fieldwork", "tick")
    invited = len(story.file.employed())
    expect(page.locator(".stat", has_text="people invited")).to_contain_text(str(invited))


def invite(story: Story, page: Page) -> dict[str, str]:
    """Print slips for those without an address, and give their codes."""
    slips = journey.print_slips(page)
    assert len(slips) == len(story.file.employed()) - len(story.addresses)
    return slips


def answer_on_phones(story: Story, slips: dict[str, str], axe: Callable[[Page], None]) -> None:
    codes = list(slips.values())
    phone, plain = story.window(PHONE), story.window(PHONE, javascript=False)
    for page, code in ((phone, codes[0]), (phone, codes[1]), (plain, codes[2]), (plain, codes[3])):
        journey.go_with_code(page, code)
        journey.answer(page, "Longer breaks.")
        journey.expect_thanks(page)
    journey.go_with_code(phone, codes[0])
    journey.answer(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("You have already taken part")
    axe(phone)
    answer_from_the_mail(story, phone)


def answer_from_the_mail(story: Story, page: Page) -> None:
    mail = journey.mail_to(story.maildir, story.mailed[0], TITLE)
    link = journey.link_in(mail)
    assert "#t=" in link
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_label("Your short code")).to_be_hidden()
    journey.answer(page)
    journey.expect_thanks(page)


def play_the_rest(story: Story, slips: dict[str, str], path: Path) -> None:
    """Let many more answer by the same path without a browser; the last quarter stays silent."""
    numbers = story.file.employed()
    waiting = [numbers[" ".join(name.split())] for name in list(slips)[4:]]
    chance = Random(2)
    chosen = chance.sample(waiting, PLAYED)
    path.write_text(journey.rows_to_play(chosen, story.codes, chance))
    assert f"{PLAYED} ballots dropped" in story.terminal.run("fieldwork", "play", "1", str(path))


def close_and_release(story: Story, page: Page) -> None:
    page.goto("/hr/waves/1")
    expect(page.get_by_text("nobody, HR included, sees")).to_be_visible()
    page.goto("/hr/results")
    expect(page.get_by_text("There are no results yet")).to_be_visible()
    later = clock.now() + timedelta(days=10)
    done = story.terminal.run("fieldwork", "tick", "--at", later.isoformat())
    assert "closed: done" in done
    assert "released: done" in done
    assert "0 steps" in story.terminal.run("fieldwork", "tick", "--at", later.isoformat())
    page.goto("/hr/waves/1")
    expect(page.get_by_text("Its ballots are destroyed")).to_be_visible()


def read_results(page: Page) -> None:
    page.goto("/hr/results")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text(f"{band(PLAYED + 5)} of ").first).to_be_visible()
    expect(page.get_by_text(f"The box held {PLAYED + 5} ballots.")).to_be_visible()
    page.locator("#chart-heatmap[data-drawn]").wait_for()
    table = page.locator("table.heat")
    row = table.get_by_role("row").filter(has=page.get_by_role("link", name="Production"))
    expect(row.locator("td").nth(1)).to_have_text(re.compile(r"^\d+$"))
    expect(page.get_by_text("More people on the early shift.").first).to_be_attached()
    for attribute in journey.REPORTED:
        expect(page.locator(f"optgroup[label={attribute}]")).to_be_attached()


def read_turnover(page: Page) -> None:
    page.goto("/hr/churn")
    timeline, teams = page.locator("#chart-timeline"), page.locator("#chart-teams")
    for panel in ("Favourable answers", "Left voluntarily"):
        expect(timeline.get_by_text(panel).first).to_be_visible()
    timeline.locator("summary").click()
    for kind in ("Favourable answers, %", "Voluntary separations per 100 person-years"):
        expect(timeline.get_by_role("row").filter(has_text=kind).first).to_be_visible()
    expect(timeline.get_by_text("leavers,").first).to_be_visible()
    teams.locator("summary").click()
    expect(teams.get_by_role("row").filter(has_text="Production")).to_be_visible()


def answer_in_public(story: Story) -> None:
    address = story.terminal.account("leader", "Omar Fofana", "--unit", "Production")
    page = story.window(DESKTOP)
    page.goto("/log")
    journey.sign_in(page, address)
    page.get_by_role("link", name="Answer a result").click()
    page.locator(".log-list a").first.click()
    page.get_by_label("What we heard").fill(HEARD)
    page.get_by_label("Where this stands").select_option("planned")
    page.get_by_label("What we will do").fill(WILL_DO)
    page.get_by_label("Who does it").fill("Omar Fofana")
    due = clock.now().date() + timedelta(days=60)
    page.get_by_label("By when").fill(due.isoformat())
    page.get_by_role("button", name="Post it for everybody").click()
    expect(page.get_by_text("Every employee can read it now")).to_be_visible()


def read_as_employee(story: Story) -> None:
    address = story.mailed[1]
    page = story.window(PHONE)
    page.goto("/results")
    page.get_by_label("Work e-mail address").fill(address)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    story.terminal.run("fieldwork", "tick")
    link = journey.link_in(journey.mail_to(story.maildir, address, "sign in"))
    page.goto(link)
    page.get_by_role("button", name="Sign in now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("Question by question")).to_be_visible()
    page.get_by_role("link", name="Read the action log").click()
    item = page.locator(".log-list > li")
    for words in (HEARD, WILL_DO, "Omar Fofana", "Planned"):
        expect(item.get_by_text(words).first).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
