"""The forms of channels."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField, validators, widgets

from pulse.domain import outside_address
from pulse.domain.announcement import CHOICES, Event
from pulse.domain.hook_format import HookKind
from pulse.domain.outside_address import Allowed
from pulse.hooks.values import Draft
from pulse.web.choices import choices

KINDS = {
    HookKind.SLACK: "Slack, or a chat that takes the same",
    HookKind.TEAMS: "Microsoft Teams, by a workflow",
    HookKind.STANDARD: "A program of your own, with a signature",
}
EVENTS = {
    Event.WAVE_OPENED: "A wave has opened",
    Event.WAVE_CLOSED: "A wave has closed",
    Event.WAVE_RELEASED: "Results can be read",
    Event.ACTION_POSTED: "Something new stands in the action log",
    Event.TEST: "A test",
}


class Checkboxes(SelectMultipleField):
    """Several choices, each a checkbox."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class ButtonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """One button, nothing but its token."""


class ChangeForm(FlaskForm):  # type: ignore[misc]  # As above.
    """What can be changed of a channel."""

    name = StringField(
        "Name",
        [validators.InputRequired("Please give a name.")],
        description="For this list only, for example “All staff” or “Intranet”.",
    )
    url = StringField("Address")
    events = Checkboxes(
        "Announce",
        [validators.InputRequired("Please choose at least one thing to announce.")],
        choices=choices([(event.value, EVENTS[event]) for event in CHOICES]),
    )

    def draft(self, kind: HookKind, allowed: Sequence[Allowed]) -> Draft:
        """Give what was filled in. Raises Invalid for an address that may not be called."""
        typed = (self.url.data or "").strip()
        address = outside_address.checked(typed, allowed) if typed else None
        events = tuple(Event(value) for value in self.events.data or ())
        return Draft(kind, self.name.data or "", address, events)


class AddForm(ChangeForm):
    """A new channel."""

    kind = RadioField(
        "Where to",
        [validators.InputRequired("Please choose where it goes.")],
        choices=choices([(kind.value, words) for kind, words in KINDS.items()]),
    )
    url = StringField(
        "Address",
        [validators.InputRequired("Please give the address.")],
        description="It begins with https:// and comes from the chat or program itself, where it "
        "makes incoming webhooks. It is kept encrypted, and no page shows it again.",
    )
