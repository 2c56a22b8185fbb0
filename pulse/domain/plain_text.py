"""Text that no spreadsheet runs as a formula, however the file is opened.

The rules are those that OWASP gives against CSV injection. Quoting alone is none of them: a
program may take the quotes off, trim spaces, or cut a line at another separator than the one it
was written with, and then a formula begins in the middle of a text.
"""

import re

# Full-width signs are taken for the plain ones in some languages; spaces, quotes, and what nobody
# sees do not protect, because programs drop them.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_DROPPED = "\\s\"'`\u00a0\u00ad\u200b-\u200f\u2060\ufeff\x00-\x1f"
_AT_THE_START = re.compile(rf"[{_DROPPED}]*[{_SIGNS}]|[\t\r\n]")
_AFTER_A_SEPARATOR = re.compile(rf"([;|\t\r\n][{_DROPPED}]*)(?=[{_SIGNS}])")


def harmless(text: str) -> str:
    r"""Put an apostrophe wherever a formula could begin.

    >>> harmless("=SUM(A1)"), harmless("Care, north - 3"), harmless('" @x')
    ("'=SUM(A1)", 'Care, north - 3', '\'" @x')
    >>> harmless("Thanks;=1+1;\n-2")
    "Thanks;'=1+1;\n'-2"
    """
    inside = _AFTER_A_SEPARATOR.sub(r"\1'", text)
    return f"'{inside}" if _AT_THE_START.match(text) else inside
