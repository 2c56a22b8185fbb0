"""The worker studies at the end of a period and when asked, shows how far it is, and forgives."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select, text

from pulse import studying
from pulse.churn import computing, orders, study
from pulse.churn.model import ChurnResult
from pulse.churn.orders import Order
from pulse.db import reading, transaction
from pulse.domain import rates
from tests.support import panels, turnover


def company(now: datetime) -> None:
    with transaction() as session:
        turnover.staff(session, now)
        turnover.release(session, turnover.survey(session, now), now - timedelta(days=30))


def ordered(now: datetime) -> Order:
    with transaction() as session:
        return orders.place(session, now)


def latest() -> Order | None:
    with reading() as session:
        return orders.latest(session)


def test_nothing_is_due_before_a_release(app: Flask, now: datetime) -> None:
    assert not studying.study_due(now)


def test_the_first_study_is_due_at_once_and_the_next_when_a_period_has_ended(
    app: Flask, now: datetime
) -> None:
    company(now)
    assert studying.study_due(now)
    assert not studying.study_due(now + timedelta(minutes=5))
    end = rates.period_end(now.date()) + rates.PERIOD
    before = datetime.fromisoformat(f"{end - timedelta(days=1)}T12:00:00+00:00")
    assert not studying.study_due(before)
    assert studying.study_due(before + timedelta(days=1))
    assert not studying.study_due(before + timedelta(days=2))


def test_a_study_made_in_another_way_is_made_again(app: Flask, now: datetime) -> None:
    company(now)
    studying.study_due(now)
    with transaction() as session:
        session.scalars(select(ChurnResult)).one().policy = None
    with reading() as session:
        assert study.is_due(session, now.date())


def test_an_order_is_carried_out_once_and_says_how_far_it_is(app: Flask, now: datetime) -> None:
    company(now)
    order = ordered(now)
    assert (order.done, order.steps) == (0, 0)
    assert ordered(now).id == order.id
    assert studying.study_due(now)
    finished = latest()
    assert finished is not None
    assert (finished.done, finished.steps) == (computing.STEPS, computing.STEPS)
    assert (finished.finished_at, finished.problem) == (now, None)
    assert not studying.study_due(now)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ChurnResult)) == 1


def test_every_step_is_told_before_it_begins(app: Flask) -> None:
    seen: list[tuple[int, int]] = []
    computing.compute(panels.drawn(1, 0.0, teams=6), lambda done, steps: seen.append((done, steps)))
    assert seen == [(done, computing.STEPS) for done in range(computing.STEPS + 1)]


def test_an_order_with_nothing_to_study_says_so(app: Flask, now: datetime) -> None:
    ordered(now)
    assert not studying.study_due(now)
    finished = latest()
    assert finished is not None
    assert finished.problem == studying.NOTHING_YET


def test_a_study_that_fails_stops_nothing_and_is_not_tried_again_at_once(
    app: Flask, now: datetime
) -> None:
    company(now)
    renamed("employment_spell", "spell_away")
    assert not studying.study_due(now)
    failed = latest()
    assert failed is not None
    assert failed.problem == studying.FAILED
    renamed("spell_away", "employment_spell")
    # It would succeed now; it waits for a day, or for somebody who asks.
    assert not studying.study_due(now + timedelta(hours=1))
    ordered(now + timedelta(hours=2))
    assert studying.study_due(now + timedelta(hours=2))


def test_a_day_after_a_failure_it_is_tried_again(app: Flask, now: datetime) -> None:
    company(now)
    renamed("employment_spell", "spell_away")
    studying.study_due(now)
    renamed("spell_away", "employment_spell")
    assert studying.study_due(now + studying.AGAIN)


def renamed(old: str, new: str) -> None:
    """Take a table away, or bring it back."""
    with transaction() as session:
        session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
