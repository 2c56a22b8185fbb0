"""The staff list of a wave with a line for each person, to find the same one in two lists."""

import csv
from io import StringIO

from tests.campaign.company import Wave


def by_person(asked: Wave) -> str:
    """Write one line a person, each with a number that stays theirs."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("people", "took_part", "person", *asked.keys))
    for at, (person, labels) in enumerate(zip(asked.people, asked.labels, strict=True)):
        carried = (labels[key] for key in asked.keys)
        writer.writerow((1, int(person.came), f"p{at}", *carried))
    return text.getvalue()
