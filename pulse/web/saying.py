"""Says in the reader's language what rooms keep in English: questions, bands, results, reasons.

What is stored never changes; only how a page shows it does. What is not known stays as it is.
"""

import re

from flask import Flask

from pulse.domain.cells import Suppressed
from pulse.domain.marking import marked
from pulse.formats import number, percent
from pulse.languages import current, gettext, looked_up
from pulse.surveys import bank

_NUMBER = re.compile(r"\d[\d,]*")
_RESULT = re.compile(r"(\d+) % favourable of (.+) answers")
_BANDS = {
    "# to #": marked("%(low)s to %(high)s"),
    "fewer than #": marked("fewer than %(low)s"),
    "# or more": marked("%(low)s or more"),
}
# The one dimension that every wave has.
ORGANISATION = marked("Organisation")


def install(app: Flask) -> None:
    """Give templates these ways of saying; call it once, in the application factory."""
    for say in (asked, band, result, sentence):
        app.jinja_env.filters[say.__name__] = say


def asked(text: str, code: str) -> str:
    """Say a question of the bank; one in HR's own words stays as it was written.

    >>> asked("I can take my breaks when I need them.", "workload_3")
    'I can take my breaks when I need them.'
    """
    return bank.text(code, current().code) if text == bank.text(code, "en") else text


def band(words: str) -> str:
    """Say how many people took part, as a band.

    >>> band("1,000 to 2,499"), band("fewer than 5")
    ('1,000 to 2,499', 'fewer than 5')
    """
    found = [number(int(item.replace(",", ""))) for item in _NUMBER.findall(words)]
    text = _BANDS.get(_NUMBER.sub("#", words))
    return gettext(text, low=found[0], high=found[-1]) if text else words


def result(words: str) -> str:
    """Say a result as an entry of the log keeps it.

    >>> result("71 % favourable of 20 to 49 answers")
    '71 % favourable of 20 to 49 answers'
    """
    found = _RESULT.fullmatch(words)
    if found is None:
        return words
    share, people = percent(int(found[1])), band(found[2])
    return gettext("%(share)s favourable of %(people)s answers", share=share, people=people)


def sentence(hidden: Suppressed) -> str:
    """Say why something is not shown."""
    return looked_up(hidden.reason.value).format(floor=number(hidden.floor), into=hidden.into)
