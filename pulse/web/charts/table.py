"""Tables as CSV files: plain numbers, and no text that a spreadsheet would run as a formula."""

import csv
from io import StringIO

from flask import Response

from pulse.domain.plain_text import harmless
from pulse.web.charts.figure import Table


def csv_response(table: Table, name: str) -> Response:
    """Answer with the table as a download."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(table.headers)
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _safe(cell: str) -> str:
    """Put an apostrophe before what could be a formula; a negative number is none.

    >>> _safe("=SUM(A1)"), _safe("-3.5"), _safe("Sales")
    ("'=SUM(A1)", '-3.5', 'Sales')
    """
    try:
        float(cell)
    except ValueError:
        return harmless(cell)
    return cell
