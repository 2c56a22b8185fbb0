"""The forms of signing in, of one's own account, and of managing accounts."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectField, StringField, validators

from pulse.domain.marking import marked
from pulse.domain.permission import Role
from pulse.people.units import UnitNode
from pulse.web.choices import choices

ROLES = (
    (Role.LEADER.value, "Leader: answers in the action log"),
    (Role.HR.value, "HR: staff file, surveys, results, turnover"),
    (Role.ADMIN.value, "Administrator: accounts"),
)
WHOLE_COMPANY = ""
_PASSWORD_RULE = marked("At least 12 characters; a sentence is easiest to remember.")


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """Signing in with a password."""

    email = StringField(
        marked("E-mail address"), [validators.InputRequired(marked("Enter your e-mail address."))]
    )
    password = PasswordField(
        marked("Password"), [validators.InputRequired(marked("Enter your password."))]
    )
    next = HiddenField()


class LinkForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Asking for a sign-in link."""

    work_email = StringField(
        marked("Work e-mail address"),
        [validators.InputRequired(marked("Enter your work e-mail address."))],
    )
    next = HiddenField()


class ButtonForm(FlaskForm):  # type: ignore[misc]  # As above.
    """A form of one button: nothing but its token."""


class OwnPasswordForm(FlaskForm):  # type: ignore[misc]  # As above.
    """A new password for oneself."""

    current = PasswordField(
        marked("Current password"),
        [validators.InputRequired(marked("Enter your current password."))],
    )
    password = PasswordField(
        marked("New password"),
        [validators.InputRequired(marked("Enter a new password."))],
        description=_PASSWORD_RULE,
    )


class ResetForm(FlaskForm):  # type: ignore[misc]  # As above.
    """A new password for somebody else."""

    password = PasswordField(
        "New password",
        [validators.InputRequired("Enter a new password.")],
        description=f"{_PASSWORD_RULE} It ends all sessions of this account.",
    )


class UnitForm(FlaskForm):  # type: ignore[misc]  # As above.
    """The unit that a leader answers for."""

    unit = SelectField("Answers for")

    def offer(self, units: Sequence[UnitNode]) -> None:
        self.unit.choices = unit_choices(units)

    def unit_id(self) -> int | None:
        return int(self.unit.data) if self.unit.data else None


class NewAccountForm(FlaskForm):  # type: ignore[misc]  # As above.
    """A new account."""

    name = StringField("Name", [validators.InputRequired("Enter the name that staff will read.")])
    email = StringField("E-mail address", [validators.InputRequired("Enter an e-mail address.")])
    role = SelectField("Role", [validators.InputRequired()], choices=choices(ROLES))
    unit = SelectField("Answers for", description="For leaders only.")
    password = PasswordField(
        "First password",
        [validators.InputRequired("Enter a first password.")],
        description=_PASSWORD_RULE,
    )

    def offer(self, units: Sequence[UnitNode]) -> None:
        self.unit.choices = unit_choices(units)

    def unit_id(self) -> int | None:
        return int(self.unit.data) if self.unit.data else None


def text(field: StringField) -> str:
    """Give what was typed into a field."""
    return field.data or ""


def unit_choices(units: Sequence[UnitNode]) -> list[Any]:
    """Give all units as an indented list, the whole company first."""
    depth: dict[int | None, int] = {None: -1}
    pairs = [(WHOLE_COMPANY, "The whole company")]
    for node in units:  # Parents come before their children.
        depth[node.id] = depth[node.parent_id] + 1
        pairs.append((str(node.id), "\u2003" * depth[node.id] + node.name))
    return choices(pairs)
