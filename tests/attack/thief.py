"""The thief: pairs every person with a ballot by all that two databases may have in common.

It shares no code with the product and is not told how the tables are called: whatever names an
employee is a roll, whatever else has as many rows is a sheet. Every order of a roll is laid beside
every order of a sheet; equal values and hashes of known secrets come on top. Where people and
ballots have places on one scale, a log or the numbers of transactions, it gives each ballot to
whoever started last before it, or first, and has not been given one.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.attack import spoor
from tests.attack.loot import Loot, Row, Table

FEWEST = 50
Known = Mapping[int, set[bytes]]
Group = Callable[[int, object], object]
Kind = Callable[[Row], object]
Places = Sequence[tuple[int, int]]
_SECRET = re.compile(rb"#t=(?:3D)?([\w-]{20,})")
_ADDRESS = re.compile(rb"^To: (\S+)", re.MULTILINE)
_PREFIXES = (b"", b"pulse/v1", b"pulse/shard/v1", b"pulse")


@dataclass(frozen=True, slots=True)
class Guess:
    """How it was guessed, and which row of which sheet each person is said to have filled."""

    trick: str
    sheet: str
    pairs: tuple[tuple[int, Row], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """People or rows in an order that might be the order of time."""

    name: str
    entries: tuple[tuple[int, Row], ...]


def guesses(loot: Loot, group: Group, kind: Kind) -> list[Guess]:
    """Try everything. `kind` tells the label on a row, `group` a person's of the same kind."""
    found: list[Guess] = []
    known = _known_of_people(loot)
    logs = {name: spoor.read(text) for name, text in loot.texts.items() if not _is_mail(text)}
    told = {name: spoor.people(log, known) for name, log in logs.items()}
    rolls = [*_rolls(loot), *_rolls_of_logs(loot, told)]
    for sheet, rows in _sheets(loot):
        kept = {n for order in rows.orders.values() for n in order}
        by_log = {name: spoor.rows(log, rows.rows, kept) for name, log in logs.items()}
        lines = [*_lines(sheet, rows), *_lines_of_logs(sheet, rows, by_log)]
        for roll in rolls:
            found += [_paired(roll, line, group, kind, sheet) for line in lines]
        for scale, started, came in _scales(loot, rows, kept, told, by_log):
            entries = [(place, rows.rows[n]) for place, n in came]
            found += _neighbours(Scale(scale, sheet), started, entries, group, kind)
        found += _equal(known, sheet, rows)
    return [guess for guess in found if guess.pairs]


def _is_mail(content: bytes) -> bool:
    return _ADDRESS.search(content) is not None


def _rolls_of_logs(loot: Loot, told: Mapping[str, Mapping[str, Places]]) -> Iterator[Line]:
    absent = _absent(loot)
    for name, orders in told.items():
        for which, places in orders.items():
            entries = tuple((person, {}) for _, person in places if person not in absent)
            yield Line(f"{which} in {name}", entries)


def _lines_of_logs(sheet: str, table: Table, by_log: Mapping[str, Places]) -> Iterator[Line]:
    for name, places in by_log.items():
        yield Line(f"{sheet} in {name}", tuple((n, table.rows[n]) for _, n in places))


def _absent(loot: Loot) -> set[int]:
    """Give who has not started, which the rolls say themselves."""
    return {
        int(str(row["employee_id"]))
        for table in loot.main
        for row in table.rows
        if "employee_id" in row and not row.get("redeemed", True)
    }


def _scales(
    loot: Loot,
    sheet: Table,
    kept: set[int],
    told: Mapping[str, Mapping[str, Places]],
    by_log: Mapping[str, Places],
) -> Iterator[tuple[str, Places, Places]]:
    """Give people and rows with their places, wherever both have places on one scale."""
    absent = _absent(loot)
    for name, came in by_log.items():
        for which, places in told[name].items():
            yield f"{which} in {name}", [one for one in places if one[1] not in absent], came
    for table in loot.main:
        if not table.rows or "employee_id" not in table.rows[0]:
            continue
        for name in table.clocks.keys() & sheet.clocks.keys():
            people = [int(str(row["employee_id"])) for row in table.rows]
            clock = zip(table.clocks[name], people, strict=True)
            started = sorted((place, one) for place, one in clock if one not in absent)
            yield f"{table.name} {name}", started, sorted((sheet.clocks[name][n], n) for n in kept)


@dataclass(frozen=True, slots=True)
class Scale:
    """What people and rows have their places on."""

    name: str
    sheet: str


def _neighbours(
    scale: Scale, started: Places, came: Sequence[tuple[int, Row]], group: Group, kind: Kind
) -> Iterator[Guess]:
    """Give each row to who started last before it, or first; within each label."""
    like = kind(came[0][1]) if came else None
    for which, taken in (("last", -1), ("first", 0)):
        waiting: defaultdict[object, list[int]] = defaultdict(list)
        coming = list(reversed(started))
        pairs = []
        for place, row in came:
            while coming and coming[-1][0] <= place:
                person = coming.pop()[1]
                waiting[group(person, like)].append(person)
            if waiting[kind(row)]:
                pairs.append((waiting[kind(row)].pop(taken), row))
        yield Guess(f"{which} started, by {scale.name}", scale.sheet, tuple(pairs))


def _rolls(loot: Loot) -> Iterator[Line]:
    """People in every order in which a table that names them lies; those who started alone."""
    for table in (*loot.main, *loot.box):
        if not table.rows or "employee_id" not in table.rows[0] or len(table.rows) < FEWEST:
            continue
        for name, order in table.orders.items():
            entries = [(int(str(table.rows[n]["employee_id"])), table.rows[n]) for n in order]
            started = [entry for entry in entries if entry[1].get("redeemed", True)]
            yield Line(f"{table.name} {name}", tuple(started))


def _sheets(loot: Loot) -> Iterator[tuple[str, Table]]:
    for table in loot.box:
        if len(table.rows) >= FEWEST:
            slots = {row.get("slot") for row in table.rows}
            for slot in sorted(slots, key=repr):
                kept = [n for n, row in enumerate(table.rows) if row.get("slot") == slot]
                yield f"{table.name} {slot}", _part(table, set(kept))


def _part(table: Table, kept: set[int]) -> Table:
    orders = {name: tuple(n for n in order if n in kept) for name, order in table.orders.items()}
    return Table(table.name, table.rows, orders, table.clocks)


def _lines(sheet: str, table: Table) -> Iterator[Line]:
    for name, order in table.orders.items():
        yield Line(f"{sheet} {name}", tuple((n, table.rows[n]) for n in order))


def _paired(
    roll: Line,
    line: Line,
    group: Group,
    kind: Kind,
    sheet: str,
) -> Guess:
    """Lay the two orders beside each other, stretched where one is longer, within each label."""
    people: defaultdict[object, list[int]] = defaultdict(list)
    rows: defaultdict[object, list[Row]] = defaultdict(list)
    like = next((kind(row) for _, row in line.entries), None)
    for person, _ in roll.entries:
        people[group(person, like)].append(person)
    for _, row in line.entries:
        rows[kind(row)].append(row)
    pairs = [
        (person, there[place * len(there) // len(those)])
        for label, those in people.items()
        if (there := rows.get(label))
        for place, person in enumerate(those)
    ]
    return Guess(f"{roll.name} = {line.name}", sheet, tuple(pairs))


def _equal(known: Known, sheet: str, table: Table) -> Iterator[Guess]:
    """Look for values of a person in a row: as they are, and hashed with what is known."""
    rows = {n for order in table.orders.values() for n in order}
    by_value: dict[object, Row] = {}
    for n in rows:
        for value in table.rows[n].values():
            if isinstance(value, bytes | str) and len(value) >= 16:
                by_value[_bytes(value)] = table.rows[n]
    pairs = {}
    for person, values in known.items():
        hits = [by_value[form] for value in values for form in _forms(value) if form in by_value]
        if hits:
            pairs[person] = hits[0]
    yield Guess("equal values", sheet, tuple(pairs.items()))


def _known_of_people(loot: Loot) -> Known:
    """Everything that belongs to a person: their rows, their mail, the secrets in it."""
    found: defaultdict[int, set[bytes]] = defaultdict(set)
    by_mail: dict[bytes, int] = {}
    for table in (*loot.main, *loot.box):
        for row in table.rows:
            who = row.get("employee_id", row.get("id") if table.name == "employee" else None)
            if who is None:
                continue
            person = int(str(who))
            found[person] |= {_bytes(value) for value in row.values() if value is not None}
            if row.get("email"):
                by_mail[_bytes(row["email"])] = person
    for content in loot.texts.values():
        address = _ADDRESS.search(content)
        if address and address[1] in by_mail:
            words = set(_SECRET.findall(content)) | set(re.findall(rb"[\w-]{10,}", content))
            found[by_mail[address[1]]] |= words
    return found


def _forms(value: bytes) -> Iterator[bytes]:
    yield value
    for prefix in _PREFIXES:
        for digest in (hashlib.sha256, hashlib.sha1, hashlib.sha384):
            whole = digest(prefix + value)
            yield whole.digest()
            yield whole.hexdigest().encode()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def best_by_accomplices(
    found: Sequence[Guess], right: Callable[[int, Row], bool], accomplices: set[int]
) -> Guess:
    """Choose the guess that is right about most of those whose ballots the thief knows anyway."""
    return max(
        found,
        key=lambda guess: sum(
            right(person, row) for person, row in guess.pairs if person in accomplices
        ),
    )
