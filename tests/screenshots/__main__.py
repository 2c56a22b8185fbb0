"""`make screenshots`: makes the demo company in a folder of its own and takes the pictures."""

import json
import re
import tempfile
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page

from tests.bench import serving
from tests.bench.load import HOST
from tests.support.browser import DESKTOP, Visitor, chromium
from tests.support.tree import ROOT

PICTURES = ROOT / "docs" / "screenshots"
FLASK = str(ROOT / ".venv" / "bin" / "flask")
AS_HR = {
    "results": "/results",
    "hr-results": "/hr/results",
    "churn": "/hr/churn",
    "log": "/log",
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="pulse-pictures-") as folder:
        variables = {
            "PULSE_MODE": "demo",
            "PULSE_INSTANCE": folder,
            "PULSE_COMPANY": "Harbour and Vale",
        }
        serving.measured([FLASK, "database", "upgrade"], variables)
        serving.measured([FLASK, "demo"], variables)
        serving.measured([FLASK, "fieldwork", "tick"], variables)
        with (
            serving.granian("pulse.app:create_app", variables) as port,
            chromium() as browser,
            closing(Visitor(browser, f"http://{HOST}:{port}")) as visit,
        ):
            take(visit, Path(folder))


def take(visit: Visitor, instance: Path) -> None:
    page = visit(DESKTOP)
    sign_in(page, instance)
    for name, path in AS_HR.items():
        picture(page, name, path)
    picture(visit(DESKTOP, scheme="dark"), "home-dark", "/")
    phone = visit()
    wave = re.search(r"/s/(\d+)", open_wave(phone))
    if wave is None:
        raise RuntimeError("the demo has no open wave")
    picture(phone, "survey-phone", wave.group(0))


def sign_in(page: Page, instance: Path) -> None:
    known = json.loads((instance / "demo-sign-ins.json").read_text())
    hr = next(item for item in known if item["role"] == "hr")
    page.goto("/sign-in")
    page.locator("input[name$=email][autocomplete=username]").fill(hr["email"])
    page.locator("input[type=password]").fill(hr["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")


def open_wave(page: Page) -> str:
    """Find the open wave by its address in a letter of the mailbox page."""
    page.goto("/mailbox")
    page.locator("main table a, main li a").first.click()
    page.wait_for_load_state("networkidle")
    return page.content()


def picture(page: Page, name: str, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


if __name__ == "__main__":
    main()
