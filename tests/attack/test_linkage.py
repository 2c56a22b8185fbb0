"""The linkage game: who has everything that lies on the disks must not beat the drawing of lots.

The same thief, on the schema that everybody would write first, finds every single person.
"""

import random
from functools import cache
from pathlib import Path

import pytest

from pulse import custody
from pulse.config import settings
from tests.attack import game, naive, opened, planted, referee, thief
from tests.attack.loot import Loot, take
from tests.support import traces

LEVEL = 0.999
ACCOMPLICES = 20

pytestmark = pytest.mark.slow


def loot_of(tmp_path: Path) -> Loot:
    given = settings()
    files = [*traces.files(given.maildir), tmp_path / "web.log"]
    return take(given.database_url, given.box_database_url, files)


def played(client, now, tmp_path: Path, *, mixing: bool) -> game.Game:
    with game.logged(tmp_path / "web.log"):
        found = game.opened(client, now)
        found.play(now, mixing=mixing)
    return found


def scores(found: game.Game, loot: Loot) -> tuple[referee.Score, list[referee.Score]]:
    """Give the score of the guess that the thief would choose, and that of every other one."""
    everyone = opened.labels_of_people(loot)
    owner = found.truth.owner

    kinds = opened.labels_of_rows(loot, everyone)

    def kind(row):
        return kinds.get(id(row))

    @cache
    def group(person, like):
        return opened.label_of_person(person, like, everyone)

    guesses = thief.guesses(loot, group, kind)
    assert len(guesses) > 20, "the thief has hardly looked"
    takers = sorted(set(found.truth.receipts.values()))
    accomplices = set(random.sample(takers, ACCOMPLICES))
    best = thief.best_by_accomplices(guesses, lambda who, row: owner(row) == who, accomplices)

    def scored(guess: thief.Guess, level: float) -> referee.Score:
        like = kind(guess.pairs[0][1])
        return referee.score(guess, owner, lambda person: group(person, like), level)

    others = thief.Guess(
        best.trick, best.sheet, tuple(pair for pair in best.pairs if pair[0] not in accomplices)
    )
    strict = 1 - (1 - LEVEL) / len(guesses)
    return scored(others, LEVEL), [scored(guess, strict) for guess in guesses]


def told(capsys, about: str, best: referee.Score, every: list[referee.Score]) -> None:
    most = max(every, key=lambda score: score.right)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{about}: chosen {best.right} of {best.asked} (chance: at most {best.band}) by "
            f"«{best.trick}»; most of {len(every)} tricks {most.right} of {most.asked} "
            f"(chance: at most {most.band}) by «{most.trick}»"
        )


def test_a_thief_of_both_databases_logs_and_mails_only_guesses(
    client, now, tmp_path, capsys, engine_kind
):
    found = played(client, now, tmp_path, mixing=True)
    loot = loot_of(tmp_path)
    best, every = scores(found, loot)
    told(capsys, f"{engine_kind}, mixed", best, every)
    assert best.inside, best
    assert [score for score in every if not score.inside] == []

    key = custody.opening_key(settings().key_folder, found.wave)
    best, every = scores(found, opened.with_key(loot, key))
    told(capsys, f"{engine_kind}, mixed, with the opening key", best, every)
    assert best.inside, best
    assert [score for score in every if not score.inside] == []


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_without_mixing_the_same_thief_wins_on_postgres(client, now, tmp_path, capsys, engine_kind):
    """Databases of one cluster count transactions together, which ranks starts and ballots."""
    found = played(client, now, tmp_path, mixing=False)
    best, every = scores(found, loot_of(tmp_path))
    told(capsys, f"{engine_kind}, before any mixing", best, every)
    winners = [score.trick for score in every if not score.inside]
    assert any("xmin" in trick for trick in winners), winners


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_the_same_thief_wins_where_somebody_logs_the_requests(
    client, now, tmp_path, capsys, engine_kind
):
    with planted.log_of_requests(client.application):
        found = played(client, now, tmp_path, mixing=True)
    loot = loot_of(tmp_path)
    best, every = scores(found, loot)
    told(capsys, f"{engine_kind}, mixed, requests logged", best, every)
    winners = [score.trick for score in every if not score.inside]
    assert any("web.log" in trick for trick in winners), winners

    key = custody.opening_key(settings().key_folder, found.wave)
    best, every = scores(found, opened.with_key(loot, key))
    told(capsys, f"{engine_kind}, mixed, requests logged, with the opening key", best, every)
    assert not best.inside, best
    assert "web.log" in best.trick


@pytest.mark.parametrize("token", [True, False], ids=["token beside the name", "order alone"])
def test_the_same_thief_finds_everybody_in_the_naive_schema(app, database_urls, tmp_path, token):
    people = random.sample(range(1, game.PEOPLE + 1), game.PEOPLE)
    units = [f"unit {person % game.UNITS}" for person in people]
    said = naive.play(database_urls.box, people, units, token=token)
    whose = dict(zip(said, people, strict=True))
    loot = take(database_urls.main, database_urls.box, [])
    guesses = thief.guesses(loot, lambda *_: None, lambda _: None)
    hits = {
        guess.trick: sum(whose[bytes(row["answer"])] == person for person, row in guess.pairs)
        for guess in guesses
        if guess.sheet.startswith("naive_response")
    }
    assert max(hits.values()) == game.PEOPLE, hits
