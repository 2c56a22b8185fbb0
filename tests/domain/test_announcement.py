import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import announcement, hook_format, hook_state
from pulse.domain.announcement import Announcement, Event
from pulse.domain.hook_state import Outcome

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASE = "https://pulse.example"
TEXTS = st.text(max_size=60)
EVENTS = st.sampled_from(Event)


def made(event: Event, title: str, said: str) -> Announcement:
    return Announcement(event, 7, title, 3, NOW + timedelta(days=7), "Europe/Berlin", said)


@given(EVENTS, TEXTS, TEXTS)
def test_chats_find_no_mark_in_what_somebody_wrote(event: Event, title: str, said: str) -> None:
    words = announcement.words(event, made(event, title, said).facts(), BASE)
    slack = json.loads(hook_format.slack(words))
    *texts, link = [block["text"]["text"] for block in slack["blocks"]]
    for text in (*texts, slack["text"]):
        assert not set("<>") & set(text)
        assert not re.search(r"&(?!amp;|lt;|gt;)", text)
    assert link == f"<{words.link}|{words.link_text}>"
    assert all(block["text"]["verbatim"] for block in slack["blocks"])
    teams = json.loads(hook_format.teams(words))
    (card,) = [item["content"] for item in teams["attachments"]]
    assert {item["type"] for item in card["body"]} == {"RichTextBlock"}
    assert card["body"][0]["inlines"][0]["text"] == words.headline
    assert [item["url"] for item in card["actions"]] == [words.link]


@given(EVENTS, TEXTS, TEXTS)
def test_links_lead_to_pages_for_everybody(event: Event, title: str, said: str) -> None:
    found = announcement.words(event, made(event, title, said).facts(), BASE)
    assert re.fullmatch(rf"{BASE}(/|/promise|/results|/log/7)", found.link)


@given(EVENTS, TEXTS, st.text())
def test_a_program_reads_nothing_but_public_facts(event: Event, title: str, said: str) -> None:
    facts = made(event, title, said).facts()
    body = json.loads(hook_format.standard(event, facts, f"{BASE}/", NOW))
    assert set(body) == {"type", "timestamp", "data"}
    public = {"id", "title", "number", "closes_at", "time_zone", "said", "url"}
    assert set(body["data"]) <= public
    assert len(str(body["data"].get("said", ""))) <= announcement.LONGEST_SAID


def test_every_event_has_words_in_a_language_that_has_none() -> None:
    for event in Event:
        words = announcement.words(event, made(event, "Spring", "We will.").facts(), BASE, "xx")
        assert words.headline
        assert words.text
        assert "{" not in words.headline + words.text


def test_the_closing_time_is_told_where_the_wave_is() -> None:
    facts = made(Event.WAVE_OPENED, "Spring", "").facts()
    assert (
        "Mon 9 Mar 2026, 10:00 (Europe/Berlin)"
        in announcement.words(Event.WAVE_OPENED, facts, BASE).text
    )


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 429, 500, 503, 199])
def test_all_but_a_yes_is_tried_again(status: int) -> None:
    assert hook_state.outcome(status) is Outcome.REFUSED
    assert not hook_state.is_given_up(Outcome.REFUSED, 1)
