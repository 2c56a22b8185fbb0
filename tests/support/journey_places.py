"""Every page of Pulse in the states that look different, as a list of places to visit.

A place's path is filled in with the names of `journey_company.Installation`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

from pulse.domain.permission import Role
from tests.support import agreed

Act = Callable[[Page], None]
OK = 200


@dataclass(frozen=True)
class Place:
    """One page in one state: who visits it, where, and what they do there first."""

    endpoint: str
    path: str
    who: Role | None = None
    act: Act | None = None
    status: int = OK

    @property
    def step(self) -> str:
        """Name what the visitor does, for the report of a failure."""
        return getattr(self.act, "__name__", "")


def press(name: str) -> Act:
    """Press a button, which opens the page to look at."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()
        page.wait_for_load_state("load")

    act.__name__ = f"press {name}"
    return act


def unfold(page: Page) -> None:
    """Open everything that can be opened on the page, the menu too."""
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")


def wrong_code(page: Page) -> None:
    page.get_by_label("Short code").fill("AAAA BBBB CCCC")
    press("Go to the questions")(page)


def ask_for_link(page: Page) -> None:
    page.get_by_label("Work e-mail address").fill("nobody@pulse.test")
    press("Mail me a link")(page)


def choose_result(page: Page) -> None:
    page.locator(".log-list a").first.click()
    page.get_by_role("heading", name="Answer this result").wait_for()


def post_nothing(page: Page) -> None:
    choose_result(page)
    press("Post it for everybody")(page)


def drawn(page: Page) -> None:
    """Wait for the charts, and open the tables below them."""
    for chart in page.locator("[data-chart]").all():
        chart.and_(page.locator("[data-drawn]")).wait_for()
    unfold(page)


def find_somebody(page: Page) -> None:
    page.get_by_label("Name, staff number or unit").fill("a e")
    press("Find")(page)


def confirm_new_slip(page: Page) -> None:
    find_somebody(page)
    page.get_by_role("link", name="New slip for").first.click()
    page.get_by_role("button", name="Make the new slip").wait_for()


def make_new_slip(page: Page) -> None:
    confirm_new_slip(page)
    press("Make the new slip")(page)


def add_channel(page: Page) -> None:
    """Add a chat that nobody has, and look at its page; nothing is sent to it."""
    page.get_by_label("Name").fill("All staff")
    page.get_by_label("Address").fill("https://hooks.example.com/services/T0")
    press("Add it")(page)
    page.get_by_role("button", name="Send a test").click()
    unfold(page)


def add_program(page: Page) -> None:
    page.get_by_label("A program of your own").check()
    page.get_by_label("Name").fill("Intranet")
    page.get_by_label("Address").fill("https://intranet.example.com/in")
    press("Add it")(page)


def kiosk_code(page: Page) -> None:
    page.get_by_label("Short code").fill("AAAA BBBB CCCC")
    press("Go to the questions")(page)
    page.locator("#code-error").wait_for()


def preview_rhythm(page: Page) -> None:
    unfold(page)
    page.get_by_label("How often").select_option("month_weekday")
    page.get_by_label("Days to answer").fill("60")
    press("Preview")(page)


def refused_rhythm(page: Page) -> None:
    unfold(page)
    page.get_by_label("Time", exact=True).fill("02:30")
    page.get_by_label("Days to answer").fill("0")
    press("Start this rhythm")(page)


def upload_without_consent(page: Page) -> None:
    _upload(page, f"{agreed.text()}3,no,Bar,no\n")
    unfold(page)


def upload_consented(page: Page) -> None:
    """Nobody works on it, so the page goes on waiting."""
    _upload(page, agreed.text())
    page.locator("progress").wait_for()


def _upload(page: Page, text: str) -> None:
    file = FilePayload(name="agreed.csv", mimeType="text/csv", buffer=text.encode())
    page.locator("input[type=file]").set_input_files(file)
    press("Upload and count it")(page)


HR, LEADER, ADMIN, EMPLOYEE = Role.HR, Role.LEADER, Role.ADMIN, Role.EMPLOYEE

EMPTY = (
    Place("home.home", "/"),
    Place("promise.promise", "/promise"),
    Place("accounts.sign_in", "/sign-in"),
    Place("mailbox.index", "/mailbox"),
    Place("results.staff", "/results", LEADER),
    Place("actions.index", "/log", LEADER),
    Place("answering.new", "/log/new", LEADER),
    Place("accounts.account", "/account", LEADER),
    Place("people.index", "/hr/people", HR),
    Place("people.index", "/hr/people", HR, press("Upload and look at it")),
    Place("wave_mails.index", "/hr/mail", HR),
    Place("surveys.index", "/hr/surveys", HR),
    Place("surveys.new", "/hr/surveys/new", HR),
    Place("hooks.index", "/hr/channels", HR),
    Place("calendar.page", "/hr/calendar", HR),
    Place("control_room.page", "/hr/fieldwork", HR),
    Place("results.hr", "/hr/results", HR),
    Place("churn.page", "/hr/churn", HR),
    Place("consented.page", "/hr/churn/consented", HR, unfold),
    Place("consented.page", "/hr/churn/consented", HR, press("Upload and count it")),
    Place("admin_accounts.index", "/admin/accounts", ADMIN),
    Place("admin_accounts.new", "/admin/accounts/new", ADMIN),
)

PUBLIC = (
    Place("home.home", "/"),
    Place("home.home", "/", act=wrong_code),
    Place("home.home", "/no-such-page", status=404),
    Place("promise.promise", "/promise"),
    Place("accounts.sign_in", "/sign-in"),
    Place("accounts.sign_in", "/sign-in", act=press("Sign in")),
    Place("accounts.sign_in", "/sign-in", act=press("Mail me a link")),
    Place("accounts.sign_in", "/sign-in", act=ask_for_link),
    Place("accounts.open_link", "{link}"),
    Place("accounts.open_link", "/sign-in/link/spent", status=410),
    Place("ballot.questionnaire", "/s/{open}", act=unfold),
    Place("ballot.questionnaire", "/s/{open}#t=secret&m=0"),
    Place("ballot.questionnaire", "/s/{open}", act=press("Send")),
    Place("ballot.questionnaire", "/s/{planned}"),
    Place("ballot.questionnaire", "/s/{released}"),
    Place("ballot.thanks", "/s/{open}/thanks"),
    Place("kiosk.start", "/kiosk"),
    Place("kiosk.start", "/kiosk", act=kiosk_code),
    Place("kiosk.thanks", "/kiosk/thanks"),
    Place("opting_out.show", "/o/{opt_out}"),
    Place("opting_out.show", "/o/{opt_out}", act=press("Send me no more mails")),
    Place("mailbox.index", "/mailbox"),
    Place("mailbox.index", "/mailbox?to=nobody-of-this-name"),
    Place("mailbox.letter", "/mailbox/{letter}"),
)

STAFF = (
    Place("results.staff", "/results", EMPLOYEE, unfold),
    Place("results.staff", "/results?group={hidden}", EMPLOYEE),
    Place("results.staff", "/results/{withheld}", EMPLOYEE),
    Place("actions.index", "/log", EMPLOYEE, unfold),
    Place("actions.index", "/log?state=declined", EMPLOYEE),
    Place("actions.index", "/log?state=overdue&group=none", EMPLOYEE),
    Place("actions.show", "/log/1", EMPLOYEE),
    Place("actions.show", "/log/2", EMPLOYEE),
    Place("accounts.account", "/account", EMPLOYEE),
    Place("people.index", "/hr/people", EMPLOYEE, status=403),
)

LEADERS = (
    Place("actions.index", "/log", LEADER),
    Place("actions.show", "/log/{mine}", LEADER),
    Place("answering.new", "/log/new", LEADER),
    Place("answering.new", "/log/new", LEADER, choose_result),
    Place("answering.new", "/log/new", LEADER, post_nothing),
    Place("answering.update", "/log/{mine}/update", LEADER),
    Place("accounts.account", "/account", LEADER, press("Change password")),
)

OF_HR = (
    Place("people.index", "/hr/people", HR, unfold),
    Place("people.columns", "/hr/people/import/{uploaded}/columns", HR),
    Place("people.columns", "/hr/people/import/{uploaded}/columns", HR, press("Check the file")),
    Place("people.show", "/hr/people/import/{checked}", HR, unfold),
    Place("people.show", "/hr/people/import/{applied}", HR, unfold),
    Place("people.show", "/hr/people/import/{failed}", HR),
    Place("people.show", "/hr/people/import/{running}", HR),
    Place("wave_mails.index", "/hr/mail", HR),
    Place("surveys.index", "/hr/surveys", HR),
    Place("surveys.new", "/hr/surveys/new?pack=retail", HR),
    Place("surveys.new", "/hr/surveys/new", HR, press("Compose the survey")),
    Place("surveys.show", "/hr/surveys/{survey}", HR, unfold),
    Place("surveys.show", "/hr/surveys/{survey}", HR, preview_rhythm),
    Place("surveys.show", "/hr/surveys/{survey}", HR, refused_rhythm),
    Place("calendar.page", "/hr/calendar", HR, unfold),
    Place("survey_languages.translate", "/hr/surveys/{survey}/languages/ar", HR),
    Place("waves.show", "/hr/waves/{planned}", HR, unfold),
    Place("waves.show", "/hr/waves/{missed}", HR, unfold),
    Place("waves.show", "/hr/waves/{open}", HR, unfold),
    Place("waves.show", "/hr/waves/{closed}", HR),
    Place("waves.show", "/hr/waves/{released}", HR),
    Place("hooks.new", "/hr/channels/new", HR, press("Add it")),
    Place("hooks.new", "/hr/channels/new", HR, add_program),
    Place("hooks.show", "/hr/channels/new", HR, add_channel),
    Place("hooks.show", "/hr/channels/{channel}", HR, press("Keep this")),
    Place("hooks.show", "/hr/channels/{channel}", HR, press("Make a new secret")),
    Place("hooks.index", "/hr/channels", HR),
    Place("poster.show", "/hr/waves/{open}/poster", HR),
    Place("poster.show", "/hr/waves/{closed}/poster", HR),
    Place("control_room.page", "/hr/fieldwork", HR, unfold),
    Place("slips.ask", "/hr/waves/{closed}/slips", HR),
    Place("slips.ask", "/hr/waves/{open}/slips", HR),
    Place("slips.ask", "/hr/waves/{open}/slips", HR, press("Make new slips")),
    Place("slips.search", "/hr/waves/{closed}/slips/new", HR),
    Place("slips.search", "/hr/waves/{open}/slips/new", HR, find_somebody),
    Place("slips.search", "/hr/waves/{open}/slips/new?q=nobody-of-this-name", HR),
    Place("slips.confirm", "/hr/waves/{open}/slips/new", HR, confirm_new_slip),
    Place("slips.confirm", "/hr/waves/{open}/slips/new", HR, make_new_slip),
    Place("results.hr", "/hr/results", HR, drawn),
    Place("results.hr", "/hr/results?group={hidden}", HR, drawn),
    Place("results.hr", "/hr/results?level=all&sort=enps&order=desc&driver=enps", HR, drawn),
    Place("results.hr", "/hr/results?part=nobody-of-this-name&trend={hidden}", HR, drawn),
    Place("results.hr", "/hr/results/{withheld}", HR),
    Place("churn.page", "/hr/churn", HR, drawn),
    Place("consented.page", "/hr/churn/consented", HR, drawn),
    Place("consented.page", "/hr/churn/consented", HR, upload_without_consent),
    Place("consented.page", "/hr/churn/consented", HR, upload_consented),
    Place("accounts.account", "/account", HR),
)

OF_ADMIN = (
    Place("admin_accounts.index", "/admin/accounts", ADMIN),
    Place("admin_accounts.new", "/admin/accounts/new", ADMIN, press("Create the account")),
    Place("admin_accounts.show", "/admin/accounts/{leader_account}", ADMIN),
    Place("admin_accounts.show", "/admin/accounts/{hr_account}", ADMIN, press("Set this password")),
)

FILLED = (*PUBLIC, *STAFF, *LEADERS, *OF_HR, *OF_ADMIN)

# What can be read by GET and is no page.
NO_PAGES = {
    "api.cells": "records for programs",
    "api.groups": "records for programs",
    "api.listing": "records for programs",
    "api.one": "records for programs",
    "ballot.manifest": "bytes to be hashed, not a page",
    "chart_files.script": "the library that draws charts",
    "chart_files.style": "the styles of that library",
    "churn.download": "a table as a file",
    "consented.download": "a table as a file",
    "health.alive": "a word for programs",
    "health.metrics": "figures for programs",
    "health.ready": "words for programs",
    "mailbox.html": "the body of a mail in its frame, not part of Pulse's pages",
    "people.problems": "a list as a file",
    "release_files.hr": "tables as files",
    "release_files.staff": "tables as files",
    "script.ballot": "the script of the questions",
    "static": "styles, scripts and pictures",
}
