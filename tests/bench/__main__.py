"""`make bench`: measures on this machine and prints ratios, which travel better than seconds.

make bench ARGS="--only submissions --database sqlite"
"""

import argparse
from collections.abc import Iterator

from tests.bench import (
    churn_page,
    counting,
    importing,
    in_browser,
    inviting,
    mailing,
    pages,
    planning,
    protection,
    steps,
    study,
    submissions,
    weight,
)
from tests.support import postgres

PARTS = (
    "steps",
    "browser",
    "submissions",
    "import",
    "counting",
    "planning",
    "pages",
    "weight",
    "protection",
    "study",
    "inviting",
    "mailing",
)


def main() -> None:
    wishes = _wishes()
    for part in wishes.only:
        for line in _measured(part, wishes):
            print(line, flush=True)


def _measured(part: str, wishes: argparse.Namespace) -> Iterator[str]:
    """Measure one part, on each kind of database where that makes a difference."""
    if part == "browser":
        yield in_browser.table(in_browser.measure())
    elif part == "planning":
        yield planning.table(planning.measure(wishes.people or [2_500, 20_000]))
    elif part == "weight":
        yield weight.table(weight.measure())
    elif part == "protection":
        sizes = wishes.people or [300, 5_000]
        costs = [protection.measure(people, range(wishes.seeds)) for people in sizes]
        yield protection.table(costs)
    else:
        if part == "study":
            yield study.table(study.measure())
        for kind in [wishes.database] if wishes.database else _kinds():
            yield _on(kind, part, wishes)


def _on(kind: str, part: str, wishes: argparse.Namespace) -> str:
    if part == "steps":
        return steps.table(kind, steps.measure(kind))
    if part == "submissions":
        rates = submissions.measure(kind, wishes.rounds, wishes.respondents)
        return submissions.table(kind, rates)
    if part == "pages":
        return pages.table(kind, pages.measure(kind, max(wishes.rounds, 5)))
    if part == "inviting":
        return inviting.table(kind, inviting.measure(kind, wishes.people or [10_000, 100_000]))
    if part == "mailing":
        rates = mailing.measure(kind, wishes.mails, wishes.rounds)
        return mailing.table(kind, wishes.mails, rates)
    if part == "study":
        return churn_page.table(kind, churn_page.measure(kind, max(wishes.rounds, 30)))
    if part == "counting":
        return counting.table(kind, counting.measure(kind, wishes.ballots))
    return importing.table(kind, wishes.rows, importing.measure(kind, wishes.rows))


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
    parser.add_argument("--ballots", type=int, nargs="+", default=[2_000, 10_000], help="in a box")
    parser.add_argument("--people", type=int, nargs="+", help="asked, in invented companies")
    parser.add_argument("--rows", type=int, default=100_000, help="of the staff file")
    parser.add_argument("--mails", type=int, default=1_000, help="sent in each round")
    parser.add_argument("--seeds", type=int, default=5, help="companies of each size")
    return parser.parse_args()


main()
