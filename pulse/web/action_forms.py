"""The forms of the action log."""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.widgets import HiddenInput

from pulse.domain import action_item
from pulse.domain.action_item import State, Version
from pulse.web.choices import choices

WORDS = {
    State.HEARD: "Heard: we are still thinking about it",
    State.PLANNED: "Planned: we will do it",
    State.UNDER_WAY: "Under way: we have begun",
    State.DONE: "Done",
    State.DECLINED: "Declined: we will not do it, and say why",
}


class ActionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """One version of an action item. What each state needs is decided by the domain."""

    finding = HiddenField()
    version = IntegerField(widget=HiddenInput(), default=0)
    heard = TextAreaField(
        "What we heard",
        [validators.InputRequired("Say what you heard.")],
        description="In your own words, so that people see that they were understood.",
    )
    state = SelectField("Where this stands", [validators.InputRequired()])
    will_do = TextAreaField(
        "What we will do",
        description="One thing that people can later see done or not. Needed from “planned” on.",
    )
    owner = StringField(
        "Who does it", description="A name, not a department. Needed from “planned” on."
    )
    due_on = DateField("By when", [validators.Optional()], description="Needed from “planned” on.")
    reason = TextAreaField("Why not", description="Needed where you decline.")

    def offer(self, previous: State | None) -> None:
        """Offer the states that may follow."""
        following = action_item.MOVES[previous]
        self.state.choices = choices(
            (state.value, words) for state, words in WORDS.items() if state in following
        )

    def wanted(self) -> Version:
        """Give what was written as a version, unchecked."""
        return Version(
            state=State(self.state.data),
            heard=self.heard.data or "",
            will_do=self.will_do.data or "",
            owner=self.owner.data or "",
            due_on=self.due_on.data,
            reason=self.reason.data or "",
        )


def filled(said: Version, version: int) -> dict[str, object]:
    """Give the latest version as the starting point of the next one."""
    return {
        "version": version,
        "heard": said.heard,
        "state": said.state.value,
        "will_do": said.will_do,
        "owner": said.owner,
        "due_on": said.due_on,
        "reason": said.reason,
    }
