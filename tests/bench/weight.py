"""The weight of the survey page: the first response, which works without anything else."""

import re
from dataclasses import dataclass

from tests.bench import installation, serving
from tests.bench.load import Line

PEOPLE = 60
LIMIT = 14 * 1024
LINKED = re.compile(r"(?:src|href)=\"(/(?:static/|ballot\.js)[^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes on the wire, head included; `others` are what the page links to, packed if it is."""

    packed: int
    plain: int
    others: dict[str, int]


def measure() -> Weight:
    with installation.made("sqlite") as house:
        wave, _ = installation.open_wave(house, PEOPLE)
        with serving.granian("pulse.app:create_app", house.variables) as port, Line(port) as line:
            packed = line.get(f"/s/{wave}")
            plain = line.get(f"/s/{wave}", packed=False)
            linked = LINKED.findall(plain.body.decode())
            others = {path: line.get(path).size for path in sorted(set(linked))}
    return Weight(packed.size, plain.size, others)


def table(weight: Weight) -> str:
    verdict = "within" if weight.packed <= LIMIT else "OVER"
    lines = [
        f"survey page, first response: {weight.packed:,} bytes packed, {weight.plain:,} plain",
        f"  {verdict} the limit of {LIMIT:,}",
        *(f"  {size:8,} bytes {path}" for path, size in weight.others.items()),
    ]
    return "\n".join(lines)
