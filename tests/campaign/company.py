"""Random companies that are asked: trees with staff on every level, attributes, sizes, answers.

Everything follows from the random source that is handed in, so a seed names a company. The tiny
ones have floors so low that exact algebra can look at every set of people; the others are as large
as companies are, with the floors of the product.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from pulse.ballots.tally import Tally
from pulse.domain.dimension import CROSS, ORGANISATION, ROOT, Dimension, Node
from pulse.domain.joint import Joint
from pulse.domain.labels import Cut, TreeUnit, cut_classes, cut_tree
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale, values

QUESTIONS = (
    Question("engagement_1", "I have the energy.", Scale.LIKERT5, "engagement"),
    Question("tools_1", "My tools get in my way.", Scale.LIKERT5, "tools", reverse=True),
    Question("enps", "Would you recommend us?", Scale.ZERO_TO_TEN, "enps"),
)
CLASSES = {"sex": ("f", "m"), "age": ("18-29", "30-39", "40-49", "50+")}
CLOSES = datetime(2037, 3, 9, tzinfo=UTC)
SKIPPED = 0.04
# How often the people of a team agree with what their team tends to say.
UNITY = (0.5, 0.8, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Size:
    """What kind of company is drawn: its people, its tree, and the floors that protect it."""

    people: tuple[int, int]
    divisions: tuple[int, int]
    teams: tuple[int, int]
    floors: tuple[int, ...]
    label_minimum: int
    edges: tuple[int, ...] = (1,)
    questions: int = 1
    fewest: int = 3


TINY = Size((7, 14), (1, 3), (0, 3), (3, 4), 1)
REAL = Size((50, 400), (2, 6), (0, 8), (5, 8, 10), 8, (1, 2), 2, 10)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is asked: where they work, what they are, whether they answer, and what."""

    unit: str
    classes: Mapping[str, str]
    came: bool
    answers: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a company: its frozen manifest and everybody asked with all their labels."""

    manifest: Manifest
    people: tuple[Person, ...]
    labels: tuple[Mapping[str, str], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The dimensions, in order."""
        return tuple(item.key for item in self.manifest.dimensions)

    @property
    def asked(self) -> Joint:
        """Everybody asked, by the labels that they carry together."""
        return Joint.of(self.keys, self.labels)

    @property
    def came(self) -> Joint:
        """Everybody who took part."""
        return Joint.of(self.keys, (labels for _, labels in self._ballots()))

    def tally(self) -> Tally:
        """Count the answers as the box is counted: each label of each dimension by itself."""
        answers: dict[tuple[str, str], dict[str, Counter[int | None]]] = {}
        for person, labels in self._ballots():
            for key, label in labels.items():
                for code, value in self._answers(person):
                    place = answers.setdefault((key, code), {})
                    place.setdefault(label, Counter())[value] += 1
        came = self.came
        return Tally(came.total, came.marginals(), came, answers, {})

    def _answers(self, person: Person) -> Iterable[tuple[str, int | None]]:
        return ((item.code, person.answers[item.code]) for item in self.manifest.scored)

    def _ballots(self) -> Iterable[tuple[Person, Mapping[str, str]]]:
        pairs = zip(self.people, self.labels, strict=True)
        return ((person, labels) for person, labels in pairs if person.came)


def company(random: Random, size: Size) -> tuple[list[TreeUnit], list[Person]]:
    """Draw a tree and the people in it."""
    units = _tree(random, size)
    return units, _people(random, units, random.randint(*size.people))


@dataclass(frozen=True, slots=True)
class Terms:
    """What stays the same whenever people of one company are asked."""

    questions: tuple[Question, ...]
    keys: tuple[str, ...]
    crossed: bool
    floor: int
    edge: int
    label_minimum: int


def terms(random: Random, size: Size) -> Terms:
    """Draw what is asked, by what people are divided, and the floors."""
    return Terms(
        tuple(random.sample(QUESTIONS, size.questions)),
        tuple(key for key in CLASSES if random.random() < 0.7),
        random.random() < 0.3,
        random.choice(size.floors),
        random.choice(size.edges),
        size.label_minimum,
    )


def wave(agreed: Terms, units: Sequence[TreeUnit], people: Sequence[Person], number: int) -> Wave:
    """Ask these people, with labels cut as they are cut when a wave opens."""
    least = agreed.label_minimum
    cuts = [cut_tree(units, Counter(person.unit for person in people), least)]
    for key in agreed.keys:
        cut = cut_classes(key, key, Counter(person.classes[key] for person in people), least)
        cuts += [cut] if isinstance(cut, Cut) else []
    carried = [_carried(person, cuts) for person in people]
    dimensions = [cut.dimension for cut in cuts]
    if agreed.crossed and "sex" in carried[0]:
        crossing, labels = _crossing(dimensions[0], carried)
        dimensions.append(crossing)
        carried = [one | {crossing.key: at} for one, at in zip(carried, labels, strict=True)]
    divided = tuple(dimensions)
    made = Manifest(number, "Spring", "", agreed.questions, divided, agreed.floor, 10, "b", CLOSES)
    return Wave(replace(made, edge=agreed.edge), tuple(people), tuple(carried))


def moved(random: Random, units: Sequence[TreeUnit], people: Sequence[Person]) -> list[Person]:
    """Let a few people move, some leave and some come, and everybody answer anew."""
    stay = [person for person in people if random.random() > 0.05]
    codes = [unit.code for unit in units]
    turned = [
        replace(person, unit=random.choice(codes)) if random.random() < 0.1 else person
        for person in stay
    ]
    new = _people(random, units, len(people) - len(stay))
    return [*_answering(random, turned), *new]


def _tree(random: Random, size: Size) -> list[TreeUnit]:
    """Draw divisions with teams, and now and then a team with a part of its own."""
    units: list[TreeUnit] = []
    for at in range(random.randint(*size.divisions)):
        division = TreeUnit(f"d{at}", f"Division {at}", None)
        units.append(division)
        for number in range(random.randint(*size.teams)):
            team = TreeUnit(f"d{at}t{number}", f"Team {at}.{number}", division.code)
            units.append(team)
            if random.random() < 0.15:
                units.append(TreeUnit(f"{team.code}x", f"Part of {team.name}", team.code))
    return units


def _people(random: Random, units: Sequence[TreeUnit], count: int) -> list[Person]:
    """Draw people; units differ in size, and inner ones have staff of their own."""
    weights = [random.choice((0.3, 1, 1, 2)) for _ in units]
    skew = random.uniform(0.2, 0.8)
    found = []
    for unit in random.choices(units, weights, k=count):
        classes = {
            "sex": "f" if random.random() < skew else "m",
            "age": random.choice(CLASSES["age"]),
        }
        found.append(Person(unit.code, classes, came=False, answers={}))
    return _answering(random, found)


def _answering(random: Random, people: Sequence[Person]) -> list[Person]:
    """Let people answer: a unit has a turnout, and for each question an opinion of its own."""
    turnout: dict[str, float] = {}
    opinion: dict[tuple[str, str], tuple[int, float]] = {}
    found = []
    for person in people:
        comes = random.random() < turnout.setdefault(person.unit, random.uniform(0.5, 1))
        answers = {}
        for item in QUESTIONS:
            points = sorted(values(item.scale))
            tends = opinion.setdefault(
                (person.unit, item.code), (random.choice(points), random.choice(UNITY))
            )
            value = tends[0] if random.random() < tends[1] else random.choice(points)
            answers[item.code] = None if random.random() < SKIPPED else value
        found.append(replace(person, came=comes, answers=answers))
    return found


def _carried(person: Person, cuts: Sequence[Cut]) -> dict[str, str]:
    labels = {}
    for cut in cuts:
        key = cut.dimension.key
        labels[key] = cut.label_of[person.unit if key == ORGANISATION else person.classes[key]]
    return labels


def _crossing(tree: Dimension, carried: Sequence[Mapping[str, str]]) -> tuple[Dimension, list[str]]:
    """Cross the top parts of the organisation with sex."""
    nodes = {node.code: node for node in tree.nodes}
    tops = []
    for labels in carried:
        at = nodes[labels[ORGANISATION]]
        while at.parent not in {None, ROOT}:
            at = nodes[at.parent]
        tops.append(at.code)
    found = [f"{top}{CROSS}{labels['sex']}" for top, labels in zip(tops, carried, strict=True)]
    counts = Counter(found)
    made = [Node(ROOT, "Everyone", None, 0)]
    for top in dict.fromkeys(tops):
        if top != ROOT:
            made.append(Node(top, nodes[top].name, ROOT, 0))
        inside = sorted(code for code in counts if code.startswith(f"{top}{CROSS}"))
        made += [Node(code, code, top, counts[code], (code,)) for code in inside]
    return Dimension(f"{ORGANISATION}{CROSS}sex", "Organisation by sex", tuple(made)), found
