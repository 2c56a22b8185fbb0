from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import action_item
from pulse.domain.action_item import MOVES, State, Version
from pulse.domain.errors import Invalid, ItemClosed
from pulse.domain.hash_chain import ORIGIN, link

TODAY = date(2026, 3, 2)
PROMISE = Version(
    State.PLANNED, "The rota comes too late.", "Rota two weeks ahead.", "Ann", date(2026, 4, 1)
)


def test_a_promise_with_owner_and_date_is_accepted() -> None:
    assert action_item.checked(None, PROMISE, TODAY) == PROMISE


@pytest.mark.parametrize("field", ["heard", "will_do", "owner"])
@pytest.mark.parametrize("blank", ["", "  \n ", "\x00", "\u202e"])
def test_a_promise_needs_words(field: str, blank: str) -> None:
    with pytest.raises(Invalid) as refusal:
        action_item.checked(None, replace(PROMISE, **{field: blank}), TODAY)
    assert refusal.value.field == field


def test_a_promise_needs_a_date() -> None:
    with pytest.raises(Invalid) as refusal:
        action_item.checked(None, replace(PROMISE, due_on=None), TODAY)
    assert refusal.value.field == "due_on"


def test_what_was_only_heard_needs_nothing_else() -> None:
    heard = Version(State.HEARD, "The rota comes too late.")
    assert action_item.checked(None, heard, TODAY) == heard


def test_declining_needs_a_reason() -> None:
    declined = Version(State.DECLINED, "We want a pool.")
    with pytest.raises(Invalid) as refusal:
        action_item.checked(None, declined, TODAY)
    assert refusal.value.field == "reason"
    assert action_item.checked(None, replace(declined, reason="No room."), TODAY).reason


@pytest.mark.parametrize("ended", [State.DONE, State.DECLINED])
@pytest.mark.parametrize("wanted", State)
def test_what_has_ended_takes_no_more(ended: State, wanted: State) -> None:
    with pytest.raises(ItemClosed):
        action_item.checked(
            replace(PROMISE, state=ended), replace(PROMISE, state=wanted, reason="x"), TODAY
        )


@pytest.mark.parametrize("before", [None, *State])
@pytest.mark.parametrize("after", State)
def test_the_table_decides_every_move(before: State | None, after: State) -> None:
    previous = replace(PROMISE, state=before) if before else None
    wanted = replace(PROMISE, state=after, reason="x")
    if after in MOVES[before]:
        assert action_item.checked(previous, wanted, TODAY).state is after
    else:
        with pytest.raises((Invalid, ItemClosed)):
            action_item.checked(previous, wanted, TODAY)


def test_nothing_is_done_before_it_was_promised() -> None:
    assert State.DONE not in MOVES[None] | MOVES[State.HEARD]


def test_a_new_date_must_lie_ahead() -> None:
    past = replace(PROMISE, due_on=TODAY - timedelta(days=1))
    with pytest.raises(Invalid):
        action_item.checked(None, past, TODAY)


def test_an_overdue_promise_can_be_updated_with_its_old_date() -> None:
    later = date(2026, 5, 1)
    wanted = replace(PROMISE, state=State.UNDER_WAY)
    assert action_item.checked(PROMISE, wanted, later).due_on == PROMISE.due_on


def test_a_date_in_another_age_is_a_slip() -> None:
    with pytest.raises(Invalid):
        action_item.checked(None, replace(PROMISE, due_on=date(2999, 1, 1)), TODAY)


@pytest.mark.parametrize(
    ("field", "longest"), [("heard", 2000), ("will_do", 2000), ("owner", 200), ("reason", 2000)]
)
def test_texts_have_an_end(field: str, longest: int) -> None:
    fits = action_item.checked(None, replace(PROMISE, **{field: "x" * longest}), TODAY)
    assert len(getattr(fits, field)) == longest
    with pytest.raises(Invalid) as refusal:
        action_item.checked(None, replace(PROMISE, **{field: "x" * (longest + 1)}), TODAY)
    assert refusal.value.field == field


@given(st.text())
def test_tidied_text_stays_as_it_is_when_tidied_again(text: str) -> None:
    wanted = Version(State.HEARD, "x" + text[:1000])
    once = action_item.checked(None, wanted, TODAY)
    assert action_item.checked(None, once, TODAY) == once
    assert "\x00" not in once.heard


def test_only_open_promises_are_overdue() -> None:
    due = date(2026, 1, 1)
    late = [state for state in State if action_item.overdue(state, due, TODAY)]
    assert late == [State.HEARD, State.PLANNED, State.UNDER_WAY]
    assert not action_item.overdue(State.PLANNED, None, TODAY)


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.none(), max_size=4))
def test_a_link_depends_on_everything_in_it(record: dict[str, str | int | None]) -> None:
    sealed = link(ORIGIN, record)
    assert sealed == link(ORIGIN, dict(reversed(record.items())))
    assert sealed != link(sealed, record)
    assert sealed != link(ORIGIN, record | {"another": 1})
