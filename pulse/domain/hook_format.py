"""Announcements in the formats of those who take them: two chats, and programs.

    slack      an incoming webhook: text and blocks, with & < > escaped
    teams      a workflow of Teams: one Adaptive Card
    standard   a Standard Webhook: type, timestamp, data

None of the texts can mention everybody or become a link, whatever HR or leaders wrote: chats read
their own marks in what they are sent.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pulse.domain.announcement import Event, Words


class HookKind(StrEnum):
    """Who takes announcements."""

    SLACK = "slack"
    TEAMS = "teams"
    STANDARD = "standard"


CARD = "application/vnd.microsoft.card.adaptive"
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_CARD_VERSION = "1.4"


def slack(words: Words) -> bytes:
    """Write the message of a Slack incoming webhook.

    >>> b"&lt;!channel&gt;" in slack(Words("<!channel>", "", "Read", "https://pulse.example/"))
    True
    """
    headline, text = escaped(words.headline), escaped(words.text)
    lines = (
        f"*{headline.replace('*', '')}*",
        text,
        f"<{words.link}|{escaped(words.link_text)}>",
    )
    return _written(
        {
            "text": f"{headline} {words.link}",
            "blocks": [_section(line) for line in lines if line],
            "unfurl_links": False,
            "unfurl_media": False,
        }
    )


def teams(words: Words) -> bytes:
    """Write the message that a workflow of Teams posts: a card whose texts are never marked up."""
    card = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": _CARD_VERSION,
        "body": [
            _runs({"text": words.headline, "weight": "Bolder", "size": "Medium"}),
            _runs({"text": words.text}),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": words.link_text, "url": words.link}],
    }
    attachment = {"contentType": CARD, "contentUrl": None, "content": card}
    return _written({"type": "message", "attachments": [attachment]})


def standard(
    event: Event, facts: Mapping[str, str | int], link: str, happened_at: datetime
) -> bytes:
    """Write the body of a Standard Webhook; it is the same at each attempt, byte for byte."""
    timestamp = happened_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    data = {**facts, "url": link}
    return _written({"type": event.value, "timestamp": timestamp, "data": data})


def escaped(text: str) -> str:
    """Escape what Slack reads as marks.

    >>> escaped("R&D <@everyone>")
    'R&amp;D &lt;@everyone&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _runs(run: Mapping[str, str]) -> dict[str, Any]:
    """Give a text that is shown as it is; a TextBlock would read Markdown in it."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}]}


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
