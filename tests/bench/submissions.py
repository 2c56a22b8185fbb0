"""Submissions per second: the whole story of one respondent, eight at once.

A respondent opens a connection, gets the page, sends the answers with the secret of the link, and
reads the page that comes back. Beside it stand a bare view and the leanest honest form, in turn,
on the same database under the same server.
"""

import gzip
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from statistics import median

from sqlalchemy import create_engine, text

from pulse.db import engine_uri, prepare
from tests.bench import bare, installation, load, serving
from tests.bench.load import Line, Story

ANSWERS = {f"q{number}": "4" for number in range(1, 6)}


@dataclass(frozen=True, slots=True)
class Rates:
    """Per second, one value for each round."""

    pulse: list[float]
    bare: list[float]
    form: list[float]


def measure(kind: str, rounds: int, respondents: int) -> Rates:
    """Measure on one kind of database, the three in turn. Checks that every ballot is there."""
    with installation.made(kind) as house, ExitStack() as stack:
        wave, secrets = installation.open_wave(house, (rounds + 1) * respondents)
        _make_row_table(house)
        pulse = stack.enter_context(serving.granian("pulse.app:create_app", house.variables))
        variables = house.variables | _for_bare(house, pulse, wave)
        reference = stack.enter_context(serving.granian("tests.bench.bare:create", variables))
        rates = Rates([], [], [])
        for turn in range(rounds + 1):
            mine = secrets[turn * respondents : (turn + 1) * respondents]
            stories = [partial(respondent, wave=wave, secret=secret) for secret in mine]
            found = _one_round(pulse, reference, stories)
            if turn:  # The first round warms up.
                _add(rates, found)
        _check(house, wave, len(secrets))
    return rates


def respondent(line: Line, *, wave: int, secret: str) -> None:
    page = line.get(f"/s/{wave}")
    assert page.status == 200, page.status
    sent = line.post(f"/s/{wave}", ANSWERS | {"secret": secret})
    assert sent.status == 303, (sent.status, sent.body)
    thanks = line.get(sent.header("location"))
    assert thanks.status == 200, thanks.status


def visitor_of_form(line: Line) -> None:
    assert line.get("/form").status == 200
    sent = line.post("/form", ANSWERS)
    assert sent.status == 303
    assert line.get(sent.header("location")).status == 200


def visitor_of_bare(line: Line) -> None:
    assert line.post("/insert", {}).status == 200


def table(kind: str, rates: Rates) -> str:
    """Show the medians, and the median of the ratios of each round."""
    ratios = [
        (name, median(other), median(a / b for a, b in zip(rates.pulse, other, strict=True)))
        for name, other in (("a bare INSERT and COMMIT", rates.bare), ("a bare form", rates.form))
    ]
    lines = [f"{kind}: {median(rates.pulse):7.1f} whole submissions a second, 8 at once"]
    lines += [f"  {rate:7.1f} {name}; ratio {ratio:.2f}" for name, rate, ratio in ratios]
    return "\n".join(lines)


def _one_round(pulse: int, reference: int, stories: list[Story]) -> tuple[float, float, float]:
    count = len(stories)
    return (
        load.rate(pulse, stories),
        load.rate(reference, [visitor_of_bare] * count),
        load.rate(reference, [visitor_of_form] * count),
    )


def _add(rates: Rates, found: tuple[float, float, float]) -> None:
    for values, value in zip((rates.pulse, rates.bare, rates.form), found, strict=True):
        values.append(value)


def _for_bare(house: installation.Installation, pulse: int, wave: int) -> dict[str, str]:
    """The bare form shows the very bytes of the real page."""
    with Line(pulse) as line:
        page = line.get(f"/s/{wave}", packed=False)
    path = house.folder / "page.gz"
    path.write_bytes(gzip.compress(page.body))
    return {bare.URL: house.settings.database_url, bare.PAGE: str(path)}


def _make_row_table(house: installation.Installation) -> None:
    engine = create_engine(engine_uri(house.settings.database_url))
    prepare(engine)
    with engine.begin() as connection:
        bare.tables.create_all(connection)
    engine.dispose()


def _check(house: installation.Installation, wave: int, expected: int) -> None:
    """An acknowledged answer that is not in the box would make any rate worthless."""
    engine = create_engine(engine_uri(house.settings.box_database_url))
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM spent WHERE wave = :wave")
        found = connection.execute(query, {"wave": wave}).scalar_one()
    engine.dispose()
    if found != expected:
        raise RuntimeError(f"{expected} answers were acknowledged, {found} are in the box")
