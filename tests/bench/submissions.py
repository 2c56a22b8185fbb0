"""Submissions per second: the whole story of one respondent, eight at once.

A respondent opens a connection, gets page and manifest, has a blinded value signed, drops a sealed
ballot and reads the page that comes back; another sends answers and code for the server to do the
same. Beside them stand a bare view and the leanest honest form, in turn, on the same database under
the same server.
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
from tests.bench.respondents import ready

ANSWERS = {f"q{number}": "4" for number in range(1, 6)}


@dataclass(frozen=True, slots=True)
class Rates:
    """Per second, one value for each round."""

    blind: list[float]
    assisted: list[float]
    bare: list[float]
    form: list[float]


def measure(kind: str, rounds: int, respondents: int) -> Rates:
    """Measure on one kind of database, the four in turn. Checks that every ballot is there."""
    with installation.made(kind) as house, ExitStack() as stack:
        wave, secrets = installation.open_wave(house, 2 * (rounds + 1) * respondents)
        _make_row_table(house)
        pulse = stack.enter_context(serving.granian("pulse.app:create_app", house.variables))
        variables = house.variables | _for_bare(house, pulse, wave)
        reference = stack.enter_context(serving.granian("tests.bench.bare:create", variables))
        rates = Rates([], [], [], [])
        half = len(secrets) // 2
        people = ready(house, wave, secrets[:half])
        for turn in range(rounds + 1):
            mine = slice(turn * respondents, (turn + 1) * respondents)
            blind: list[Story] = [person.play for person in people[mine]]
            assisted = [
                partial(helped, wave=wave, secret=secret) for secret in secrets[half:][mine]
            ]
            found = _one_round((pulse, reference), blind, assisted)
            if turn:  # The first round warms up.
                _add(rates, found)
        _check(house, wave, len(secrets))
    return rates


def helped(line: Line, *, wave: int, secret: str) -> None:
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
    lines = [f"{kind}: whole submissions a second, 8 at once; ratio to INSERT, to a bare form"]
    for name, ours in (("in the browser", rates.blind), ("on the server", rates.assisted)):
        ratios = [
            median(a / b for a, b in zip(ours, other, strict=True))
            for other in (rates.bare, rates.form)
        ]
        lines.append(f"  {median(ours):7.1f} sealed {name}; {ratios[0]:.2f}, {ratios[1]:.2f}")
    lines.append(f"  {median(rates.bare):7.1f} a bare INSERT and COMMIT")
    lines.append(f"  {median(rates.form):7.1f} a bare form")
    return "\n".join(lines)


def _one_round(
    ports: tuple[int, int], blind: list[Story], assisted: list[Story]
) -> tuple[float, float, float, float]:
    pulse, reference = ports
    return (
        load.rate(pulse, blind),
        load.rate(pulse, assisted),
        load.rate(reference, [visitor_of_bare] * len(blind)),
        load.rate(reference, [visitor_of_form] * len(blind)),
    )


def _add(rates: Rates, found: tuple[float, float, float, float]) -> None:
    kept = (rates.blind, rates.assisted, rates.bare, rates.form)
    for values, value in zip(kept, found, strict=True):
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
