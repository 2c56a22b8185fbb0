"""The numbers that stand in addresses: ids that a database can hold, and nothing larger.

A larger one names nothing. Asked for it, a database answers with an error and not with "none".
"""

from flask import Flask, request
from werkzeug.routing import IntegerConverter

LARGEST_ID = 999_999_999


class IdConverter(IntegerConverter):
    """`<int:…>` in every route of the application."""

    regex = r"\d{1,9}"


def install(app: Flask) -> None:
    """Call it before any route is added."""
    app.url_map.converters["int"] = IdConverter


def number(name: str) -> int | None:
    """Give a number of the address's query; None where there is none that could be an id.

    >>> app = Flask(__name__)
    >>> with app.test_request_context("/?page=2&wave=99999999999&group=-1"):
    ...     number("page"), number("wave"), number("group"), number("release")
    (2, None, None, None)
    """
    found = request.args.get(name, type=int)
    return found if found is not None and 0 <= found <= LARGEST_ID else None
