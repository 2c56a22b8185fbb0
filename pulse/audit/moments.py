"""Whether moments keep what was promised of them, judged by the other published lines alone.

They are of everybody, rounded, over a hundred ballots and more of which a fifth stays out, and of
drivers over which at least ten people, by published counts, divide on either side.
"""

from collections.abc import Iterator
from itertools import combinations

from pulse.audit.files import Publication
from pulse.audit.moment import Moment
from pulse.audit.report import Finding

ENGINE = "moments"
FEWEST, STEP, APART, INDEX = 100, 10, 10, "engagement"
# A fifth stays out; damaged ballots may make it a little less.
MOST_KEPT = 0.9
_DIGITS = {"favourable_spread": 3, "deviation": 2, "correlation": 2}


def findings(published: Publication) -> Iterator[Finding]:
    """Hold every line of moments.csv to its promise."""
    found = published.moments
    if not found:
        return
    yield from _people(published)
    yield from _pairs(found)
    for moment in found:
        if len(moment.text.partition(".")[2]) > _DIGITS[moment.kind]:
            yield Finding(ENGINE, f"{_line(moment)} is published too finely", 1)
        if abs(moment.value) > 1 or (moment.kind != "correlation" and moment.value <= 0):
            yield Finding(ENGINE, f"{_line(moment)} is no such figure", 0)
    yield from _one_sided(published)


def _people(published: Publication) -> Iterator[Finding]:
    people = {moment.people for moment in published.moments}
    if len(people) != 1:
        yield Finding(ENGINE, "its lines rest on different numbers of people", 1)
    for count in people:
        if count < FEWEST or count % STEP:
            yield Finding(ENGINE, f"{count} people are fewer or finer than promised", count)
        if published.ballots is None or count > MOST_KEPT * published.ballots:
            yield Finding(ENGINE, f"of {count} people none can have been left out", 1)


def _pairs(found: tuple[Moment, ...]) -> Iterator[Finding]:
    """Fail where drivers and pairs of drivers do not fit, so that less was read than published."""
    drivers = [moment.driver for moment in found if moment.kind == "deviation"]
    pairs = {(moment.driver, moment.other) for moment in found if moment.kind == "correlation"}
    spreads = [moment.driver for moment in found if moment.kind == "favourable_spread"]
    listed = len(drivers) + len(pairs) + len(spreads) == len(found)
    first = spreads == drivers[:1] == [INDEX]
    if not (listed and first and pairs == set(combinations(drivers, 2))):
        yield Finding(ENGINE, "its lines are not those of one square of drivers", 0)


def _one_sided(published: Publication) -> Iterator[Finding]:
    least = max(APART, published.floor)
    whole = max(published.groups.values(), key=lambda group: (group.n, len(group.labels)))
    drivers = {moment.driver for moment in published.moments}
    for cell in published.cells:
        driver = published.drivers.get(cell.question)
        if cell.group == whole.key and driver in drivers:
            favourable = cell.favourable.middle
            if not least <= favourable <= cell.n - least:
                words = f"{driver}: fewer than {least} people are of another mind"
                yield Finding(ENGINE, words, least - 1, (cell.line,))


def _line(moment: Moment) -> str:
    names = " with ".join(filter(None, (moment.driver, moment.other)))
    return f"{moment.kind} of {names}: {moment.text}"
