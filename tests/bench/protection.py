"""What protection costs: who still sees a number for their own unit, who is exposed, and the error.

The same invented companies are published by our rule, by a plain threshold, and by the rules that
three vendors describe on their public help pages (our reading of those pages, no test of products).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import TypeAlias

from pulse.domain import class_plan, joint_coding, tree_blocks
from pulse.domain.blocks import DimensionPlan
from pulse.domain.counting import ClassCounts
from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.joint import Joint
from pulse.domain.labels import Cut, TreeUnit, cut_classes, cut_tree

FLOOR, LABEL_MINIMUM, TURNOUT = 5, 8, 0.72
LEVELS = ("company", "division", "department", "team")
# Of the public rules: what hidden groups must come to, and from what size a group is exempt.
GLINT_HIDDEN, GLINT_EXEMPT = 2, 400
COMPANY = "company"

Sizes: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Staff:
    """A company: its units, the unit and site of each who answered, and whether favourably."""

    parent: Mapping[str, str | None]
    asked: Sizes
    units: Sequence[str]
    sites: Sequence[str]
    favourable: Sequence[bool]

    def totals(self) -> dict[str, int]:
        """Give who answered in each unit with all units below it."""
        found = dict.fromkeys(self.parent, 0)
        for unit in self.units:
            for above in self.path(unit):
                found[above] += 1
        return found

    def path(self, unit: str) -> Iterator[str]:
        """List a unit and those above it."""
        at: str | None = unit
        while at is not None:
            yield at
            at = self.parent[at]

    def children(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for unit, above in self.parent.items():
            if above is not None:
                found[above].append(unit)
        return found


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule publishes: per cent with a number of their own unit, and people exposed."""

    name: str
    own: float
    merged: float
    exposed: int


@dataclass(frozen=True, slots=True)
class Cost:
    """The rules for one size of company, and the error of our counts by level, in points."""

    people: int
    rules: tuple[Rule, ...]
    errors: Mapping[int, Mapping[str, float]]


def measure(people: int, seeds: Sequence[int]) -> Cost:
    """Publish companies of a size by every rule; numbers are means over the seeds."""
    companies = [_company(Random(seed), people) for seed in seeds]
    by_rule: defaultdict[str, list[Rule]] = defaultdict(list)
    errors: dict[int, list[tuple[str, float]]] = {1: [], 2: []}
    for staff in companies:
        for name, rule in RULES.items():
            by_rule[name].append(_judged(name, staff, rule(staff)))
        plans, joint = _ours(staff)
        by_rule["Pulse"].append(_judged_ours(staff, plans[ORGANISATION]))
        for width in errors:
            errors[width] += _errors(staff, plans, joint, width)
    return Cost(
        people,
        tuple(_mean(name, rules) for name, rules in by_rule.items()),
        {width: _root_mean_square(found) for width, found in errors.items()},
    )


def table(costs: Sequence[Cost]) -> str:
    """Write both tables, as they stand in the documents."""
    lines = ["| people | rule | see their own unit | read it in a named block | exposed |"]
    lines += ["|---|---|---|---|---|"]
    for cost in costs:
        for rule in cost.rules:
            shares = f"{rule.own:.1f} % | {rule.merged:.1f} %"
            lines.append(f"| {cost.people:,} | {rule.name} | {shares} | {rule.exposed} |")
    lines += [
        "",
        f"| people | d | {' | '.join((*LEVELS, 'site'))} |",
        "|---|---|---|---|---|---|---|",
    ]
    for cost in costs:
        for width, found in cost.errors.items():
            points = " | ".join(f"{found.get(level, 0):.2f}" for level in (*LEVELS, "site"))
            lines.append(f"| {cost.people:,} | {width} | {points} |")
    return "\n".join(lines)


def _company(random: Random, people: int) -> Staff:
    """Draw teams of about eight in departments of five or six, with staff on every level."""
    teams = max(6, people // 10)
    departments = max(3, teams * 2 // 11)
    divisions = max(2, departments * 2 // 11)
    parent: dict[str, str | None] = {COMPANY: None}
    parent |= {f"v{at}": COMPANY for at in range(divisions)}
    parent |= {f"d{at}": f"v{at % divisions}" for at in range(departments)}
    parent |= {f"t{at}": f"d{at % departments}" for at in range(teams)}
    weights = [_weight(random, unit) for unit in parent]
    units = random.choices(list(parent), weights, k=people)
    asked = dict.fromkeys(parent, 0)
    for unit in units:
        asked[unit] += 1
    mood = {unit: random.betavariate(4, 2) for unit in parent}
    came = [unit for unit in units if random.random() < TURNOUT]
    sites = [f"site {random.choice((0, 0, 1, 1, 2, 3, 4, 5))}" for _ in came]
    return Staff(parent, asked, came, sites, [random.random() < mood[unit] for unit in came])


def _weight(random: Random, unit: str) -> float:
    return random.lognormvariate(0, 0.5) * (1 if unit.startswith("t") else 0.4)


def _threshold(staff: Staff) -> set[str]:
    return {unit for unit, total in staff.totals().items() if total >= FLOOR}


def _glint(staff: Staff) -> set[str]:
    """Hidden groups of a parent come to at least two answers, or one more group is hidden."""
    totals = staff.totals()
    return _with_remainders(
        staff, lambda above, hidden: totals[above] >= GLINT_EXEMPT or hidden >= GLINT_HIDDEN
    )


def _culture_amp(staff: Staff) -> set[str]:
    """What a filter leaves over reaches the floor; staff of the unit itself are not counted."""
    return _with_remainders(staff, lambda _, hidden: hidden >= FLOOR)


def _peakon(staff: Staff) -> set[str]:
    """Every two segments shown differ by nobody or by at least the floor."""
    totals = staff.totals()
    shown = _threshold(staff)
    for unit in list(totals):
        above = staff.parent[unit]
        if unit in shown and above is not None and 0 < totals[above] - totals[unit] < FLOOR:
            shown.discard(unit)
    return shown


RULES: dict[str, Callable[[Staff], set[str]]] = {
    "plain threshold": _threshold,
    "Viva Glint": _glint,
    "Culture Amp": _culture_amp,
    "Workday Peakon": _peakon,
}


def _with_remainders(staff: Staff, enough: Callable[[str, int], bool]) -> set[str]:
    totals, shown = staff.totals(), _threshold(staff)
    for above, below in staff.children().items():
        inside = sorted((unit for unit in below if unit in shown), key=lambda unit: totals[unit])
        hidden = sum(totals[unit] for unit in below if unit not in shown)
        while hidden and inside and not enough(above, hidden):
            unit = inside.pop(0)
            shown.discard(unit)
            hidden += totals[unit]
    return shown


def _judged(name: str, staff: Staff, shown: set[str]) -> Rule:
    """Judge a rule. Units are nested, so what can be computed are rests beside units inside."""
    totals = staff.totals()
    rest = {unit: totals[unit] for unit in shown}
    for unit in shown:
        above = next((at for at in list(staff.path(unit))[1:] if at in shown), None)
        if above is not None:
            rest[above] -= totals[unit]
    exposed = sum(left for left in rest.values() if 0 < left < FLOOR)
    own = sum(count for unit, count in staff.asked.items() if unit in shown)
    return Rule(name, 100 * own / sum(staff.asked.values()), 0.0, exposed)


def _ours(staff: Staff) -> tuple[dict[str, DimensionPlan], Joint]:
    shapes = [TreeUnit(unit, unit, above) for unit, above in staff.parent.items()]
    tree = cut_tree(shapes, staff.asked, LABEL_MINIMUM)
    sites = cut_classes("site", "Site", dict.fromkeys(sorted(set(staff.sites)), 1_000), 1)
    if not isinstance(sites, Cut):
        raise TypeError("there are sites enough")
    carried = [
        {ORGANISATION: tree.label_of[unit], "site": sites.label_of[site]}
        for unit, site in zip(staff.units, staff.sites, strict=True)
    ]
    joint = Joint.of((ORGANISATION, "site"), carried)
    return {
        ORGANISATION: _planned(tree.dimension, joint, tree_blocks.plan),
        "site": _planned(sites.dimension, joint, class_plan.plan),
    }, joint


def _planned(
    dimension: Dimension, joint: Joint, planner: Callable[..., DimensionPlan]
) -> DimensionPlan:
    return planner(dimension, joint.by_label(dimension.key), FLOOR)


def _judged_ours(staff: Staff, plan: DimensionPlan) -> Rule:
    names = {group.code for group in plan.groups}
    names |= {COMPANY} if "all" in names else set()
    blocks = [group.ballots for group in plan.blocks]
    own = sum(count for unit, count in staff.asked.items() if unit in names)
    share = 100 * own / sum(staff.asked.values())
    exposed = sum(ballots for ballots in blocks if ballots < FLOOR)
    return Rule("Pulse", share, 100 - share, exposed)


def _errors(
    staff: Staff, plans: Mapping[str, DimensionPlan], joint: Joint, width: int
) -> Iterator[tuple[str, float]]:
    """Give how far each published share is off, in points, beside the level of its group."""
    exact = _exact(staff, plans)
    coded = joint_coding.coded(joint_coding.ground(joint, plans), exact, width)
    for key, plan in plans.items():
        block_of = plan.block_of()
        for group in plan.groups:
            blocks = {block_of[label] for label in group.labels}
            said = sum(coded[key, block].favourable.middle for block in blocks)
            true = sum(exact[key, block].favourable for block in blocks)
            yield _level(key, group.code), 100 * (said - true) / group.ballots


def _exact(staff: Staff, plans: Mapping[str, DimensionPlan]) -> dict[tuple[str, str], ClassCounts]:
    shapes = [TreeUnit(unit, unit, above) for unit, above in staff.parent.items()]
    label_of = cut_tree(shapes, staff.asked, LABEL_MINIMUM).label_of
    site_of = {site: f"c-{site.replace(' ', '-')}" for site in staff.sites}
    carried = {
        ORGANISATION: [label_of[unit] for unit in staff.units],
        "site": [site_of[site] for site in staff.sites],
    }
    found = {}
    for key, plan in plans.items():
        block_of, good = plan.block_of(), defaultdict[str, int](int)
        for label, favourable in zip(carried[key], staff.favourable, strict=True):
            good[block_of[label]] += favourable
        for block in plan.blocks:
            bad = block.ballots - good[block.code]
            found[key, block.code] = ClassCounts(block.ballots, good[block.code], bad, None)
    return found


def _level(key: str, code: str) -> str:
    if key != ORGANISATION:
        return key
    if code == "all":
        return COMPANY
    return {"v": "division", "d": "department"}.get(code[0], "team")


def _root_mean_square(found: Sequence[tuple[str, float]]) -> dict[str, float]:
    by_level: defaultdict[str, list[float]] = defaultdict(list)
    for level, error in found:
        by_level[level].append(error * error)
    return {level: fmean(squares) ** 0.5 for level, squares in by_level.items()}


def _mean(name: str, rules: Sequence[Rule]) -> Rule:
    own, merged = fmean(rule.own for rule in rules), fmean(rule.merged for rule in rules)
    return Rule(name, own, merged, round(fmean(rule.exposed for rule in rules)))
