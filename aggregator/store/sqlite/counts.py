"""Counts over many items, inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from aggregator.model import MATCH_THRESHOLD
from aggregator.store.shared import micros


def brought(db: sqlite3.Connection, since: datetime) -> dict[str, int]:
    """Source → its items listed since then."""
    sql = "SELECT source, count(*) FROM items WHERE listed_at >= ? GROUP BY source"
    return dict(db.execute(sql, (micros(since),)).fetchall())


def concerning(db: sqlite3.Connection) -> dict[str, int]:
    """Prospect → items matched to it."""
    sql = "SELECT prospect, count(DISTINCT item) FROM matches WHERE confidence >= ? GROUP BY prospect"
    return dict(db.execute(sql, (MATCH_THRESHOLD,)).fetchall())
