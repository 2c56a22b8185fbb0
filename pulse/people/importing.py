"""The staff file meets the database: staged rows -> changes -> (only when applying) tables.

`check` and `apply` walk the same way; `apply` writes as it goes and raises at the end if a row was
rejected, so that the caller's transaction takes everything back. Memory holds one batch.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from pulse import bulk
from pulse.domain import org_tree, staff_changes
from pulse.domain.errors import Invalid
from pulse.domain.org_tree import UnitRef
from pulse.domain.staff_changes import Contradiction, Known, Rules
from pulse.domain.staff_columns import Field
from pulse.domain.staff_row import Problem, StaffRecord
from pulse.people import attributes, known, roster, units, writing
from pulse.people.report import SHOWN, ImportReport
from pulse.people.staging import Progress, Staged, silent
from pulse.people.writing import Decided, Ids

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class ApplyOrder:
    """The date the file is true for, and whether rejected rows may be left out."""

    as_of: date
    skip_rejected: bool = False


@dataclass(slots=True)
class _Walk:
    """One walk over the staged rows; `ids` is only there when something is to be written.

    A number stands in the file once, so in an empty table nobody is ever met again.
    """

    session: Session
    staged: Staged
    rules: Rules
    unit_keys: dict[int, str]
    anybody: bool
    ids: Ids | None = None
    counts: Counter[str] = field(default_factory=Counter)


def check(
    session: Session, staged: Staged, as_of: date, progress: Progress = silent
) -> ImportReport:
    """Say what applying the file would change; nothing is written."""
    tree, fresh = _tree(session, staged)
    rules, keys = _rules(staged, as_of), _keys(session)
    walk = _Walk(session, staged, rules, keys, known.anybody(session))
    _walk(walk, progress)
    return _report(walk, tree, fresh)


def apply(
    session: Session, staged: Staged, order: ApplyOrder, progress: Progress = silent
) -> ImportReport:
    """Write what the file changes. Raises Invalid if rows are rejected and may not be left out."""
    tree, fresh = _tree(session, staged)
    _refuse_rejected(staged, order)
    chosen = {one.key: (one.label, one.reportable) for one in staged.plan.attributes}
    ids = Ids(units.write(session, tree), attributes.write(session, chosen))
    rules, keys = _rules(staged, order.as_of), _keys(session)
    walk = _Walk(session, staged, rules, keys, known.anybody(session), ids)
    with bulk.room(session):
        _walk(walk, progress)
    _refuse_rejected(staged, order)
    return _report(walk, tree, fresh)


def _rules(staged: Staged, as_of: date) -> Rules:
    kept = tuple(choice.key for choice in staged.plan.attributes)
    return Rules(as_of, frozenset(staged.plan.columns), kept)


def _keys(session: Session) -> dict[int, str]:
    return {unit: key for key, unit in units.ids(session).items()}


def _refuse_rejected(staged: Staged, order: ApplyOrder) -> None:
    rejected = staged.scratch.rejected()
    if rejected and not order.skip_rejected:
        rows = "1 row is" if rejected == 1 else f"{rejected:,} rows are"
        raise Invalid(f"{rows} rejected, so nothing was applied.", "rejected")


def _tree(session: Session, staged: Staged) -> tuple[dict[str, UnitRef], list[str]]:
    """Give the tree as it will be and the new units, with rows in circles rejected."""
    staged.scratch.forget_comparing()
    stored = units.known(session)
    tree = units.with_file(stored, staged.scratch.units())
    circles = org_tree.caught({key: ref.parent for key, ref in tree.items()})
    if circles:
        reasons = {
            unit: f"the units above it run in a circle: {' → '.join(circle)}"
            for unit, circle in circles.items()
        }
        staged.scratch.reject_units(reasons)
        tree = units.with_file(stored, staged.scratch.units())
    return tree, [ref.key for key, ref in tree.items() if key not in stored]


def _walk(walk: _Walk, progress: Progress) -> None:
    done = 0
    for batch in walk.staged.scratch.batches(BATCH):
        decided = list(_decide(walk, batch))
        walk.counts.update(one.change.outcome for one in decided)
        if walk.ids is not None:
            writing.write(walk.session, decided, walk.ids)
        done += len(batch)
        progress(done)


def _decide(walk: _Walk, batch: list[StaffRecord]) -> Iterator[Decided]:
    people: dict[str, Known] = {}
    taken: dict[str, Contradiction] = {}
    if walk.anybody:
        people = known.load(walk.session, [record.number for record in batch], walk.unit_keys)
        taken = _taken_addresses(walk, batch)
    problems: list[Problem] = []
    for record in batch:
        person = people.get(record.number)
        verdict = taken.get(record.number) or staff_changes.decide(record, person, walk.rules)
        if isinstance(verdict, Contradiction):
            problems.append(Problem(record.line, verdict.field, verdict.reason))
        else:
            yield Decided(record.number, person, verdict)
    walk.staged.scratch.add_problems(problems, comparing=True)


def _taken_addresses(walk: _Walk, batch: list[StaffRecord]) -> dict[str, Contradiction]:
    """Find addresses that belong to somebody employed whom the file does not name."""
    here = [
        (record.email, record.number)
        for record in batch
        if record.email and (record.left_on is None or record.left_on >= walk.rules.as_of)
    ]
    if not here:
        return {}
    holders = known.holders(walk.session, [email for email, _ in here], walk.rules.as_of)
    taken: dict[str, Contradiction] = {}
    for email, number in here:
        others = (one for one in holders.get(email, ()) if one != number)
        strangers = [one for one in others if not walk.staged.scratch.names(one)]
        if strangers:
            reason = f"is the address of employee {strangers[0]}, who is not in this file"
            taken[number] = Contradiction(Field.EMAIL, reason)
    return taken


def _report(walk: _Walk, tree: dict[str, UnitRef], fresh: list[str]) -> ImportReport:
    missing, shown = _missing(walk)
    return ImportReport(
        rows=walk.staged.rows,
        counts=dict(walk.counts),
        rejected=walk.staged.scratch.rejected(),
        missing=missing,
        missing_shown=tuple(shown),
        new_units=tuple(sorted(fresh)[:SHOWN]),
        notices=tuple(_notices(walk, tree, fresh)),
        unknown_words=tuple(walk.staged.scratch.unknown_words()),
    )


def _missing(walk: _Walk) -> tuple[int, list[tuple[str, str]]]:
    """Find people employed who are not in the file, by merging two sorted streams."""
    named = walk.staged.scratch.numbers()
    current = next(named, None)
    count = 0
    shown: list[tuple[str, str]] = []
    for number, name in known.employed(walk.session, walk.rules.as_of):
        while current is not None and current < number:
            current = next(named, None)
        if current == number:
            continue
        count += 1
        if len(shown) < SHOWN:
            shown.append((number, name))
    return count, shown


def _notices(walk: _Walk, tree: dict[str, UnitRef], fresh: list[str]) -> Iterator[str]:
    for what, often in walk.staged.assumed.items():
        yield f"{often:,} {what}."
    strange = sum(
        often
        for managers in walk.staged.scratch.strange_managers(BATCH)
        for often in _unknown(walk.session, managers).values()
    )
    if strange:
        yield f"{strange:,} rows name a manager whose number is not known here; it is kept."
    named = walk.staged.scratch.units()
    roofs = [key for key in fresh if key not in named and tree[key].parent is None]
    if roofs:
        yield f"{len(roofs):,} units are named only as a parent and go by their number."


def _unknown(session: Session, managers: dict[str, int]) -> dict[str, int]:
    found = roster.by_numbers(session, managers)
    return {number: often for number, often in managers.items() if number not in found}
