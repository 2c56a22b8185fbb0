"""The web dies forty times while people submit: who was told "it is in" is counted once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.support import invited_wave, mortal_web
from tests.support.mortal_web import MortalWeb
from tests.support.stubborn import Stubborn

ROUNDS = 40
PEOPLE = 205
AT_ONCE = 32
BY_FORM_EVERY = 4
WEEK = timedelta(days=7)
# The longest that a life goes on after its share of people: somewhere within a few requests.
LONGEST_SECONDS = 0.04

pytestmark = [pytest.mark.fault, pytest.mark.slow]


def test_forty_kills_lose_no_ballot_and_double_none(app, settings, now, capsys, engine_kind):
    invited = invited_wave.opened(now, PEOPLE)
    manifest = invited.manifest
    with mortal_web.running(settings) as web:
        people = [
            Stubborn(web.port, manifest, invited.secret(place), f"mark {place:04}")
            for place in range(PEOPLE)
        ]
        began = time.monotonic()
        kills = _submit_and_kill(web, people)
        seconds = time.monotonic() - began
    found = invited.counted(now + WEEK)
    with capsys.disabled():
        print(f"\n{engine_kind}: {_told(people, kills)} in {seconds:.1f} s")  # noqa: T201
    marks = Counter(comment.text for comment in found.comments["words"])
    assert marks == {person.mark: 1 for person in people}
    assert (found.ballots, found.unreadable, found.surplus) == (PEOPLE, 0, 0)
    assert {
        sum(sum(histogram.values()) for histogram in labels.values())
        for labels in found.answers.values()
    } == {PEOPLE}
    assert invited.redeemed() == PEOPLE
    assert kills == ROUNDS
    # Without replies lost before and after the commit this would have tried nothing.
    assert sum(person.lost > 0 for person in people) >= ROUNDS // 2
    assert any(person.was_in for person in people)


def _submit_and_kill(web: MortalWeb, people: list[Stubborn]) -> int:
    """Let everybody submit, so many at once; kill after each share of them, at any moment."""
    done = threading.Semaphore(0)

    def submit(place: int) -> None:
        try:
            _way(people[place], place)()
        finally:
            done.release()

    kills = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: list[Future[None]] = [pool.submit(submit, place) for place in range(len(people))]
        for _ in range(ROUNDS):
            for _ in range(len(people) // (ROUNDS + 1)):
                assert done.acquire(timeout=400), "somebody is stuck"
            time.sleep(random.uniform(0, LONGEST_SECONDS))
            web.kill()
            kills += 1
            web.start()
    for future in running:
        future.result()
    return kills


def _way(person: Stubborn, place: int) -> Callable[[], None]:
    return person.by_form if place % BY_FORM_EVERY == 0 else person.by_browser


def _told(people: list[Stubborn], kills: int) -> str:
    cut = sum(person.lost > 0 for person in people)
    kept = sum(person.was_in for person in people)
    return (
        f"{kills} kills, {len(people)} people, {cut} of them cut off at least once, "
        f"{kept} told only later that their ballot was in"
    )
