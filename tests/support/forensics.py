"""What a thief of the files finds: where marked bytes lie, and whether that tells an order."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from scipy.stats import spearmanr
from sqlalchemy import text

from pulse.db import db

PAGE = 4096


def rho(found: Sequence[float]) -> float:
    """Correlate a sequence with the order in which it should not be."""
    return float(spearmanr(range(len(found)), found).statistic)


def first_places(content: bytes, marks: Sequence[bytes]) -> list[int]:
    """Give where each mark lies first. Every one must lie there."""
    found = [content.find(mark) for mark in marks]
    assert -1 not in found, "a mark is not there"
    return found


def places(content: bytes, marks: Sequence[bytes]) -> list[int]:
    """Give where each mark lies. Every one must lie there once, and only once."""
    found = first_places(content, marks)
    again = [content.find(mark, place + 1) for mark, place in zip(marks, found, strict=True)]
    assert set(again) == {-1}, "a mark is there twice"
    return found


def in_page_rho(places: Sequence[int]) -> float:
    """Correlate arrival with the place within a page, over all pages together."""
    pages: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for arrival, place in enumerate(places):
        pages[place // PAGE].append((place, arrival))
    pairs = []
    for cells in pages.values():
        arrivals = sorted(arrival for _, arrival in cells)
        for rank, (_, arrival) in enumerate(sorted(cells)):
            pairs.append((rank / len(cells), arrivals.index(arrival) / len(cells)))
    return float(spearmanr([a for a, _ in pairs], [b for _, b in pairs]).statistic)


def files(bind: str = "box") -> list[Path]:
    """List every file in which a database keeps its tables and its log."""
    engine = db.engines["box"] if bind == "box" else db.engine
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        return sorted(path.parent.glob(f"{path.name}*"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What has been removed is removed from the disk, and what is kept is written to it.
        connection.execute(text("CHECKPOINT"))
        root = Path(str(connection.scalar(text("SHOW data_directory"))))
        oid = connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    return sorted((root / "base" / str(oid)).iterdir())


def content(bind: str = "box") -> bytes:
    return b"".join(file.read_bytes() for file in files(bind) if file.is_file())


def log(bind: str = "box") -> bytes:
    """Give SQLite's log of a database."""
    engine = db.engines["box"] if bind == "box" else db.engine
    path = Path(f"{engine.url.database}-wal")
    return path.read_bytes() if path.exists() else b""
