"""Marks the texts of the domain that a door says to an employee in that person's language.

The domain speaks English and knows no catalogue. What is marked is found by `make translations`.
"""


def marked(text: str) -> str:
    """Give the text itself.

    >>> marked("Agree")
    'Agree'
    """
    return text
