"""`make audit-campaign`: attacks thousands of random companies, honest and with a protection off.

    make audit-campaign ARGS="--companies 500 --seed 7"

Ends with 1 where the attacker misses a leak that the oracle sees, or where it finds something in
more honest releases than are held back for it anyway.
"""

import argparse

from tests.campaign import campaign


def main() -> int:
    parser = argparse.ArgumentParser(prog="make audit-campaign", description=__doc__)
    parser.add_argument("--companies", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--large", type=int, default=50, help="one in so many has 50 to 400 people")
    parser.add_argument("--processes", type=int, default=1)
    wishes = parser.parse_args()
    seeds = range(wishes.seed, wishes.seed + wishes.companies)
    found = campaign.run(seeds, wishes.large, wishes.processes)
    print("\n".join(found.lines()))
    return 0 if found.is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
