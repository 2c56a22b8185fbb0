"""The problems of a staff file as a CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator

from pulse.domain.plain_text import harmless
from pulse.domain.staff_row import Problem


def lines(problems: Iterable[Problem]) -> Iterator[str]:
    r"""Give the file line by line, the header first.

    >>> list(lines([Problem(3, "name", "looks like a spreadsheet formula", "=1+1")]))[1]
    "3,name,looks like a spreadsheet formula,'=1+1\r\n"
    """
    yield _line("line", "field", "reason", "value")
    for problem in problems:
        yield _line(str(problem.line), problem.field, problem.reason, problem.value)


def _line(*cells: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(harmless(cell) for cell in cells)
    return out.getvalue()
