"""Finds phone numbers in a text by the numbering plans of the regions that an installation names.

It is loaded by name where comments are published: no process that serves pages holds the plans.
"""

from collections.abc import Sequence

from phonenumbers import Leniency, PhoneNumberMatcher

from pulse.domain.letters import Stretch
from pulse.domain.masking import Phones


def finder(regions: Sequence[str]) -> Phones:
    """Give what finds the numbers of the regions, and those of any region after a plus sign.

    >>> find = finder(["GB", "DE"])
    >>> find("Call 020 7946 0018 or +1 650 253 0000, not 12345678 or 24.12.2026.")
    [(5, 18), (22, 37)]
    """

    def find(text: str) -> list[Stretch]:
        # A candidate holds a digit, so the search is never given up before the end of the text.
        tries = sum(map(str.isdigit, text))
        found = {
            (match.start, match.end)
            for region in regions or (None,)
            for match in PhoneNumberMatcher(text, region, Leniency.VALID, tries)
        }
        return sorted(found)

    return find
