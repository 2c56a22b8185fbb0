"""Hard test 13: what differs only inside a block, or in a hidden group, differs nowhere to be seen.

Two installations live through the same waves; the ballots of the second differ in ways that the
release must not tell. Every page that every role can reach, with its headers, and every file must
then be the same to the last byte: no order, tooltip, chart, column or length says more.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from pydantic import SecretStr

from pulse.accounts.sessions import Holder
from pulse.app import create_app
from pulse.config import Mode, load
from pulse.db import reading
from pulse.domain.permission import Role
from pulse.release import export
from pulse.release import reading as releases
from tests.support import databases, staff
from tests.support.databases import Templates
from tests.support.released import Paper, manifest, papers, released, survey
from tests.support.signing_in import Person, sign_in

SECRET = "the same secret for both, and long enough for it"
STARTS = ("/", "/results", "/hr/results", "/hr/churn", "/log", "/promise")
FOLLOWED = re.compile(r'href="(/(?:results|hr/results|hr/churn|log)[^"#]*)')
# What is drawn by lot for each page, and says nothing of what is on it.
LOTS = re.compile(r'name="csrf_token"[^>]*>|nonce="[^"]*"')
# Headers that hold the moment or the session.
PASSING = {"date", "set-cookie", "expires", "last-modified"}
MOST_PAGES = 150

Ballots = tuple[Paper, ...]


def everybody() -> Ballots:
    return (
        *papers("care/north", 12, 5),
        *papers("care/south", 9, 2),
        *papers("shops", 14, 4),
        *papers("shops", 6, None),
        *papers("office", 3, 1),
    )


def one_only_agrees(ballots: Ballots) -> Ballots:
    """Of twelve who agree strongly, one agrees: the sum of a block of one mind is kept in place."""
    return changed(ballots, 0, {"engagement_1": 4, "engagement_4": 4, "tools_1": 4})


def one_is_neutral(ballots: Ballots) -> Ballots:
    """Somebody who skipped everything says that it is neither good nor bad."""
    at = next(at for at, paper in enumerate(ballots) if paper.answers["enps"] is None)
    return changed(ballots, at, {"engagement_1": 3, "engagement_4": 3, "tools_1": 3, "enps": 7})


def swapped_with_a_hidden_group(ballots: Ballots) -> Ballots:
    """Somebody of the office, which is hidden among the shops, thinks what one of those thinks."""
    office = next(at for at, paper in enumerate(ballots) if paper.unit == "office")
    shops = next(
        at
        for at, paper in enumerate(ballots)
        if paper.unit == "shops" and paper.site == ballots[office].site
    )
    turned = list(ballots)
    turned[office] = replace(ballots[office], answers=ballots[shops].answers)
    turned[shops] = replace(ballots[shops], answers=ballots[office].answers)
    return tuple(turned)


def fewer_of_a_hidden_group(ballots: Ballots) -> Ballots:
    """One less of the office took part, and one more of the shops that it is counted with."""
    at = next(at for at, paper in enumerate(ballots) if paper.unit == "office")
    return (*ballots[:at], replace(ballots[at], unit="shops"), *ballots[at + 1 :])


def changed(ballots: Ballots, at: int, answers: dict[str, int]) -> Ballots:
    given = dict(ballots[at].answers) | answers
    return (*ballots[:at], replace(ballots[at], answers=given), *ballots[at + 1 :])


def one_who_disagrees_after_all(ballots: Ballots) -> Ballots:
    """Change what may be seen: somebody in the middle of a block changes sides."""
    at = next(at for at, paper in enumerate(ballots) if paper.answers["enps"] is None)
    return changed(ballots, at, {"engagement_1": 1})


@dataclass(frozen=True, slots=True)
class Place:
    """Where installations are made."""

    templates: Templates
    kind: str
    folder: Path
    compiled: FileSystemBytecodeCache

    @contextmanager
    def installed(self, name: str) -> Iterator[Flask]:
        with self.templates.copy(self.kind, self.folder / name, name) as urls:
            settings = load(
                _env_file=None,
                mode=Mode.TEST,
                secret_key=SecretStr(SECRET),
                instance=self.folder / f"instance-{name}",
                database_url=urls.main,
                box_database_url=urls.box,
                public_url="http://pulse.test",
            )
            made = create_app(settings)
            made.jinja_env.bytecode_cache = self.compiled
            with made.app_context():
                yield made
                databases.dispose()


@pytest.fixture
def place(
    templates: Templates,
    engine_kind: str,
    tmp_path: Path,
    compiled_templates: FileSystemBytecodeCache,
) -> Place:
    return Place(templates, engine_kind, tmp_path, compiled_templates)


def seen(app: Flask, ballots: Ballots, now: datetime) -> dict[str, object]:
    """Publish two waves and collect all files, and all pages as each role sees them."""
    survey_id, found = survey(now), dict[str, object]()
    for at in range(2):
        wave = manifest(survey_id, now + timedelta(days=30 * at))
        release_id = released(wave, ballots, now)
        with reading() as session:
            files = export.files(session, releases.get(session, release_id))
        found |= {f"{at} {name}": text for name, text in files.items()}
    for role in Role:
        found |= {f"{role.value} {path}": page for path, page in pages(app, role)}
    return found


def pages(app: Flask, role: Role) -> Iterator[tuple[str, object]]:
    person = signed_in(app, role)
    waiting, known = list(STARTS), set(STARTS)
    while waiting and len(known) < MOST_PAGES:
        path = waiting.pop(0)
        answer = person.get(path)
        # A spreadsheet is bytes; as letters they are compared as well, and hold no link.
        text = LOTS.sub("", answer.get_data().decode("utf-8", "surrogateescape"))
        headers = sorted(
            (name, value)
            for name, value in answer.headers
            if name.lower() not in PASSING and "nonce" not in value
        )
        yield path, (answer.status_code, headers, text)
        fresh = {unescape(link) for link in FOLLOWED.findall(text)} - known
        known |= fresh
        waiting += sorted(fresh)


def signed_in(app: Flask, role: Role) -> Person:
    if role is not Role.EMPLOYEE:
        return sign_in(app.test_client(), role)
    staff.hired(1, datetime.now(UTC).date())
    return Person(app.test_client()).signed_in_as(Holder(employee_id=staff.ids()[0]))


@pytest.fixture
def compare(place: Place, now: datetime) -> Callable[[Callable[[Ballots], Ballots]], list[str]]:
    """Give what differs to be seen where ballots are changed."""

    def differing(change: Callable[[Ballots], Ballots]) -> list[str]:
        with place.installed("one") as app:
            first = seen(app, everybody(), now)
        with place.installed("other") as app:
            second = seen(app, change(everybody()), now)
        assert set(first) == set(second)
        assert len(first) > 60
        return [name for name in first if first[name] != second[name]]

    return differing


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        one_only_agrees,
        one_is_neutral,
        swapped_with_a_hidden_group,
        fewer_of_a_hidden_group,
    ],
)
def test_nothing_to_be_seen_tells_of_it(
    compare: Callable[[Callable[[Ballots], Ballots]], list[str]],
    change: Callable[[Ballots], Ballots],
) -> None:
    assert compare(change) == []


@pytest.mark.slow
def test_a_difference_that_may_be_seen_is_seen(
    compare: Callable[[Callable[[Ballots], Ballots]], list[str]],
) -> None:
    names = compare(one_who_disagrees_after_all)
    assert "0 cells.csv" in names
    assert any(name.startswith("leader /results") for name in names)
