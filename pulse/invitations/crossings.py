"""The crossings of a frame: cut from the labels that everybody carries in the other dimensions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pulse.domain.crossing_labels import cut_crossing
from pulse.domain.dimension import parts, together
from pulse.domain.labels import Cut, Dropped


def cut(
    wanted: Iterable[str],
    single: Sequence[Cut | Dropped],
    carried: Sequence[Mapping[str, str]],
    minimum: int,
) -> list[Cut | Dropped]:
    """Cut the crossings with these keys.

    `single` are the other dimensions, cut or dropped, and `carried` everybody's labels in them. A
    crossing is dropped where the wave is not divided by one of its two alone.
    """
    known = {item.dimension.key: item.dimension for item in single if isinstance(item, Cut)}
    names = {key: item.name for key, item in known.items()}
    names |= {item.key: item.name for item in single if isinstance(item, Dropped)}
    found: list[Cut | Dropped] = []
    for key in wanted:
        pair = parts(key)
        missing = [names.get(part, part) for part in pair if part not in known]
        if missing:
            name = together(names.get(part, part) for part in pair)
            why = f"this wave is not divided by {' and '.join(missing)} alone"
            found.append(Dropped(key, name, why))
        else:
            first, second = pair
            people = Counter((labels[first], labels[second]) for labels in carried)
            found.append(cut_crossing(known[first], known[second], people, minimum))
    return found
