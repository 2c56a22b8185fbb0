"""What would be published of a wave, in memory: the product's own groups and counts, as its files.

No database is asked, so thousands of companies can be published in minutes; a test holds the files
to those of a real export, byte for byte. A protection is switched off by changing the values here.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO

import numpy as np

from pulse.audit.files import ReleaseFiles
from pulse.ballots.tally import Tally
from pulse.domain import scores, uncertainty
from pulse.domain.blocks import Decided
from pulse.domain.cells import Counts, Span
from pulse.domain.manifest import Manifest
from pulse.domain.scores import ENGAGEMENT, ENPS
from pulse.domain.uncertainty import Promoters, Shares
from pulse.release import export, figures, measures
from pulse.release.exported_statistics import INTERVALS
from pulse.release.figures import Figures
from pulse.release.model import ReleaseGroup


@dataclass(slots=True)
class Publication:
    """All groups in the order of the files, and the counts of each group by question."""

    manifest: Manifest
    tally: Tally
    decided: Decided
    groups: list[ReleaseGroup] = field(default_factory=list)
    counts: dict[tuple[str, str], dict[str, Counts]] = field(default_factory=dict)

    def files(self) -> ReleaseFiles:
        """Give the texts that anybody could fetch."""
        return ReleaseFiles(self._cells(), self._groups(), self._about())

    def shown(self, dimension: str = "") -> list[ReleaseGroup]:
        """Give the groups with numbers, of one dimension where it is named."""
        return [
            group
            for group in self.groups
            if group.n is not None and dimension in {"", group.dimension}
        ]

    def _cells(self) -> str:
        rows: list[Sequence[object]] = []
        for group in self.groups:
            place = (self.manifest.wave, group.code, group.parent or "", group.dimension)
            counts = self.counts.get((group.dimension, group.code), {})
            rows += [
                (*place, "question", item.code, *_question(group, counts.get(item.code)))
                for item in self.manifest.scored
            ]
            rows += [
                (*place, kind, measure, *_score(group, self._asked(counts, measure), kind))
                for kind, measure in self._measures()
                if kind != "enps" or group.n is None or measures.enough_for_enps(group.n)
            ]
        return _csv(export.CELLS, rows)

    def _measures(self) -> list[tuple[str, str]]:
        scored = self.manifest.scored
        found = dict.fromkeys(item.driver for item in scored if item.driver != ENPS)
        enps = [item for item in scored if item.driver == ENPS][:1]
        drivers = sorted(found, key=lambda driver: driver != ENGAGEMENT)
        return [*(("driver", driver) for driver in drivers), *(("enps", ENPS) for _ in enps)]

    def _asked(self, counts: dict[str, Counts], measure: str) -> list[Counts]:
        wanted = [item.code for item in self.manifest.scored if item.driver == measure]
        return [counts[code] for code in wanted if code in counts]

    def _groups(self) -> str:
        return _csv(export.GROUPS, (self._group(group) for group in self.groups))

    def _group(self, group: ReleaseGroup) -> Sequence[object]:
        fate = (group.status, group.merged_into or group.reason or "")
        return (
            self.manifest.wave,
            group.dimension,
            group.code,
            group.name,
            group.parent or "",
            *fate,
            int(group.block) if group.n is not None else "",
            group.invited,
            "" if group.n is None else group.n,
            export.BETWEEN_MEMBERS.join(group.labels),
            export.BETWEEN_MEMBERS.join(group.members),
        )

    def _about(self) -> str:
        manifest = self.manifest
        value = {
            "wave": manifest.wave,
            "title": manifest.title,
            "policy": {"floor": manifest.floor, "edge": manifest.edge},
            "ballots": self.tally.ballots,
            "questions": [
                {"code": item.code, "driver": item.driver, "scale": item.scale.value}
                for item in manifest.questions
            ],
        }
        return json.dumps(value, ensure_ascii=False)


def honest(manifest: Manifest, tally: Tally, decided: Decided) -> Publication:
    """Publish as the product does, by the product's own code up to the rows of its tables."""
    made = Publication(manifest, tally, decided)
    coded = figures.coded_blocks(manifest, tally, decided.plans)
    counted = Figures(0, manifest, tally, decided.plans, coded)
    for dimension in manifest.dimensions:
        key, rows = dimension.key, list(figures._groups(counted, dimension))
        ids = {(key, row.code): at for at, row in enumerate(rows)}
        made.groups += rows
        for cell in figures._cells(decided.plans[key], key, ids, coded):
            place = made.counts.setdefault((key, rows[cell["group_id"]].code), {})
            place[cell["question"]] = _counts(cell)
    return made


def _counts(cell: dict) -> Counts:
    return Counts(
        cell["n"],
        Span(cell["favourable_low"], cell["favourable_high"]),
        Span(cell["unfavourable_low"], cell["unfavourable_high"]),
        cell["score_sum"],
    )


def _question(group: ReleaseGroup, counts: Counts | None) -> Sequence[object]:
    if counts is None:
        return _hidden(group)
    sure = _sure([counts], "question")
    exact = counts.favourable.is_exact and counts.unfavourable.is_exact
    neutral = f"{counts.neutral_middle:g}" if exact else _span(counts.neutral)
    mean = "" if counts.mean is None else round(counts.mean, 4)
    classes = (_span(counts.favourable), neutral, _span(counts.unfavourable))
    share = round(scores.favourable(counts), 4)
    return ("released", "", counts.n, *classes, mean, share, *sure)


def _score(group: ReleaseGroup, asked: Sequence[Counts], kind: str) -> Sequence[object]:
    if not asked:
        return _hidden(group)
    value = scores.enps(asked[0]) if kind == "enps" else scores.index(asked)
    return ("released", "", group.n, "", "", "", "", round(value, 4), *_sure(asked, kind))


def _sure(asked: Sequence[Counts], kind: str) -> Sequence[object]:
    """Give the interval of a figure as it is written; nothing is compared with a wave before."""
    people = np.array([float(asked[0].n)])
    if kind == "enps":
        good, bad = (np.array([float(of.middle)]) for of in _classes(asked[0]))
        found = uncertainty.enps(Promoters(good, bad, people))
    else:
        found = uncertainty.wilson(Shares(people * scores.index(asked) / 100, people))
    ends = (round(float(100 * end[0]), 4) for end in (found.low, found.high))
    return (*ends, *[""] * (len(INTERVALS) - 2))


def _classes(counts: Counts) -> tuple[Span, Span]:
    return counts.favourable, counts.unfavourable


def _hidden(group: ReleaseGroup) -> Sequence[object]:
    return (group.status, group.merged_into or group.reason, *[""] * (6 + len(INTERVALS)))


def _span(span: Span) -> str:
    return f"{span.low:g}" if span.is_exact else f"{span.low:g}..{span.high:g}"


def _csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()
