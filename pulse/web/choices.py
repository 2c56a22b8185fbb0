"""The choices of a select field, in the form that WTForms keeps.

Plain pairs are deprecated there, and its published types do not know the new form yet; so the
one exception from the type checker's rules stands here.
"""

from collections.abc import Iterable
from typing import Any

from wtforms.fields import choices as wtforms_choices


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Turn pairs of value and label into choices."""
    choice = wtforms_choices.SelectChoice  # type: ignore[attr-defined]  # Newer than its types.
    return [choice(value, label) for value, label in pairs]
