"""The data sets of a book, read from the package that carries them.

K. McNulty, Handbook of Regression Modeling in People Analytics (2021); fictional data, published
under CC0, packed as `peopleanalyticsdata`. Its files are read without importing it: its own reader
needs setuptools, and takes the word "None" for a missing value.
"""

import csv
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pandas as pd

from pulse.domain.consented import ConsentedFile, Row


def path(name: str) -> Path:
    return Path(
        str(distribution("peopleanalyticsdata").locate_file(f"peopleanalyticsdata/data/{name}.csv"))
    )


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(path(name), keep_default_na=False)


def columns(found: pd.DataFrame, *names: str) -> np.ndarray:
    return found[list(names)].to_numpy(dtype=np.float64)


def retention() -> ConsentedFile:
    """People of `job_retention`, parted as the book does: sentiment of 7 or more, or less."""
    further = ("gender", "field", "level")
    with path("job_retention").open(encoding="utf-8", newline="") as file:
        rows = tuple(
            Row(
                months=float(row["month"]),
                left=row["left"] == "1",
                group="High" if int(row["sentiment"]) >= 7 else "Not High",
                further=(*(row[name] for name in further), float(row["sentiment"])),
            )
            for row in csv.DictReader(file)
        )
    return ConsentedFile(rows, (*further, "sentiment"))
