import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pulse.db import reading, transaction
from pulse.domain import opt_out
from pulse.domain.errors import NotFound
from pulse.invitations import opting_out
from pulse.invitations.model import MailOptOut

KEY = bytes([3]) * 32


@given(st.integers(1, 2**63 - 1), st.binary(min_size=1, max_size=32))
def test_a_token_stands_for_one_person_under_one_key(person, key) -> None:
    token = opt_out.token(key, person)
    assert opt_out.employee(key, token) == person
    with pytest.raises(NotFound):
        opt_out.employee(key + b"x", token)


@given(st.text(max_size=40))
def test_nothing_else_is_a_token(text) -> None:
    with pytest.raises(NotFound):
        opt_out.employee(KEY, text)


def test_each_changed_letter_is_noticed() -> None:
    token = opt_out.token(KEY, 17)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(NotFound):
            opt_out.employee(KEY, token[:place] + other + token[place + 1 :])


def test_leaving_and_coming_back_may_be_said_twice(staff: int) -> None:
    for verb, expected in ((opting_out.leave, True), (opting_out.come_back, False)):
        for _ in range(2):
            with transaction() as session:
                verb(session, 3)
            with reading() as session:
                assert opting_out.is_out(session, 3) is expected
                assert opting_out.is_out(session, 4) is False


def test_nobody_else_can_leave(staff: int) -> None:
    for verb in (opting_out.leave, opting_out.come_back, opting_out.is_out):
        with transaction() as session, pytest.raises(NotFound):
            verb(session, 99_999)


def test_their_number_is_told_in_fives(staff: int, issue_request) -> None:
    wave = issue_request.manifest.wave
    for number, told in ((4, 0), (5, 5), (9, 5), (10, 10)):
        with transaction() as session:
            for person in range(1, number + 1):
                opting_out.leave(session, person)
        with reading() as session:
            assert opting_out.told(session, wave) == told
            assert opting_out.told(session, wave + 1) == 0


def test_a_row_says_nothing_but_who(staff: int) -> None:
    """A time would say after which mail."""
    assert {column.name for column in MailOptOut.__table__.columns} == {"employee_id"}
    with transaction() as session:
        opting_out.leave(session, 5)
    with reading() as session:
        assert session.scalars(select(MailOptOut.employee_id)).all() == [5]
