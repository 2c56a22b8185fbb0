"""Taking part on somebody's behalf: one ballot, wherever the process dies on the way."""

import os
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pulse import installation, participation
from pulse.ballots import box
from pulse.config import settings
from pulse.db import box_transaction, reading, transaction
from pulse.domain.errors import AlreadyTaken, TokenSpent, UnknownCode, WaveNotOpen
from pulse.domain.shard_layout import layout
from pulse.invitations import redemption, replacing
from pulse.invitations.model import Invitation
from pulse.surveys import standing
from tests.support import crash, invited_wave
from tests.support.invited_wave import ANSWERS, Invited

GIVEN = {"decide": 4, "tools": None, "recommend": 9, "acted": 1, "words": "More light, please."}
CHANGED = GIVEN | {"decide": 2, "words": "Less noise, please."}


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def take_part(asked: Invited, typed: str, answers: dict[str, object] = GIVEN) -> None:
    participation.take_part(
        layout(asked.manifest),
        answers,
        redeem=lambda session, claim: redemption.redeem(
            session, claim, typed, installation.secrets()
        ),
        seed=participation.seed(settings().assist_key, asked.wave, typed),
    )


def new_code(asked: Invited, person: int = 0) -> str:
    with transaction() as session:
        row = session.scalars(select(Invitation.employee_id).order_by(Invitation.id)).all()
        manifest = standing.manifest(session, asked.wave)
        request = installation.issue_request(manifest, "UTC")
        return replacing.replace(session, request, row[person]).code


@pytest.mark.fault
@pytest.mark.parametrize("died_at", [1, 2])
@pytest.mark.parametrize("answers", [GIVEN, CHANGED])
def test_whoever_comes_again_after_a_crash_is_counted_once(
    asked: Invited, now: datetime, died_at: int, answers: dict[str, object]
) -> None:
    """Commit 1 uses up the invitation, commit 2 puts the ballot into the box."""
    code = asked.code()
    assert crash.before_commit(died_at, lambda: take_part(asked, code))
    assert asked.redeemed() == died_at - 1
    take_part(asked, code, answers)
    with pytest.raises(TokenSpent):
        take_part(asked, code)
    counted = asked.counted(now)
    assert (counted.ballots, counted.unreadable, counted.surplus) == (1, 0, 0)
    told = [comment.text for comment in counted.comments["words"]]
    assert told == [answers["words"]]


@pytest.mark.fault
def test_there_are_two_commits_to_die_at(asked: Invited) -> None:
    code = asked.code()
    assert not crash.before_commit(3, lambda: take_part(asked, code))
    with pytest.raises(TokenSpent):
        take_part(asked, code)


@pytest.mark.fault
def test_whoever_is_killed_after_the_last_commit_is_told_that_it_is_in_the_box(
    asked: Invited, client: FlaskClient, now: datetime
) -> None:
    """The form is sent, the process dies before it answers, and the person presses Send again."""
    code = asked.code()

    def sent_and_died() -> None:
        client.post(f"/s/{asked.wave}", data=ANSWERS | {"code": code})
        os._exit(crash.KILLED)

    assert crash.before_commit(99, sent_and_died)
    again = client.post(f"/s/{asked.wave}", data=ANSWERS | {"code": code})
    assert "You have already taken part" in again.text
    assert asked.counted(now).ballots == 1


def test_started_in_a_browser_is_not_finished_on_somebodys_behalf(asked: Invited) -> None:
    started = asked.started()
    with pytest.raises(AlreadyTaken):
        take_part(asked, asked.code())
    with box_transaction() as connection:
        box.drop(connection, started.body(**GIVEN))
    with pytest.raises(AlreadyTaken):
        take_part(asked, asked.code())


def test_the_token_is_of_the_code_and_of_the_key_outside_the_databases(asked: Invited) -> None:
    key = settings().assist_key
    one = participation.seed(key, asked.wave, asked.code())
    assert one == participation.seed(key, asked.wave, asked.code())
    for other in (
        participation.seed(settings().code_key, asked.wave, asked.code()),
        participation.seed(key, asked.wave + 1, asked.code()),
        participation.seed(key, asked.wave, asked.code(1)),
    ):
        assert other != one


def test_what_cannot_be_taken_uses_nothing_up(asked: Invited) -> None:
    with pytest.raises(UnknownCode):
        take_part(asked, "0000-0000-0000")
    assert asked.redeemed() == 0
    with box_transaction() as connection:
        box.seal(connection, asked.wave)
    with pytest.raises(WaveNotOpen):
        take_part(asked, asked.code())


def test_with_a_new_slip_a_person_who_had_started_elsewhere_takes_part(
    asked: Invited, now: datetime
) -> None:
    asked.started()
    code = new_code(asked)
    take_part(asked, code)
    with pytest.raises(TokenSpent):
        take_part(asked, code)
    assert asked.counted(now).ballots == 1


def test_a_first_device_that_still_sends_is_counted_too_which_the_number_of_slips_tells(
    asked: Invited, now: datetime
) -> None:
    first = asked.started()
    take_part(asked, new_code(asked))
    with box_transaction() as connection:
        box.drop(connection, first.body(**GIVEN))
    with reading() as session:
        assert replacing.handed(session, asked.wave) == 1
    assert asked.counted(now).ballots == 2
