"""Deciding, proving, writing and attacking a release: seconds of a core, memory, growth.

Each step runs in a process of its own, so that its peak of memory is its own. Counting into
blocks stands beside `numpy.bincount` over the same answers, which does nothing else.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from pulse import clock
from pulse.app import create_app
from pulse.audit import attack
from pulse.audit.files import ReleaseFiles
from pulse.ballots import tally
from pulse.ballots.tally import Tally
from pulse.db import reading, transaction
from pulse.domain import certificate, disclosure
from pulse.domain.ballot import shred_by
from pulse.domain.blocks import Decided
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.shard_layout import layout
from pulse.release import attacking, export, figures
from pulse.release import reading as releases
from pulse.release.publish import Census, Edition, publish_edition
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.bench import alone, companies, installation
from tests.bench.alone import Watch
from tests.bench.companies import FLOOR, Company
from tests.support import databases

CROSSINGS = ("gender", "age")
QUESTIONS = installation.QUESTIONS
# What marks a line of cells.csv that publishes something.
_RELEASED = ",released,"


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took; `note` is what it came to."""

    name: str
    people: int
    cpu: float
    peak_mib: float
    note: str


def measure(sizes: Sequence[int]) -> list[Step]:
    """Measure each step at each size. It may take minutes at 100,000 people."""
    return [_alone(name, step, size) for name, step in _STEPS.items() for size in sizes]


def table(found: Sequence[Step]) -> str:
    """Show each step by size, and its growth over the size before."""
    lines = []
    for before, step in zip([None, *found], found, strict=False):
        same = before is not None and before.name == step.name
        growth = f", {step.cpu / before.cpu:.1f} times" if same and before else ""
        lines.append(
            f"{step.name:36} {step.people:7,} people: {step.cpu:7.2f} s of a core,"
            f" peak {step.peak_mib:5.0f} MiB{growth}; {step.note}"
        )
    return "\n".join(lines)


def _alone(name: str, step: "_Measured", people: int) -> Step:
    found = alone.took(step, people)
    return Step(name, people, found.cpu, found.peak_mib, found.note)


def _certificate(people: int, watch: Watch) -> str:
    company = companies.company(people)
    decided = _decided(company)
    block_of = {key: plan.block_of() for key, plan in decided.plans.items() if plan.blocks}
    with watch:
        bound = certificate.bound(company.turnout.ballots, block_of, FLOOR)
    return f"bound {bound.value:.3f}"


def _plan(people: int, watch: Watch) -> str:
    return _planned(companies.company(people), watch)


def _crossed(people: int, watch: Watch) -> str:
    return _planned(companies.company(people, CROSSINGS), watch)


def _planned(company: Company, watch: Watch) -> str:
    turnout = company.turnout
    with watch:
        decided = disclosure.decide(company.dimensions, turnout, FLOOR)
    shown = sum(len(plan.groups) for plan in decided.plans.values())
    crossed = sum(
        bool(decided.plans[item.key].blocks) for item in company.dimensions if item.is_crossing
    )
    return f"{shown} groups shown, {crossed} crossings, bound {decided.bound:.3f}"


def _count(people: int, watch: Watch) -> str:
    """Count shredded ballots; beside it, bincount of the same answers."""
    company = companies.company(people)
    manifest = _manifest(company)
    random, plan = Random(people), layout(manifest)
    keys = [item.key for item in company.dimensions]
    ballots = [
        (labels, {item.code: random.choice((None, 1, 2, 3, 4, 5)) for item in QUESTIONS})
        for labels in company.came
    ]
    shards = [
        (shard.slot, shard.body)
        for labels, answers in ballots
        for shard in shred_by(plan, dict(zip(keys, labels, strict=True)), answers).shards
    ]
    with watch:
        counted = tally.of_shards(manifest, shards)
    plain = _bincount(company, ballots)
    return (
        f"{counted.ballots} ballots in {len(shards)} shards; "
        f"{watch.seconds / plain:.0f} times bincount alone ({plain:.4f} s)"
    )


def _code(people: int, watch: Watch) -> str:
    """Code the blocks of a count within what is known of them."""
    company = companies.company(people)
    decided, manifest = _decided(company), _manifest(company)
    counted = _tally(company, manifest)
    with watch:
        blocks = figures.coded_blocks(manifest, counted, decided.plans)
    return f"{sum(map(len, blocks.values()))} cells of blocks"


def _bincount(
    company: Company, ballots: Sequence[tuple[tuple[str, ...], dict[str, int | None]]]
) -> float:
    """Give the seconds that the arithmetic alone takes, on arrays that are ready for it."""
    given = np.array([[answers[item.code] or 0 for item in QUESTIONS] for _, answers in ballots])
    columns = []
    for place in range(len(company.dimensions)):
        numbers: dict[str, int] = {}
        columns.append(
            np.array([numbers.setdefault(labels[place], len(numbers)) for labels, _ in ballots])
        )
    watch = Watch()
    with watch:
        for labels in columns:
            for question in given.T:
                np.bincount(labels * 6 + question)
    return max(watch.seconds, 1e-6)


def _attack(people: int, watch: Watch) -> str:
    """Publish a count into a database, and attack its files as anybody could."""
    company = companies.company(people)
    manifest = _manifest(company)
    with installation.made("sqlite") as house, create_app(house.settings).app_context():
        files = _files(company, manifest)
        databases.dispose()
    staff = attacking.table(company.turnout.invited, company.turnout.ballots)
    with watch:
        report = attack.audit(files, staff)
    lines = files.cells.count(_RELEASED)
    end = "finished" if report.is_finished else "not finished in its time"
    return f"{lines} released lines, {len(report.findings)} findings, {end}"


def _files(company: Company, manifest: Manifest) -> ReleaseFiles:
    now = clock.now()
    with transaction() as session:
        survey = compose.create(session, SurveyDraft("Benchmark", "", QUESTIONS, Audience()), now)
        wave = waves.plan(session, survey, now, now + timedelta(days=7))
        manifest = _manifest(company, wave)
        counted = _tally(company, manifest)
        census = Census(manifest.invited, counted.ballots)
        edition = Edition(manifest, counted, _decided(company), census, now.date())
        publish_edition(session, edition)
    with reading() as session:
        texts = export.files(session, releases.by_wave(session, wave))
    return ReleaseFiles(texts["cells.csv"], texts["groups.csv"], texts["release.json"])


def _tally(company: Company, manifest: Manifest) -> Tally:
    """Count made-up answers of everybody who came; the box has benchmarks of its own."""
    random = Random(manifest.wave)
    joint: Joint = company.turnout.ballots
    answers: dict[tuple[str, str], dict[str, Counter[int | None]]] = {}
    for question in QUESTIONS:
        given = random.choices((1, 2, 3, 4, 5), k=joint.total)
        for place, key in enumerate(joint.keys):
            labels = answers[key, question.code] = defaultdict(Counter)
            for person, answer in zip(company.came, given, strict=True):
                labels[person[place]][answer] += 1
    return Tally(joint.total, joint.marginals(), joint, answers, {})


def _decided(company: Company) -> Decided:
    return disclosure.decide(company.dimensions, company.turnout, FLOOR)


def _manifest(company: Company, wave: int = 1) -> Manifest:
    closes_at = datetime(2037, 3, 9, tzinfo=UTC)
    return Manifest(
        wave, "Benchmark", "", QUESTIONS, company.dimensions, FLOOR, 10, "blocks-2", closes_at
    )


_Measured = Callable[[int, Watch], str]
_STEPS: dict[str, _Measured] = {
    "certificate, tree and 3 attributes": _certificate,
    "plan, tree and 3 attributes": _plan,
    "plan, 2 crossings by division besides": _crossed,
    "count of opened ballots": _count,
    "coding of blocks": _code,
    "attack on the files": _attack,
}
