"""The import of a staff file: time and peak memory, beside the raw load of the same file.

Both run as programs of their own, start included; the import checks every row, compares it with
what is there and keeps units, spells and attributes.
"""

import sys
from dataclasses import dataclass, replace
from statistics import median

from tests.bench import installation, serving, staff
from tests.bench.serving import Cost


@dataclass(frozen=True, slots=True)
class Costs:
    """The first import, the same file once more, and the raw load."""

    first: Cost
    again: Cost
    raw: Cost


def measure(kind: str, rows: int, rounds: int = 3) -> Costs:
    """Measure some rounds and give their medians."""
    found = [_one_round(kind, rows) for _ in range(rounds)]
    return Costs(*(_middle([getattr(costs, name) for costs in found]) for name in Costs.__slots__))


def _one_round(kind: str, rows: int) -> Costs:
    with installation.made(kind) as house:
        path = house.folder / "staff.csv"
        staff.write(path, rows)
        options = ("--attribute", "Location:report", "--attribute", "Job Family")
        command = [sys.executable, "-m", "flask", "people", "import", str(path), *options]
        url = house.settings.database_url
        target = f"sqlite:///{house.folder}/raw.db" if kind == "sqlite" else url
        raw = [sys.executable, "-m", "tests.bench.raw_load", target, str(path)]
        return Costs(
            serving.measured(command, house.variables),
            serving.measured(command, house.variables),
            serving.measured(raw, {}),
        )


def _middle(costs: list[Cost]) -> Cost:
    middle = Cost(0, 0, 0)
    for name in Cost.__slots__:
        middle = replace(middle, **{name: median(getattr(cost, name) for cost in costs)})
    return middle


def table(kind: str, rows: int, costs: Costs) -> str:
    """Show the three, and the ratio."""
    named = (("first import", costs.first), ("again", costs.again), ("raw load", costs.raw))
    lines = [f"{kind}: {rows:,} rows"]
    lines += [
        f"  {name:12} {cost.seconds:6.1f} s ({cost.cpu:.1f} s CPU), peak {cost.peak_mib:4.0f} MiB"
        for name, cost in named
    ]
    return "\n".join([*lines, f"  ratio {costs.first.seconds / costs.raw.seconds:.1f}"])
