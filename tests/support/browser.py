"""Debian's Chromium, driven by Playwright, and the accessibility checker axe-core."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

GET_IT = "apt-get install chromium"
PHONE = 390
DESKTOP = 1280
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_COLOURS = ["color-contrast", "link-in-text-block"]
# Without these Chromium asks its maker's hosts for updates at every start.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Find Chromium. PULSE_CHROMIUM names another one."""
    return os.environ.get("PULSE_CHROMIUM") or shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; as root it needs to run without its sandbox."""
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=arguments)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Opens pages as one kind of visitor and remembers what went wrong on them."""

    browser: Browser
    base_url: str
    problems: list[str] = field(default_factory=list)

    def __call__(
        self,
        width: int = PHONE,
        *,
        scheme: str = "light",
        javascript: bool = True,
        locale: str = "en-GB",
    ) -> Page:
        """Open a new private window with one empty page."""
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": 844},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            locale=locale,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._asked)
        return page

    def close(self) -> None:
        """Close every window that was opened."""
        for context in self.browser.contexts:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        """Note errors, such as a breach of the content security policy.

        A page that answers 4xx on purpose is reported by Chromium too; that is no error.
        """
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:")):
            self.problems.append(f"request to another host: {request.url}")


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """Give what axe-core finds wrong with the page as it stands, one line each.

    Between light and dark nothing differs but colours, so a second look may ask for these only.
    """
    # A click that leads to another page comes back before its stylesheet is there.
    page.wait_for_load_state("load")
    rules = {"type": "rule", "values": AXE_COLOURS} if colours_only else None
    run_only = rules or {"type": "tag", "values": AXE_TAGS}
    options = {"runOnly": run_only, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url}: {item['id']} ({item['impact']}): {node['target']} {node['html'][:120]}"
        for item in found
        for node in item["nodes"]
    ]


def overflow(page: Page) -> int:
    """Give by how many pixels the page is wider than its window; 0 is right."""
    script = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))
