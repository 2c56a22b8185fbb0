"""Attacks random companies one by one, and counts what was found and what was missed."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random

from pulse.audit.attack import audit_all
from tests.campaign import company, switches
from tests.campaign.company import REAL, TINY
from tests.campaign.switches import SWITCHES, Case, Switch

# Engines that look at how a figure is made, and not at whom it exposes.
FORM = {"consistency", "parser"}


@dataclass(slots=True)
class Tried:
    """What came of one protection over many companies."""

    cases: int = 0
    leaks: int = 0
    found: int = 0
    missed: list[int] = field(default_factory=list)
    beyond: int = 0
    seconds: float = 0.0

    def add(self, other: "Tried") -> None:
        self.cases += other.cases
        self.leaks += other.leaks
        self.found += other.found
        self.missed += other.missed
        self.beyond += other.beyond
        self.seconds += other.seconds


@dataclass(slots=True)
class Outcome:
    """The campaign: honest releases by whether something was found, and every protection."""

    honest: int = 0
    held: list[int] = field(default_factory=list)
    empty: int = 0
    seconds: float = 0.0
    sizes: Counter[str] = field(default_factory=Counter)
    tried: dict[str, Tried] = field(default_factory=dict)

    def add(self, other: "Outcome") -> None:
        self.honest += other.honest
        self.held += other.held
        self.empty += other.empty
        self.seconds += other.seconds
        self.sizes += other.sizes
        for name, one in other.tried.items():
            self.tried.setdefault(name, Tried()).add(one)

    @property
    def is_good(self) -> bool:
        """Whether nothing was missed, and no honest release would be held back."""
        return not self.held and not any(one.missed for one in self.tried.values())

    def lines(self) -> Iterator[str]:
        """Give the table, with the seeds of whatever is to be looked at."""
        sizes = ", ".join(f"{count} {name}" for name, count in sorted(self.sizes.items()))
        yield f"companies: {sizes}; {self.empty} with too few ballots"
        heads = ("cases", "leaks", "found", "missed", "beyond", "CPU s")
        yield f"{'protection':24}" + "".join(f"{head:>8}" for head in heads)
        held = ("", len(self.held), "", "")
        yield _line("honest (all on)", self.honest, *held, round(self.seconds))
        for name, one in self.tried.items():
            counts = (one.cases, one.leaks, one.found, len(one.missed), one.beyond)
            yield _line(name, *counts, round(one.seconds))
        yield f"honest releases held back, by seed: {self.held or 'none'}"
        for name, one in self.tried.items():
            if one.missed:
                yield f"MISSED with {name}, by seed: {one.missed}"


def _line(name: str, *columns: object) -> str:
    return f"{name:24}" + "".join(f"{column:>8}" for column in columns)


def run(seeds: Sequence[int], large: int, processes: int = 1) -> Outcome:
    """Attack the companies of these seeds; one in `large` is as large as real ones are."""
    total, attack = Outcome(), partial(one, large=large)
    if processes == 1:
        for seed in seeds:
            total.add(attack(seed))
        return total
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(attack, seeds, chunksize=10):
            total.add(found)
    return total


def one(seed: int, large: int) -> Outcome:
    """Attack one company: two honest waves, then the first with each protection off."""
    size = TINY if seed % large else REAL
    random, outcome = Random(seed), Outcome()
    outcome.sizes["tiny" if size is TINY else "large"] += 1
    units, people = company.company(random, size)
    agreed = company.terms(random, size)
    asked = company.wave(agreed, units, people, 1)
    if asked.came.total < max(agreed.floor, size.fewest):
        outcome.empty += 1
        return outcome
    case = Case(agreed, units, asked, switches.publish(asked), size is TINY)
    _honest(case, random, seed, outcome)
    for switch in SWITCHES:
        outcome.tried[switch.name] = _switched(case, switch, seed)
    return outcome


def _honest(case: Case, random: Random, seed: int, outcome: Outcome) -> None:
    began = time.process_time()
    publications = [(case.published.files(), switches.staff(case.asked))]
    people = company.moved(random, case.units, case.asked.people)
    later = company.wave(case.terms, case.units, people, 2)
    if later.came.total >= case.terms.floor:
        publications.append((switches.publish(later).files(), switches.staff(later)))
    outcome.honest += 1
    outcome.held += [] if audit_all(publications).is_safe else [seed]
    outcome.seconds += time.process_time() - began


def _switched(case: Case, switch: Switch, seed: int) -> Tried:
    tried, began = Tried(), time.process_time()
    breach = switch.off(case, Random(seed))
    if breach is None:
        return tried
    engines = {finding.engine for finding in audit_all(breach.publications).findings}
    found = bool(engines if switch.form else engines - FORM)
    tried.cases, tried.leaks = 1, int(breach.leaks)
    tried.found = int(breach.leaks and found)
    tried.beyond = int(found and not breach.leaks)
    tried.missed = [seed] if breach.leaks and not found else []
    tried.seconds = time.process_time() - began
    return tried
