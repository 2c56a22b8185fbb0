"""The addresses of the heatmap: each keeps everything that was asked for but what it changes."""

from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for

from pulse.domain.scores import ENGAGEMENT
from pulse.release.comment_reading import Wanted as WantedComments
from pulse.release.heat_view import View
from pulse.release.pages import Asked
from pulse.web import addresses

ASCENDING, DESCENDING = "asc", "desc"
TREND = "trend"
HEATMAP = "heat"


def asked(release_id: int | None) -> Asked:
    """Read what the address asks for; what is not known changes nothing."""
    args = request.args
    return Asked(
        release_id=release_id,
        group=args.get("group"),
        measure=args.get("measure", ENGAGEMENT),
        line=args.get("trend"),
        view=View(
            sort=args.get("sort", ""),
            descending=args.get("order") == DESCENDING,
            words=args.get("part", "").strip(),
            level=args.get("level", ""),
            smallest=addresses.number("least") or 0,
            drivers=tuple(dict.fromkeys(args.getlist("driver"))),
            page=addresses.number("page") or 0,
        ),
        comments=WantedComments(
            theme=addresses.number("theme"),
            words=args.get("q", ""),
            page=addresses.number("from") or 0,
        ),
    )


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of one release's heatmap, as it was asked for."""

    release_id: int
    asked: Asked

    def cell(self, group: str, measure: str) -> str:
        """Show a figure of a group over the waves, below the same heatmap."""
        return self._to(replace(self.asked, line=group, measure=measure), TREND)

    def group(self, key: str) -> str:
        """Look at another group; its parts are other ones, so what was left out comes back."""
        view = replace(self.asked.view, words="", level="", smallest=0, page=0)
        return self._to(replace(self.asked, group=key, line=None, view=view), HEATMAP)

    def sort(self, key: str) -> str:
        """Put the lowest first, or the highest where the lowest already stand first."""
        view = self.asked.view
        turned = view.sort == key and not view.descending
        return self._view(replace(view, sort=key, descending=turned, page=0))

    def page(self, number: int) -> str:
        """Show another page of groups."""
        return self._view(replace(self.asked.view, page=number))

    def unsorted(self) -> str:
        """Go back to the order of the company."""
        return self._view(replace(self.asked.view, sort="", descending=False, page=0))

    def unfiltered(self) -> str:
        """Show all groups and columns again."""
        view = self.asked.view
        return self._view(View(sort=view.sort, descending=view.descending))

    def kept(self) -> list[tuple[str, Any]]:
        """Give what the form that filters has to carry along."""
        mine = {"part", "level", "least", "driver", "page"}
        return [(name, value) for name, value in _arguments(self.asked).items() if name not in mine]

    def _view(self, view: View) -> str:
        return self._to(replace(self.asked, view=view), HEATMAP)

    def _to(self, wanted: Asked, anchor: str) -> str:
        return url_for(
            "results.hr", release_id=self.release_id, _anchor=anchor, **_arguments(wanted)
        )


def _arguments(wanted: Asked) -> dict[str, Any]:
    view = wanted.view
    named = {
        "group": wanted.group,
        "measure": None if wanted.measure == ENGAGEMENT else wanted.measure,
        "trend": wanted.line,
        "sort": view.sort,
        "order": DESCENDING if view.sort and view.descending else None,
        "part": view.words,
        "level": view.level,
        "least": view.smallest or None,
        "driver": list(view.drivers),
        "page": view.page or None,
    }
    return {name: value for name, value in named.items() if value}
