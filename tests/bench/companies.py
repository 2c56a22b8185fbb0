"""Invented companies of any size: a tree, three attributes, and who took part. No names."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from pulse.domain.blocks import Turnout
from pulse.domain.dimension import CROSS, ORGANISATION, ROOT, Dimension, Node
from pulse.domain.joint import Joint

# How many of a hundred answer, and the classes of each attribute.
ANSWERING = 72
ATTRIBUTES = {"gender": 3, "age": 5, "tenure": 5}
DIVISIONS = 8
# Groups of the tree by number of people, as measured companies have them; 1 in 20 elsewhere.
GROUPS = {2_500: 300, 20_000: 2_000, 100_000: 5_000}
FLOOR = 5


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody asked, as dimensions with counts, and as one tuple of labels for each person."""

    dimensions: tuple[Dimension, ...]
    asked: tuple[tuple[str, ...], ...]
    came: tuple[tuple[str, ...], ...]

    @property
    def turnout(self) -> Turnout:
        keys = tuple(item.key for item in self.dimensions)
        return Turnout(_joint(keys, self.asked), _joint(keys, self.came))


@cache
def company(people: int, crossings: tuple[str, ...] = ()) -> Company:
    """Invent a company, the same one every time; `crossings` names attributes cut by division."""
    random = Random(people)
    units = _tree(GROUPS.get(people, people // 20))
    homes = [code for code, parent in units.items() if parent is not None]
    # Everybody has a unit; small and large ones, and offices of departments too.
    weights = [random.paretovariate(1.5) for _ in homes]
    division = {code: _division(units, code) for code in homes}
    asked = []
    for home in _homes(random, homes, weights, people):
        classes = [f"{key}-{random.randrange(many)}" for key, many in ATTRIBUTES.items()]
        crossed = [
            f"{division[home]}{CROSS}{classes[list(ATTRIBUTES).index(key)]}" for key in crossings
        ]
        asked.append((home, *classes, *crossed))
    came = tuple(person for person in asked if random.randrange(100) < ANSWERING)
    return Company(_dimensions(units, asked, crossings), tuple(asked), came)


def _homes(random: Random, homes: list[str], weights: list[float], people: int) -> Iterator[str]:
    """Give everybody a unit: at first eight people each, as every label has, then by weight."""
    fewest = min(8, people // len(homes))
    yield from (home for home in homes for _ in range(fewest))
    yield from random.choices(homes, weights, k=people - fewest * len(homes))


def _tree(groups: int) -> dict[str, str | None]:
    """Give the parent of each unit: eight divisions, departments by six teams each."""
    units: dict[str, str | None] = {ROOT: None}
    units |= {f"d{number}": ROOT for number in range(DIVISIONS)}
    departments = max(DIVISIONS, groups // 7)
    units |= {f"p{number}": f"d{number % DIVISIONS}" for number in range(departments)}
    teams = max(0, groups - len(units))
    return units | {f"t{number}": f"p{number % departments}" for number in range(teams)}


def _division(units: dict[str, str | None], code: str) -> str:
    while (parent := units[code]) != ROOT:
        code = str(parent)
    return code


def _dimensions(
    units: dict[str, str | None], asked: list[tuple[str, ...]], crossings: tuple[str, ...]
) -> tuple[Dimension, ...]:
    keys = (ORGANISATION, *ATTRIBUTES, *(f"{ORGANISATION}{CROSS}{key}" for key in crossings))
    invited = _joint(keys, tuple(asked)).marginals()
    tree = tuple(
        Node(code, f"Unit {code}", parent, invited[ORGANISATION].get(code, 0), (code,))
        for code, parent in units.items()
    )
    return (
        Dimension(ORGANISATION, "Organisation", tree),
        *(Dimension(key, key.capitalize(), _classes(invited[key])) for key in keys[1:]),
    )


def _classes(invited: dict[str, int]) -> tuple[Node, ...]:
    found = []
    for code in sorted(invited):
        division = code.partition(CROSS)[0] if CROSS in code else ROOT
        found.append(Node(code, code, division, invited[code], (code,)))
    return (Node(ROOT, "Everyone", None, 0), *found)


def _joint(keys: tuple[str, ...], people: tuple[tuple[str, ...], ...]) -> Joint:
    return Joint.of(keys, (dict(zip(keys, labels, strict=True)) for labels in people))
