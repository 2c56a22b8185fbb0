"""The whole analysis of a consented file; loaded by name, since pages hold no such library."""

from importlib.metadata import version

from pulse.domain import cox, kaplan_meier
from pulse.domain.consented import (
    NEEDS_LEAVERS,
    ConsentedFile,
    Survival,
    by_group,
    kept,
)
from pulse.domain.errors import Invalid

LIBRARIES = {name: version(name) for name in ("numpy", "scipy", "statsmodels")}


def study(file: ConsentedFile) -> Survival:
    """Draw a curve for each group, and compare everything at once where that can be done.

    Raises Invalid where no curve can be drawn. That only the ratios cannot be given is part of
    the answer.
    """
    large, too_small = kept(file)
    found = {name: kaplan_meier.curve(name, rows) for name, rows in by_group(large.rows).items()}
    curves = tuple(one for one in found.values() if one is not None)
    if not curves:
        raise Invalid(f"{NEEDS_LEAVERS} Too few people are under observation at the same time.")
    too_small += len(found) - len(curves)
    try:
        hazards, refusal = cox.hazards(large), None
    except Invalid as error:
        hazards, refusal = (), error.message
    return Survival(len(large.rows), large.leavers, curves, too_small, hazards, refusal)
