from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pulse.actions import chain, log
from pulse.actions.log import PAGE_SIZE
from pulse.actions.model import ActionEntry
from pulse.actions.values import Answered, Author, ItemView, LogFilter, Moment
from pulse.db import reading, transaction
from pulse.domain.action_item import State, Version
from pulse.domain.errors import Conflict, Invalid, ItemClosed, NotAllowed, NotFound
from pulse.people.model import Unit

ANN = Author(1, "Ann Lee", None)
ROTA = Answered(
    wave_id=4,
    release_id=2,
    dimension="organisation",
    group_code="all",
    group_name="Acme",
    subject_kind="question",
    subject_code="workload_1",
    subject="I have time to do my work well.",
    wave_title="Spring pulse",
    result="41 % favourable of 120 answers",
)
PROMISE = Version(
    State.PLANNED, "The rota comes too late.", "Rota two weeks ahead.", "Bo Ek", date(2037, 4, 1)
)


@pytest.fixture
def moment(now: datetime) -> Moment:
    return Moment(now, now.date())


def posted(moment: Moment, wanted: Version = PROMISE, about: Answered = ROTA) -> int:
    with transaction() as session:
        return log.post(session, ANN, about, wanted, moment)


def updated(seen: tuple[int, int], wanted: Version, moment: Moment, by: Author = ANN) -> int:
    with transaction() as session:
        return log.update(session, by, seen, wanted, moment)


def listed(**wanted: object) -> tuple[ItemView, ...]:
    with reading() as session:
        return log.items(session, LogFilter(**wanted)).items  # type: ignore[arg-type]


def test_a_posted_item_is_read_back_as_it_was_written(app: Flask, moment: Moment) -> None:
    item_id = posted(moment)
    with reading() as session:
        history = log.item(session, item_id)
    assert history.item.answers == ROTA
    assert history.item.leader_name == "Ann Lee"
    assert history.item.latest.said == PROMISE
    assert history.item.latest.posted_at == moment.now


def test_an_update_adds_a_version_and_keeps_the_old_one(app: Flask, moment: Moment) -> None:
    item_id = posted(moment)
    done = replace(PROMISE, state=State.DONE, will_do="Rota three weeks ahead.")
    assert updated((item_id, 1), done, moment) == 2
    with reading() as session:
        history = log.item(session, item_id)
    assert [entry.said for entry in history.entries] == [done, PROMISE]
    assert [entry.version for entry in history.entries] == [2, 1]


def test_what_was_not_read_cannot_be_overwritten(app: Flask, moment: Moment) -> None:
    item_id = posted(moment)
    updated((item_id, 1), replace(PROMISE, owner="Cy Fox"), moment)
    with pytest.raises(Conflict):
        updated((item_id, 1), replace(PROMISE, owner="Di Gray"), moment)


def test_a_done_item_is_closed_and_a_missing_one_not_found(app: Flask, moment: Moment) -> None:
    item_id = posted(moment)
    updated((item_id, 1), replace(PROMISE, state=State.DONE), moment)
    with pytest.raises(ItemClosed):
        updated((item_id, 2), PROMISE, moment)
    with pytest.raises(NotFound):
        updated((99, 1), PROMISE, moment)


def test_a_refused_post_leaves_nothing_behind(app: Flask, moment: Moment) -> None:
    with pytest.raises(Invalid):
        posted(moment, replace(PROMISE, owner=""))
    assert listed() == ()


def test_the_newest_stands_first_also_when_only_updated(app: Flask, moment: Moment) -> None:
    first, second = posted(moment), posted(moment)
    assert [item.item_id for item in listed()] == [second, first]
    updated((first, 1), replace(PROMISE, state=State.UNDER_WAY), moment)
    assert [item.item_id for item in listed()] == [first, second]


def test_filters(app: Flask, moment: Moment) -> None:
    other = replace(ROTA, group_code="u7", group_name="Care", wave_id=5)
    planned = posted(moment)
    heard = posted(moment, Version(State.HEARD, "Heard."), other)
    updated((planned, 1), replace(PROMISE, state=State.UNDER_WAY), moment)
    assert [item.item_id for item in listed(state=State.HEARD)] == [heard]
    assert listed(state=State.PLANNED) == ()
    assert [item.item_id for item in listed(group_code="u7")] == [heard]
    assert [item.item_id for item in listed(wave_id=4)] == [planned]
    late = PROMISE.due_on + timedelta(days=1) if PROMISE.due_on else None
    assert [item.item_id for item in listed(overdue_on=late)] == [planned]
    assert listed(overdue_on=PROMISE.due_on) == ()
    with reading() as session:
        assert log.groups(session) == (("all", "Acme"), ("u7", "Care"))


def test_pages(app: Flask, moment: Moment) -> None:
    ids = [posted(moment) for _ in range(PAGE_SIZE + 1)]
    with reading() as session:
        first = log.items(session, LogFilter())
        second = log.items(session, LogFilter(page=2))
        negative = log.items(session, LogFilter(page=-3))
    assert [item.item_id for item in first.items + second.items] == ids[::-1]
    assert (first.more, second.more) == (True, False)
    assert negative == first


@pytest.fixture
def reach_of(app: Flask) -> Callable[[str], Author]:
    """Acme over Care over Ward, and Shop beside Care; gives the leader of a unit."""
    with transaction() as session:
        ids: dict[str, int] = {}
        for key, above in (("Acme", None), ("Care", "Acme"), ("Ward", "Care"), ("Shop", "Acme")):
            unit = Unit(key=key, name=key, parent_id=ids.get(above or ""))
            session.add(unit)
            session.flush()
            ids[key] = unit.id
    return lambda key: Author(9, f"Leader of {key}", ids[key])


@pytest.mark.parametrize(
    ("leader", "group", "may"),
    [
        ("Care", "Care", True),
        ("Care", "Ward", True),
        ("Care", "Care.own", True),
        ("Care", "Shop", False),
        ("Care", "all", False),
        ("Care", "Acme", False),
        ("Ward", "Care", False),
        ("Acme", "all", True),
        ("Acme", "Shop", True),
    ],
)
def test_a_leader_answers_for_the_own_unit_and_below(
    reach_of: Callable[[str], Author], moment: Moment, leader: str, group: str, may: bool
) -> None:
    name, dot, own = group.partition(".")
    code = "all" if name == "all" else f"u{reach_of(name).unit_id}{dot}{own}"
    about = replace(ROTA, group_code=code)
    with transaction() as session:
        if may:
            log.post(session, reach_of(leader), about, PROMISE, moment)
        else:
            with pytest.raises(NotAllowed):
                log.post(session, reach_of(leader), about, PROMISE, moment)


def test_groups_by_attribute_are_answered_for_the_whole_company_only(
    reach_of: Callable[[str], Author], moment: Moment
) -> None:
    code = f"u{reach_of('Care').unit_id}"
    about = replace(ROTA, dimension="location", group_code=code)
    with pytest.raises(NotAllowed), transaction() as session:
        log.post(session, reach_of("Care"), about, PROMISE, moment)
    with transaction() as session:
        log.post(session, reach_of("Acme"), about, PROMISE, moment)


def test_nobody_updates_out_of_reach(reach_of: Callable[[str], Author], moment: Moment) -> None:
    item_id = posted(moment)
    with pytest.raises(NotAllowed):
        updated((item_id, 1), PROMISE, moment, by=reach_of("Care"))
    assert updated((item_id, 1), PROMISE, moment, by=reach_of("Acme")) == 2


def test_many_leaders_at_once_leave_one_chain_without_gaps(app: Flask, moment: Moment) -> None:
    item_id = posted(moment)

    def write(number: int) -> str:
        with app.app_context():
            try:
                if number % 2:
                    posted(moment)
                else:
                    updated((item_id, 1), PROMISE, moment)
            except Conflict:
                return "conflict"
            return "written"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write, range(16)))
    assert answers.count("conflict") == 7
    with reading() as session:
        positions = session.scalars(select(ActionEntry.position).order_by(ActionEntry.position))
        assert list(positions) == list(range(1, 11))
        assert chain.verify(session).intact
