from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from pulse.accounts import throttle
from pulse.accounts.model import SignInAttempt
from pulse.accounts.throttle import LIMITS, WINDOW, Attempt, Way
from pulse.db import reading, transaction

SECRET = b"a secret of the tests"


def tried(email: str = "ann@acme.example", address: str = "192.0.2.1") -> Attempt:
    return throttle.attempt(SECRET, Way.PASSWORD, email, address)


def admitted(attempt: Attempt, now: datetime) -> bool:
    with transaction() as session:
        return throttle.admit(session, attempt, now)


def test_an_account_is_throttled_whatever_the_address(app: Flask, now: datetime) -> None:
    limit = LIMITS["password account"]
    answers = [admitted(tried(address=f"192.0.2.{n}"), now) for n in range(limit + 2)]
    assert answers == [True] * limit + [False, False]
    assert admitted(tried("bob@acme.example", "192.0.2.1"), now)


def test_an_address_is_throttled_whatever_the_account(app: Flask, now: datetime) -> None:
    limit = LIMITS["password address"]
    answers = [admitted(tried(f"n{n}@acme.example"), now) for n in range(limit + 1)]
    assert answers == [True] * limit + [False]
    assert admitted(tried("new@acme.example", "198.51.100.1"), now)


def test_capitals_and_spaces_make_no_new_account(app: Flask, now: datetime) -> None:
    for _ in range(LIMITS["password account"]):
        admitted(tried(), now)
    assert not admitted(tried(" ANN@acme.example ", "192.0.2.9"), now)


def test_neighbours_of_an_ipv6_network_count_as_one() -> None:
    one = tried(address="2001:db8::1")
    assert one == tried(address="2001:db8::ffff")
    assert one != tried(address="2001:db8:1::1")


def test_the_next_window_begins_anew(app: Flask, now: datetime) -> None:
    for _ in range(LIMITS["password account"] + 1):
        admitted(tried(), now)
    assert not admitted(tried(), now)
    assert admitted(tried(), now + WINDOW)


def test_a_success_is_not_counted(app: Flask, now: datetime) -> None:
    for _ in range(3 * LIMITS["password account"]):
        assert admitted(tried(), now)
        with transaction() as session:
            throttle.forgive(session, tried(), now)


def test_ways_are_counted_apart(app: Flask, now: datetime) -> None:
    for _ in range(LIMITS["password account"] + 1):
        admitted(tried(), now)
    assert admitted(throttle.attempt(SECRET, Way.LINK, "ann@acme.example", "192.0.2.1"), now)


def test_no_name_and_no_address_is_stored_and_counts_go_after_a_day(
    app: Flask, now: datetime
) -> None:
    admitted(tried(), now)
    with reading() as session:
        rows = session.scalars(select(SignInAttempt)).all()
        assert {len(row.key_mac) for row in rows} == {32}
        assert {row.window_start for row in rows} == {now}
    admitted(tried("bob@acme.example", "198.51.100.1"), now + timedelta(days=2))
    with reading() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 2


def test_another_secret_gives_other_keys() -> None:
    other = throttle.attempt(b"another", Way.PASSWORD, "ann@acme.example", "192.0.2.1")
    assert not {key for key, _ in other.keys} & {key for key, _ in tried().keys}
