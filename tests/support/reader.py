"""A reader of results pages who fetches the files that a page offers, and computes from them.

The formulas are those of docs/methods.md, written out once more from nothing but the files.
"""

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from io import StringIO
from math import sqrt
from statistics import fmean, stdev

RATE = "participation"
# What can be asked of a group: how it is computed, its key in addresses, its name.
COLUMNS = (
    ("driver", "engagement", "Engagement index"),
    ("driver", "tools", "Tools that work"),
    ("enps", "enps", "eNPS"),
    ("rate", RATE, "Participation"),
)
NAMES = {measure: name for _, measure, name in COLUMNS}
FILES = re.compile(r'href="(/(?:hr/)?results/\d+/files/(\w+)\.(?:csv|json))"')
DIGIT = re.compile(r"\d")
BREAKS = frozenset(
    "blockquote caption div figcaption figure h1 h2 h3 label legend li main option p script"
    " section summary table title tr".split()
)
SPOKEN = ("aria-label", "title", "alt")
# Attributes that are addresses, names or sizes, and nothing that is read, heard or drawn as a bar.
SILENT = frozenset(
    "action aria-labelledby charset colspan content data-cell height href id maxlength src"
    " tabindex value width".split()
)


class Page(HTMLParser):
    """The texts of a page that hold a digit, all rows of its tables, and what its charts draw.

    Bars are read as where they begin and how wide they are, shades of the heatmap by their names.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.charts: list[dict] = []
        self._parts, self._inside = [""], ""
        self.feed(text)
        parts = [" ".join(part.split()) for part in self._parts]
        self.texts = [part for part in parts if part.startswith("|") or DIGIT.search(part)]

    def handle_starttag(self, tag, attrs) -> None:
        found = {name: value or "" for name, value in attrs}
        looks = found.get("class", "")
        self._inside = found.get("type", tag) if tag in {"script", "style"} else ""
        if tag in BREAKS or looks.startswith("stat-"):
            self._parts.append("")
        if tag in {"td", "th"} and found.get("scope") != "col":
            self._parts[-1] += " | "
        if looks.startswith("heat-") and tag == "td":
            self._parts[-1] += f"{found.pop('class')} "
        if "x" in found:
            self._parts += [f"{found.pop('x')} {found.pop('width')}", ""]
        for name in SPOKEN:
            self._parts += [found.pop(name), ""] if name in found else []
        assert {name for name, value in found.items() if DIGIT.search(value)} <= SILENT

    def handle_endtag(self, tag) -> None:
        self._inside = ""
        if tag in BREAKS:
            self._parts.append("")

    def handle_data(self, data) -> None:
        if self._inside == "application/json":
            self.charts.append(json.loads(data))
        elif not self._inside:
            self._parts[-1] += data


def ends(count: str) -> tuple[float, float]:
    low, _, high = count.partition("..")
    return float(low), float(high or low)


def middle(count: str) -> float:
    return sum(ends(count)) / 2


class Wave:
    """The files of one wave, and what is computed from them; a group is `dimension:code`."""

    def __init__(self, fetch: Callable[[str], bytes], page: str) -> None:
        text = {name: fetch(link).decode("utf-8-sig") for link, name in FILES.findall(page)}
        rows = {name: list(csv.DictReader(StringIO(body))) for name, body in text.items()}
        self.about = json.loads(text["release"])
        self.said = [row["text"] for row in rows.get("comments", ())]
        self.spread = rows["spread"]
        self.groups = {f"{row['dimension']}:{row['group']}": row for row in rows["groups"]}
        self.cells = {
            (f"{row['dimension']}:{row['group']}", row["kind"], row["measure"]): row
            for row in rows["cells"]
        }
        self.everybody = next(iter(self.groups))
        closed = date.fromisoformat(self.about["closed_on"])
        self.day = f"{closed.day} {closed:%B %Y}"

    def shown(self, key: str) -> bool:
        return key in self.groups and self.groups[key]["status"] == "released"

    def people(self, key: str) -> int:
        return int(self.groups[key]["n"])

    def within(self, dimension: str) -> list[str]:
        return [key for key, row in self.groups.items() if row["dimension"] == dimension]

    def into(self, key: str) -> str:
        """Give the name of the block in which a group that was merged is counted."""
        row = self.groups[key]
        return self.groups[f"{row['dimension']}:{row['reason']}"]["name"]

    def parent(self, key: str) -> str:
        row = self.groups[key]
        return f"{row['dimension']}:{row['parent']}" if row["parent"] else ""

    def above(self, key: str) -> list[str]:
        """List the groups that a group is part of, the nearest first."""
        parent = self.parent(key)
        return [parent, *self.above(parent)] if parent else []

    def depth(self, key: str) -> int:
        return len(self.above(key))

    def questions(self, kind: str, measure: str) -> list[str]:
        """List the codes of the questions behind a figure."""
        place = "code" if kind == "question" else "driver"
        asked = [each for each in self.about["questions"] if each["scale"] != "open"]
        return [each["code"] for each in asked if each[place] == measure]

    def counts(self, key: str, kind: str, measure: str) -> list[dict[str, str]]:
        return [self.cells[key, "question", code] for code in self.questions(kind, measure)]

    def tells(self, key: str, kind: str) -> bool:
        """Whether a group has a figure of this kind; an eNPS takes ten people."""
        return kind != "enps" or self.people(key) >= 10

    def value(self, key: str, kind: str, measure: str) -> float:
        n = self.people(key)
        if kind == "rate":
            return 100 * n / max(n, int(self.groups[key]["invited"]))
        found = self.counts(key, kind, measure)
        if kind == "enps":
            return 100 * (middle(found[0]["favourable"]) - middle(found[0]["unfavourable"])) / n
        return fmean(100 * middle(row["favourable"]) / n for row in found)

    def apart(self, dimension: str, kind: str, measure: str) -> tuple[list[str], float, float]:
        """Give the blocks from the lowest up, their typical distance, and that by chance alone."""
        blocks = [
            key
            for key in self.within(dimension)
            if self.groups[key]["block"] == "1" and self.tells(key, kind)
        ]
        spans, good, bad = [], 0.0, 0.0
        for key in blocks:
            n, found = self.people(key), self.counts(key, kind, measure)
            (low, high), (less, more) = (
                [fmean(each) for each in zip(*(ends(row[name]) for row in found), strict=True)]
                for name in ("favourable", "unfavourable")
            )
            spans.append(((low - more) / n, (high - less) / n))
            good, bad = good + (low + high) / 2, bad + (less + more) / 2
            if kind != "enps":
                spans[-1] = (low / n, high / n)
        everybody = sum(map(self.people, blocks))
        good, bad = good / everybody, bad / everybody if kind == "enps" else 0
        mean = good - bad
        near = [100 * min(max(mean, low), high) for low, high in spans]
        variance = good + bad - mean**2
        chance = 100 * sqrt(fmean(variance / self.people(key) for key in blocks))
        return sorted(blocks, key=lambda key: self.value(key, kind, measure)), stdev(near), chance
