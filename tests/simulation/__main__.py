"""`make simulate`: studies companies whose truth is known, and counts how often the study is right.

    make simulate ARGS="--runs 1000 --only 5000 20000 --jobs 2"

Ends with 1 where, at 5,000 people or more, intervals hold the truth too seldom or find an effect
too often where there is none.
"""

import argparse
import sys
import time

from tests.simulation import runs, tables
from tests.simulation.runs import LINES
from tests.simulation.tables import Summary


def main() -> int:
    names = list(dict.fromkeys(line.name for line in LINES))
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--runs", type=int, default=400, help="companies of each line")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    wishes = parser.parse_args()
    summaries = []
    for line in (line for line in LINES if line.name in wishes.only):
        began = time.monotonic()
        found = runs.run(line, wishes.seed, wishes.runs, wishes.jobs)
        summaries.append(Summary(line, found))
        took = time.monotonic() - began
        print(f"{line.name}, {line.slope:+.2f}: {took:.0f} s", file=sys.stderr, flush=True)
    print(
        f"{wishes.runs} companies in each line; number i of a line comes from "
        f"numpy.random.default_rng(({wishes.seed}, people, i)), i from 0 to {wishes.runs - 1}\n"
    )
    print("\n".join(tables.lines(summaries)))
    return 0 if all(one.is_good for one in summaries) else 1


if __name__ == "__main__":
    raise SystemExit(main())
