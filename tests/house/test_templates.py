"""Pages obey the strict content security policy by how they are written."""

import re

import pytest

from tests.support import tree

# Mail clients know no stylesheet, so that letters alone carry their styles in the text.
PAGES = [path for path in tree.under("templates", ending=(".html",)) if path.parts[1] != "mail"]
# A JSON block is data for a script file; the policy does not count it as a script.
BREACHES = {
    "an inline script": r"<script(?![^>]*(\bsrc=|type=\"application/json\"))[^>]*>",
    "an inline style": r"<style\b|\sstyle=",
    "a handler in the text": r"\son[a-z]+=\"",
    "an address that runs": r"(href|src|action)=\"\s*javascript:",
    "a host that is not ours": r"(src|action|<link[^>]*href)=\"(https?:)?//",
    "text that is not escaped": r"\|\s*safe\b|autoescape\s+false",
}


@pytest.mark.parametrize("breach", BREACHES)
def test_no_page_has(breach: str) -> None:
    pattern = re.compile(BREACHES[breach], re.IGNORECASE)
    found = [
        f"{page}: {match.group(0)}" for page in PAGES for match in pattern.finditer(tree.read(page))
    ]
    assert found == []


def test_stylesheets_and_scripts_ask_no_other_host() -> None:
    pattern = re.compile(r"url\(\s*['\"]?(https?:)?//|@import|fetch\(\s*['\"](https?:)?//")
    ours = tree.under("static", ending=(".css", ".js"))
    assert [str(path) for path in ours if pattern.search(tree.read(path))] == []
