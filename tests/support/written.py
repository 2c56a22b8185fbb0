"""The texts with digits in them that the pages of results hold, written from the files alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tests.support.reader import COLUMNS, NAMES, RATE, Wave, ends

KINDS = {measure: kind for kind, measure, _ in COLUMNS}
STARTS = (5, 10, 20, 50, 100)
SIZES = (10, 20, 50, 100, 250)
# Texts of the pages that are the same whatever was answered.
ABOUT_ENPS = (
    "Asked how likely they are to recommend working here, 0 to 10: the share who chose 9 or 10,"
    " less the share who chose 0 to 6. It runs from −100 to +100."
)
SURE = (
    "Whoever took part on another day, or with another colleague in their place, might have"
    " answered a little differently. The interval beside a figure holds the true value 95 times in"
    " 100 such intervals. The fewer took part, the wider it is."
)
SCALES = "Favourable answers in per cent of all ballots; eNPS from −100 to +100"
CLASSES = ("favourable", "neutral", "unfavourable")
NO_ENPS = "Fewer than 10 people answered, which is too few for an eNPS."
CLASSES_OF_ENPS = ("promoters", "passives", "detractors")
COMMENTS_ON_A_PAGE = 25

Texts = Iterator[str]
View = Mapping[str, str]


def plain(value: float | str, kind: str) -> str:
    """Write a figure as a page has it: in whole points, those of eNPS with a sign."""
    if abs(float(value)) < 0.5:
        return "0"
    return f"{float(value):{'+' if kind == 'enps' else ''}.0f}".replace("-", "−")


def between(low: str, high: str, kind: str) -> str:
    return f"{plain(low, kind)} to {plain(high, kind)}"


def points(value: float) -> str:
    said = f"{value:.0f}"
    return {"0": "less than 1 point", "1": "1 point"}.get(said, f"{said} points")


def band(people: int) -> str:
    at = sum(start <= people for start in STARTS)
    return f"{STARTS[at - 1]} to {STARTS[at] - 1}"


def share(low: float, high: float, middle: float | None = None) -> str:
    """Write a share of a hundred; what is published as an interval is never written as one."""
    if low == high:
        return f"{low:.0f} %"
    if middle is not None and low > 0 and high < 100:
        return f"about {middle:.0f} %"
    return f"at most {high:.0f} %" if low <= 0 else f"at least {low:.0f} %"


def row_of(*cells: str) -> str:
    return f"| {' | '.join(cells)}".strip()


def columns_of(view: View) -> Sequence[tuple[str, str, str]]:
    return [column for column in COLUMNS if view.get("driver", column[1]) == column[1]]


@dataclass(frozen=True, slots=True)
class Written:
    """The pages of the results of one of several waves, the last of which is the latest.

    A group is `dimension:code`, and a view what the address of a page asks for.
    """

    waves: Sequence[Wave]
    at: int

    @property
    def now(self) -> Wave:
        return self.waves[self.at]

    def staff(self, key: str) -> Texts:
        yield f"Closed {self.now.day}"
        if self.now.shown(key):
            yield from self._headline(key)
            yield from self._answers(key)
        yield from self._everywhere(key)
        yield from self._ending()

    def hr(self, view: View) -> Texts:
        key = view.get("group", self.now.everybody)
        yield f"Closed {self.now.day}"
        yield from self._headline(key)
        yield from self._heatmap(key, view)
        yield from self._trend(view.get("trend", key), view.get("measure", "engagement"))
        yield from self._everywhere(key)
        yield from self._comments(view.get("q", ""))
        yield from self._ending()

    def _headline(self, key: str) -> Texts:
        invited = self.now.groups[key]["invited"]
        if not self.now.shown(key):
            yield from (ABOUT_ENPS, f"{invited} people invited.")
            return
        index = self.now.value(key, "driver", "engagement")
        rate = self.now.value(key, "rate", RATE)
        yield f"{index:.0f} of 100"
        yield from self._sure(key, "driver", "engagement")
        if self.now.tells(key, "enps"):
            yield plain(self.now.value(key, "enps", "enps"), "enps")
            yield from self._sure(key, "enps", "enps")
        else:
            yield NO_ENPS
        yield ABOUT_ENPS
        yield f"{rate:.0f} %"
        yield f"{band(self.now.people(key))} of {invited} people invited."
        if rate < 100:
            first, second = (max(0, index - (1 - rate / 100) * less) for less in (10, 20))
            yield (
                "If those who did not answer were 10 points less favourable, the index of"
                f" everybody would be {first:.0f}; if 20 points, {second:.0f}."
            )
        yield SURE

    def _sure(self, key: str, kind: str, measure: str) -> Texts:
        row = self.now.cells[key, kind, measure]
        yield f"95 % interval {between(row['low'], row['high'], kind)}"
        if row["change"]:
            yield self._change(key, kind, measure)

    def _change(self, key: str, kind: str, measure: str) -> str:
        row, before = self.now.cells[key, kind, measure], self.waves[self.at - 1]
        assert row["before"] == str(before.about["wave"])
        moved = self.now.value(key, kind, measure) - before.value(key, kind, measure)
        interval = f"(interval {between(row['change_low'], row['change_high'], 'enps')})"
        if row["holds"] == "1":
            way = "▲ up" if moved > 0 else "▼ down"
            return f"{way} {points(abs(moved))} since {before.day} {interval}"
        return f"No change since {before.day} that can be told from chance {interval}"

    def _answers(self, key: str) -> Texts:
        yield (
            f"Shares are of everybody who took part ({band(self.now.people(key))} people). Whoever"
            " gave no answer is counted with the neutral ones, so that a skipped question gives"
            " nobody away."
        )
        for kind, measure, _ in COLUMNS[:-1]:
            if kind == "driver":
                yield f"{self.now.value(key, kind, measure):.0f} % favourable"
            for code in self.now.questions("driver", measure):
                yield from self._question(key, code)

    def _question(self, key: str, code: str) -> Texts:
        row, words = self.now.cells[key, "question", code], CLASSES
        if code == "enps":
            words = CLASSES_OF_ENPS
        spans = [[100 * end / int(row["n"]) for end in ends(row[name])] for name in CLASSES]
        good, _, bad = (sum(span) / 2 for span in spans)
        middle = 100 - good - bad
        for start, width in ((0, good), (good, middle), (good + middle, bad)):
            yield f"{start:.2f}% {width:.2f}%" if start else f"0% {width:.2f}%"
        yield (
            f"{share(*spans[0])} {words[0]} {share(*spans[1], middle)} {words[1]} or no answer"
            f" {share(*spans[2])} {words[2]}"
        )
        change = self._change(key, "question", code) if row["change"] else ""
        if change.startswith("No"):
            change = "no clear change"
        yield f"{words[0]}: 95 % interval {between(row['low'], row['high'], '')} {change}".strip()

    def _everywhere(self, key: str) -> Texts:
        """Write how far groups lie apart; what can be told is said by spread.csv."""
        dimension = self.now.groups[key]["dimension"]
        for row in self.now.spread:
            if row["dimension"] == dimension:
                yield from self._apart(dimension, row["measure"], row["verdict"])

    def _apart(self, dimension: str, measure: str, verdict: str) -> Texts:
        name, kind = NAMES[measure], KINDS[measure]
        blocks, observed, chance = self.now.apart(dimension, kind, measure)
        groups = f"The {len(blocks)} groups typically lie {points(observed)} from their mean,"
        if measure == "engagement":
            yield (
                f"{name}: no. {groups} where chance alone would put them {points(chance)} off."
                if verdict == "apart"
                else f"{name}: it cannot be told. {groups} and chance alone would put them about"
                f" {points(chance)} off. That is no proof that they are alike."
            )
        beyond = max(0, observed**2 - chance**2) ** 0.5
        said = f"Yes, by about {beyond:.0f}" if verdict == "apart" else "Cannot be told"
        everybody = plain(self.now.value(self.now.everybody, kind, measure), kind)
        placed = []
        for end in (blocks[0], blocks[-1]):
            row = self.now.cells[end, kind, measure]
            value = plain(self.now.value(end, kind, measure), kind)
            interval = between(row["low"], row["high"], kind)
            placed.append(f"{self.now.groups[end]['name']} {value} ({interval})")
        yield row_of(name, said, f"{observed:.0f}", f"{chance:.0f}", everybody, *placed)

    def _heatmap(self, key: str, view: View) -> Texts:
        top, below, found = self._listed(key, view)
        depths = sorted({self.now.depth(each) for each in below})
        yield from (f"{at} levels below it" for at in range(2, len(depths) + 1))
        yield from (f"{size} or more" for size in SIZES)
        filtered = view.keys() & {"part", "level", "least"}
        kinds = {self.now.groups[each]["dimension"] for each in found if each != top}
        others = kinds - {self.now.groups[top]["dimension"]}
        parts = f"its groups by {others.pop().capitalize()}" if others else "its parts"
        beside = "what was found below it" if filtered else parts
        reading = self._extremes([top, *found], view)
        title = f"Favourable answers by driver, {self.now.groups[top]['name']} and {beside}"
        yield from (f"{title}. {reading}", reading)
        columns = columns_of(view)
        if any(kind == "enps" for kind, *_ in columns):
            yield SCALES
        for each in (top, *found):
            name = self.now.groups[each]["name"]
            if self.now.shown(each):
                shades = (self._shaded(each, kind, measure) for kind, measure, _ in columns)
                yield row_of(name, band(self.now.people(each)), *shades)
            else:
                where = f"Too few to stand alone. Counted in “{self.now.into(each)}”"
                yield row_of(name, where)

    def _shaded(self, key: str, kind: str, measure: str) -> str:
        """Write a cell with the name of its colour: seven steps of its scale."""
        if not self.now.tells(key, kind):
            return NO_ENPS
        value, low = self.now.value(key, kind, measure), -100 if kind == "enps" else 0
        return f"heat-{1 + min(6, int(7 * (value - low) / (100 - low)))} {plain(value, kind)}"

    def rows(self, view: View) -> list[str]:
        """List the groups of the heatmap from the first row down."""
        top, _, found = self._listed(view.get("group", self.now.everybody), view)
        return [top, *found]

    def _listed(self, key: str, view: View) -> tuple[str, list[str], list[str]]:
        """Give the first row of the heatmap, all that lies below it, and what is asked for."""
        now, dimension = self.now, self.now.groups[key]["dimension"]
        below, top = now.within(dimension), now.everybody
        if dimension == now.groups[top]["dimension"]:
            parents = {now.parent(each) for each in below}
            top = key if key in parents else now.parent(key) or key
            below = [each for each in below if top in now.above(each)]
        nearest = min(map(now.depth, below))
        found = [each for each in below if view.get("level") == "all" or now.depth(each) == nearest]
        part = view.get("part", "").lower()
        found = [each for each in found if part in now.groups[each]["name"].lower()]
        if least := int(view.get("least", 0)):
            found = [each for each in found if now.shown(each) and now.people(each) >= least]
        if "sort" not in view:
            return top, below, found
        kind = KINDS.get(view["sort"], "")
        shown = [each for each in found if now.shown(each) and now.tells(each, kind)]
        untold = [each for each in found if now.shown(each) and not now.tells(each, kind)]
        shown.sort(key=lambda each: self._place(each, view["sort"]), reverse="order" in view)
        return top, below, shown + untold + [each for each in found if not now.shown(each)]

    def _place(self, key: str, sort: str) -> tuple[str, float]:
        """Give what a group is sorted by."""
        if sort == "name":
            return self.now.groups[key]["name"].lower(), 0
        number = self.now.people(key) if sort == "n" else self.now.value(key, KINDS[sort], sort)
        return "", number

    def _extremes(self, listed: Sequence[str], view: View) -> str:
        drivers = [column for column in columns_of(view) if column[0] == "driver"]
        cells = [
            (self.now.value(key, kind, measure), f"{name} in {self.now.groups[key]['name']},")
            for key in listed[1:]
            if self.now.shown(key)
            for kind, measure, name in drivers
        ]
        low, lowest = min(cells, key=lambda cell: cell[0])
        high, highest = max(cells, key=lambda cell: cell[0])
        said = f"Lowest: {lowest} {low:.0f} % favourable. Highest: {highest} {high:.0f} %."
        if hidden := sum(not self.now.shown(key) for key in listed):
            said += f" {hidden} of {len(listed)} groups are hatched; the table says why."
        return said

    def _trend(self, key: str, measure: str) -> Texts:
        lines = [key] if key == self.now.everybody else [key, self.now.everybody]
        line = self._line(key, measure)
        said = [f"{value} on {wave.day}" for wave, value in zip(self.waves, line, strict=True)]
        said = [each for each in said if not each.startswith("not shown")]
        if said:
            last = " in the wave that closed on ".join(said.pop().split(" on "))
            reading = f"{NAMES[measure]}: {', '.join([*said, last])}."
            if not said:
                reading += " A line needs a second wave."
            name = [wave.groups[key]["name"] for wave in self.waves if key in wave.groups][-1]
            yield from (f"{NAMES[measure]} over the waves, {name}. {reading}", reading)
        for at, wave in enumerate(self.waves):
            values = [self._line(each, measure)[at] for each in lines]
            untold = wave.shown(key) and not wave.tells(key, KINDS[measure])
            note = NO_ENPS if untold else self._note(key, at)
            yield row_of(wave.about["title"], wave.day, *values, note)

    def _line(self, key: str, measure: str) -> list[str]:
        """Write a figure in every wave."""
        unit = "" if measure == "enps" else " %"
        return [
            f"{plain(wave.value(key, KINDS[measure], measure), measure)}{unit}"
            if wave.shown(key) and wave.tells(key, KINDS[measure])
            else "not shown"
            for wave in self.waves
        ]

    def _note(self, key: str, at: int) -> str:
        """Say why nothing is shown in a wave, or why the line begins anew."""
        wave = self.waves[at]
        if key not in wave.groups:
            return "The group was not there in this wave."
        if not wave.shown(key):
            into = wave.into(key)
            return f"Too few to stand alone. Counted together with others, as “{into}”."
        anew = at and not self.waves[at - 1].shown(key)
        return "Nothing of the group is shown for the wave before." if anew else ""

    def _comments(self, search: str) -> Texts:
        about, said = self.now.about, self.now.said
        least = about["policy"]["comment_floor"]
        found = [text for text in said if search in text]
        themes = about["themes"]
        yield (
            f"{about['masked']['names']} names were masked in {len(said)} comments. In random"
            f" order, under groups in which at least {least} people took part. Please do not guess"
            " who wrote what: it breaks the promise that made them write."
        )
        yield f"All {len(said)}"
        yield from (f"{theme['name']} {theme['comments']}" for theme in themes)
        yield f"Other {len(said) - sum(theme['comments'] for theme in themes)}"
        yield (
            f"Each theme is named by words that at least {least} of its comments share, with how"
            " many comments are about it. Found on this server; no text left it."
        )
        if search:
            yield f"{len(found)} comments with “{search}”."
        if len(found) > COMMENTS_ON_A_PAGE:
            yield f"Page 1 of {ceil(len(found) / COMMENTS_ON_A_PAGE)} More comments"

    def _ending(self) -> Texts:
        about, floor = self.now.about, self.now.about["policy"]["floor"]
        hidden = sum(not self.now.shown(key) for key in self.now.groups)
        yield (
            f"A group is shown only where at least {floor} people took part in it, and where"
            f" nothing can be worked out about fewer than {floor} from all groups together. Smaller"
            " groups are counted together with their neighbours. That is decided from how many took"
            " part, before any answer is read, and is the same for every reader."
        )
        if hidden:
            yield f"{hidden} of {len(self.now.groups)} groups are not shown on their own"
        yield (
            f"{about['invited']} people were invited and {about['started']} started; no new slip"
            f" was handed out. The box held {about['ballots']} ballots. All of them could be read,"
            " and no group had more of them than signatures were given to it."
        )
        for wave in reversed(self.waves):
            yield f"{wave.about['title']}, closed {wave.day}"
