"""What the people of the great journey do at their browsers, step by step."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

from flask.testing import FlaskCliRunner
from playwright.sync_api import Page, expect

from tests.factories import StaffFile

PASSWORD = "a harbour with forty boats"
GUESSED = {
    "Employee number": "EmpID",
    "Full name": "Employee_Name",
    "Hired on": "DateofHire",
}
MANAGER = re.compile("^Employee number of the manager")
REPORTED = ("Sex", "State")


@dataclass(frozen=True)
class Terminal:
    """The command line of the same installation."""

    runner: FlaskCliRunner

    def run(self, *words: str, **environment: str) -> str:
        done = self.runner.invoke(args=list(words), env=environment)
        assert done.exit_code == 0, done.output
        return done.output

    def account(self, role: str, name: str, *more: str) -> str:
        """Create an account and give its address."""
        address = f"{role}@acme.example"
        words = ("accounts", "create", "--role", role, "--name", name, *more, address)
        self.run(*words, PULSE_NEW_PASSWORD=PASSWORD)
        return address


def sign_in(page: Page, address: str) -> None:
    page.get_by_label("E-mail address", exact=True).fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def upload(page: Page, file: StaffFile) -> None:
    """Upload a staff file, settle what its columns mean, and look at the check."""
    page.goto("/hr/people")
    page.get_by_label(re.compile("^Staff file")).set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": file.text.encode()}
    )
    page.get_by_role("button", name="Upload and look at it").click()
    for fact, column in GUESSED.items():
        expect(page.get_by_label(re.compile(f"^{fact}( \\(|$)"))).to_have_value(column)
    # The managers of this file are numbered in an id space of their own.
    page.get_by_label(MANAGER).select_option("Not in this file")
    for column in REPORTED:
        page.get_by_label(f"Keep {column}").check()
        page.get_by_label(f"{column} may be reported").check()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Apply").wait_for()


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The file is applied")


def expect_counts(page: Page, **counts: int) -> None:
    """See how many rows are what, in the words of the page: new, changed, unchanged …"""
    for words, count in counts.items():
        card = page.locator(".count-grid .stat").filter(has=page.get_by_text(words, exact=True))
        expect(card.locator(".stat-figure")).to_have_text(str(count))


def compose(page: Page, title: str) -> tuple[str, ...]:
    """Compose a survey from a pack, and give the codes of its questions."""
    page.goto("/hr/surveys")
    page.get_by_role("link", name="Compose the first survey").click()
    page.get_by_role("link", name="Core 10").click()
    page.get_by_role("textbox", name="Title").fill(title)
    for attribute in REPORTED:
        page.get_by_role("group", name="Divide results by").get_by_label(attribute).check()
    page.get_by_role("button", name="Compose the survey").click()
    expect(page.get_by_text("The survey is composed")).to_be_visible()
    return tuple(page.locator(".question-list code").all_inner_texts())


def print_slips(page: Page) -> dict[str, str]:
    """Print everybody's slip and give the codes by name."""
    page.get_by_role("link", name="Print slips").click()
    page.get_by_role("button", name="Make new slips").click()
    page.locator(".slip").first.wait_for()
    names = page.locator(".slip strong").all_inner_texts()
    codes = page.locator(".slip-code").all_inner_texts()
    return dict(zip(names, codes, strict=True))


def go_with_code(page: Page, code: str) -> None:
    """Type the code of a slip on the first page."""
    page.goto("/")
    page.get_by_label("Short code").fill(code.lower())
    page.get_by_role("button", name="Go to the questions").click()


def answer(page: Page, words: str = "") -> None:
    """Choose an answer to each question, the third or else the first, and press Send."""
    for card in page.locator("fieldset.question").all():
        labels = card.locator("label")
        if labels.count():
            labels.nth(min(3, labels.count() - 1)).click()
        else:
            card.get_by_label("Your words").fill(words)
    page.get_by_role("button", name="Send").click()


def expect_thanks(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    expect(page.get_by_role("link", name="action log").first).to_be_visible()
    expect(page.get_by_text("The results are published")).to_be_visible()


def rows_to_play(numbers: Sequence[str], codes: Sequence[str], chance: Random) -> str:
    """Give the answers of many people as a file: everything from the worst to the best."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("employee", *codes))
    for number in numbers:
        writer.writerow((number, *(_point(code, chance) for code in codes)))
    return out.getvalue()


def _point(code: str, chance: Random) -> str:
    if code.endswith("_open"):
        return chance.choice(("", "More people on the early shift."))
    if code == "enps":
        return str(chance.randrange(11))
    return str(chance.choice((1, 2, 3, 4, 4, 5)))


def mail_to(maildir: Path, address: str, subject: str) -> str:
    """Give the text of the one mail to an address that has these words in its subject."""
    found = []
    for path in (maildir / "new").iterdir():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if str(message["To"]) == address and subject in str(message["Subject"]):
            body = message.get_body(("plain",))
            assert body is not None
            found.append(str(body.get_content()))
    assert len(found) == 1, found
    return found[0]


def link_in(text: str) -> str:
    """Give the first address in a mail."""
    found = re.search(r"https?://\S+", text)
    assert found, text
    return found[0]
