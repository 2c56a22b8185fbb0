"""What some tests need from the machine, and how to get it.

A test that needs something absent is not skipped in silence: it is left out and the run says
so at its end. PULSE_REQUIRE=browser,postgres turns absence into failure; `browser` means both.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

from tests.support import browser, firefox, nginx, postgres

# The fixtures that start a browser; a test that uses one gets the marker. What is marked `firefox`
# is marked `browser` too, so that leaving out the browsers leaves out both.
FIXTURES = {"browser": {"chromium", "firefox"}, "firefox": {"firefox"}}


@dataclass(frozen=True, slots=True)
class Need:
    """Something that tests with the marker of the same name need."""

    marker: str
    present: Callable[[], object]
    get_it: str

    def sentence(self) -> str:
        return f"tests marked `{self.marker}` did not run; get what they need by: {self.get_it}"


NEEDS = (
    Need("browser", browser.program, browser.GET_IT),
    Need("firefox", firefox.program, firefox.GET_IT),
    Need("nginx", nginx.program, nginx.GET_IT),
    Need("postgres", postgres.programs, postgres.GET_IT),
)


def missing() -> list[Need]:
    return [need for need in NEEDS if not need.present()]


def required() -> set[str]:
    """Give the markers that must run. Raises ValueError for one that does not exist."""
    names = {name.strip() for name in os.environ.get("PULSE_REQUIRE", "").split(",")} - {""}
    unknown = names - {need.marker for need in NEEDS}
    if unknown:
        raise ValueError(f"PULSE_REQUIRE knows no {', '.join(sorted(unknown))}")
    return names | {"firefox"} if "browser" in names else names
