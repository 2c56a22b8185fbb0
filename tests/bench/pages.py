"""What pages of results take at the server: with ballots they must not grow, with groups a little.

Releases are written from counts made up on the spot, through the code that publishes every wave;
a million ballots need not be sealed to find out that a page never sees them. Time is that of a
core in the process of the web, which other work on the machine does not lengthen; SQLite works
inside it, PostgreSQL beside it.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

from flask.testing import FlaskClient

from pulse.app import create_app
from pulse.ballots.tally import Tally
from pulse.db import transaction
from pulse.domain.blocks import Decided, DimensionPlan, PlannedGroup
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.permission import Role
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.release.publish import Census, Edition, publish_edition
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.bench import installation
from tests.support import databases, signed_in

BEGAN = datetime(2037, 3, 2, 9, tzinfo=UTC)
DRIVERS = ("engagement", "tools", "workload")
QUESTIONS = (
    *(
        Question(f"{driver}_{at}", f"About {driver}, {at}.", Scale.LIKERT5, driver)
        for driver in DRIVERS
        for at in (1, 2, 3)
    ),
    Question("enps", "How likely are you to recommend us?", Scale.ZERO_TO_TEN, "enps"),
)
WIDTH = 10
# The first is compared with the others: ballots at as many groups, then groups at as many ballots.
BY_BALLOTS = ((10_000, 1_500), (100_000, 1_500), (1_000_000, 1_500))
BY_GROUPS = ((100_000, 300), (100_000, 1_500), (100_000, 5_000))
PAGES = {
    "staff page": "/results/{release}",
    "heatmap": "/hr/results/{release}",
    "heatmap, all levels sorted": "/hr/results/{release}?level=all&sort=workload&order=desc",
    "a page of the API": "/api/v1/releases/{release}/cells",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How many ballots and groups a release has."""

    ballots: int
    groups: int


Times = Mapping[tuple[str, Size], Sequence[float]]


def measure(kind: str, rounds: int) -> Times:
    """Open every page of every release in turn, once in each round: milliseconds of a core."""
    sizes = list(dict.fromkeys(Size(*size) for size in (*BY_BALLOTS, *BY_GROUPS)))
    found: dict[tuple[str, Size], list[float]] = {}
    with installation.made(kind) as house:
        app = create_app(house.settings)
        with app.app_context():
            releases = {size: _released(at, size) for at, size in enumerate(sizes)}
            client = signed_in.client(app, signed_in.start(Role.HR, datetime.now(UTC)))
        for at in range(rounds + 1):
            for page, path in PAGES.items():
                for size in sizes:
                    took = _opened(client, path.format(release=releases[size]))
                    if at:  # The first round warms up.
                        found.setdefault((page, size), []).append(took)
        with app.app_context():
            databases.dispose()
    return found


def table(kind: str, found: Times) -> str:
    """Show the median and the 95th percentile of each page, and how many times the first it is."""
    return "\n".join(
        [
            f"{kind}: ms of a core, median (95th percentile) and times the first",
            *_lines("ballots, 1,500 groups", [Size(*size) for size in BY_BALLOTS], found),
            *_lines("groups, 100,000 ballots", [Size(*size) for size in BY_GROUPS], found),
        ]
    )


def _lines(title: str, sizes: Sequence[Size], found: Times) -> Iterator[str]:
    by_ballots = title.startswith("ballots")
    heads = "".join(f"{size.ballots if by_ballots else size.groups:>24,}" for size in sizes)
    yield f"  {title:32}{heads}"
    for page in PAGES:
        first = median(found[page, sizes[0]])
        cells = [_cell(found[page, size], first) for size in sizes]
        yield f"  {page:32}{''.join(f'{cell:>24}' for cell in cells)}"


def _cell(times: Sequence[float], first: float) -> str:
    middle = median(times)
    high = sorted(times)[math.ceil(0.95 * len(times)) - 1]
    return f"{middle:.0f} ({high:.0f}) x{middle / first:.2f}"


def _opened(client: FlaskClient, path: str) -> float:
    began = time.process_time()
    answer = client.get(path, buffered=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return 1_000 * (time.process_time() - began)


def _released(at: int, size: Size) -> int:
    """Publish a made-up count of this size; give the id of the release."""
    opens_at = BEGAN + timedelta(days=30 * at)
    closes_at = opens_at + timedelta(days=7)
    nodes, teams = _tree(size)
    with transaction() as session:
        draft = SurveyDraft("Pages", "", QUESTIONS, Audience())
        survey = compose.create(session, draft, opens_at)
        wave = waves.plan(session, survey, opens_at, closes_at)
        dimension = Dimension(ORGANISATION, "Organisation", nodes)
        manifest = Manifest(
            wave, "Pages", "", QUESTIONS, (dimension,), 5, 10, "blocks-2", closes_at
        )
        decided = Decided({ORGANISATION: _plan(nodes, teams)}, 0.5)
        tally = _tally(teams, Random(at))
        census = Census(invited=manifest.invited, redeemed=tally.ballots)
        edition = Edition(manifest, tally, decided, census, closes_at.date())
        return publish_edition(session, edition)


def _tree(size: Size) -> tuple[tuple[Node, ...], dict[str, int]]:
    """Give a tree of divisions, departments and teams, and the ballots of each team."""
    teams = round((size.groups - 1) * WIDTH**2 / (1 + WIDTH + WIDTH**2))
    each, left = divmod(size.ballots, teams)
    nodes = [Node(ROOT, "Everybody", None, 0)]
    ballots = {}
    for at in range(teams):
        division, department = f"d{at // WIDTH**2}", f"d{at // WIDTH**2}/{at // WIDTH}"
        if at % WIDTH**2 == 0:
            nodes.append(Node(division, f"Division {division}", ROOT, 0))
        if at % WIDTH == 0:
            nodes.append(Node(department, f"Department {at // WIDTH}", division, 0))
        code = f"t{at}"
        ballots[code] = each + (at < left)
        nodes.append(Node(code, f"Team {at}", department, ballots[code] + 2, (code,)))
    return tuple(nodes), ballots


def _plan(nodes: Sequence[Node], teams: Mapping[str, int]) -> DimensionPlan:
    """Show every group; each team is a block."""
    below: dict[str, list[str]] = {node.code: [] for node in nodes}
    parents = {node.code: node.parent for node in nodes}
    for team in teams:
        above: str | None = team
        while above is not None:
            below[above].append(team)
            above = parents[above]
    return DimensionPlan(
        tuple(
            PlannedGroup(
                node.code,
                node.name,
                node.parent,
                tuple(below[node.code]),
                sum(teams[team] for team in below[node.code]),
                node.code in teams,
            )
            for node in nodes
        ),
        {},
    )


def _tally(teams: Mapping[str, int], random: Random) -> Tally:
    answers = {
        (ORGANISATION, question.code): {
            team: _histogram(question, ballots, random) for team, ballots in teams.items()
        }
        for question in QUESTIONS
    }
    joint = Joint((ORGANISATION,), {(team,): ballots for team, ballots in teams.items()})
    return Tally(
        ballots=sum(teams.values()),
        turnout=joint.marginals(),
        joint=joint,
        answers=answers,
        comments={},
    )


def _histogram(question: Question, ballots: int, random: Random) -> dict[int | None, int]:
    """Spread the ballots over the points of a scale, unevenly, adding up to all of them."""
    points = range(1, 6) if question.scale is Scale.LIKERT5 else range(11)
    weights = [random.random() for _ in points]
    shares = [int(ballots * weight / sum(weights)) for weight in weights]
    found: dict[int | None, int] = dict(zip(points, shares, strict=True))
    found[None] = ballots - sum(shares)
    return found
