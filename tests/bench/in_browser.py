"""What a respondent waits for in a real browser: Start to the questions, Send to the end.

Chromium slows its own processor down for the second column, as a cheap phone would.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page

from tests.bench import installation, serving
from tests.bench.load import HOST, Line
from tests.support import browser as browsers

PEOPLE = 60
ROUNDS = 7
SLOWER = (1, 6)
LARGEST_SCRIPT = 30 * 1024
_SINCE_CLICK = """(id) => new Promise((done) => {
  const began = performance.now();
  const watch = () => {
    const shown = document.querySelector("fieldset input")?.checkVisibility();
    if (shown) done(performance.now() - began); else requestAnimationFrame(watch);
  };
  document.getElementById(id).click();
  watch();
})"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds by how much slower the processor was: to start, to send; bytes of the script."""

    start: dict[int, float]
    send: dict[int, float]
    script: int


def measure() -> Waits:
    with installation.made("sqlite") as house:
        wave, secrets = installation.open_wave(house, PEOPLE)
        links = iter(secrets)
        with serving.granian("pulse.app:create_app", house.variables) as port:
            with Line(port) as line:
                script = line.get("/ballot.js").size
                manifest = line.get(f"/s/{wave}/manifest.json").body
            address = f"http://{HOST}:{port}/s/{wave}#m={hashlib.sha256(manifest).hexdigest()}&t="
            with browsers.chromium() as browser:
                found = {
                    slower: [_one(browser, address + next(links), slower) for _ in range(ROUNDS)]
                    for slower in SLOWER
                }
    start = {slower: median(pair[0] for pair in pairs) for slower, pairs in found.items()}
    send = {slower: median(pair[1] for pair in pairs) for slower, pairs in found.items()}
    return Waits(start, send, script)


def table(waits: Waits) -> str:
    lines = ["in Chromium, medians in ms:   Start to questions   Send to thanks"]
    lines += [
        f"  processor {slower}x slower {waits.start[slower]:20.0f} {waits.send[slower]:18.0f}"
        for slower in waits.start
    ]
    verdict = "within" if waits.script <= LARGEST_SCRIPT else "OVER"
    lines.append(
        f"  script {waits.script:,} bytes packed, {verdict} the limit of {LARGEST_SCRIPT:,}"
    )
    return "\n".join(lines)


def _one(browser: Browser, link: str, slower: int) -> tuple[float, float]:
    with _window(browser, slower) as page:
        page.goto(link)
        page.locator("#start").wait_for()
        start = page.evaluate(_SINCE_CLICK, "start")
        for question in page.locator("fieldset").all():
            question.locator("input").nth(3).check(force=True)
        began = page.evaluate("performance.timeOrigin + performance.now()")
        page.locator("#send").click()
        page.wait_for_url("**/thanks")
        ended = page.evaluate("performance.timeOrigin + performance.now()")
        return start, ended - began


@contextmanager
def _window(browser: Browser, slower: int) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    try:
        yield page
    finally:
        context.close()
