"""`make bench`: measures on this machine and prints ratios, which travel better than seconds.

make bench ARGS="--only submissions --database sqlite"
"""

import argparse

from tests.bench import importing, submissions, weight
from tests.support import postgres

PARTS = ("submissions", "import", "weight")


def main() -> None:
    wishes = _wishes()
    kinds = [wishes.database] if wishes.database else _kinds()
    if "submissions" in wishes.only:
        for kind in kinds:
            rates = submissions.measure(kind, wishes.rounds, wishes.respondents)
            print(submissions.table(kind, rates), flush=True)
    if "import" in wishes.only:
        for kind in kinds:
            costs = importing.measure(kind, wishes.rows)
            print(importing.table(kind, wishes.rows, costs), flush=True)
    if "weight" in wishes.only:
        print(weight.table(weight.measure()), flush=True)


def _kinds() -> list[str]:
    if postgres.programs():
        return ["sqlite", "postgres"]
    print(f"PostgreSQL is not measured; get it by: {postgres.GET_IT}")
    return ["sqlite"]


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--database", choices=("sqlite", "postgres"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--respondents", type=int, default=200, help="in each round")
    parser.add_argument("--rows", type=int, default=100_000, help="of the staff file")
    return parser.parse_args()


main()
