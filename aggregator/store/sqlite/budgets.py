"""Quotas of requests, inside a transaction that the caller holds."""

from __future__ import annotations

import math
import sqlite3
from datetime import datetime

from aggregator.store.shared import LONGEST_HOLD, micros

SECOND = 1_000_000

TABLES = (
    "CREATE TABLE spent (budget TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
    "CREATE INDEX spent_at ON spent(budget, at)",
    "CREATE TABLE holds (budget TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)


def spend(db: sqlite3.Connection, budget: str, requests: int, seconds: float, now: datetime) -> float:
    """Count a request, or say how long there is no room for it."""
    if wait := held(db, budget, now):
        return wait
    at, span = micros(now), int(seconds * SECOND)
    # What a clock that ran ahead counted is forgotten too: it would block for as long as the clock was wrong.
    db.execute("DELETE FROM spent WHERE budget = ? AND (at <= ? OR at > ?)", (budget, at - span, at + SECOND))
    last = db.execute(
        "SELECT at FROM spent WHERE budget = ? ORDER BY at DESC LIMIT 1 OFFSET ?", (budget, requests - 1)
    ).fetchone()
    if last is not None:
        return max((int(last[0]) + span - at) / SECOND, 0.001)
    db.execute("INSERT INTO spent(budget, at) VALUES (?, ?)", (budget, at))
    return 0.0


def hold(db: sqlite3.Connection, budget: str, until: datetime, now: datetime) -> None:
    """Keep a pause, the longer of two."""
    longest = min(until, now + LONGEST_HOLD)
    db.execute(
        "INSERT INTO holds VALUES (?, ?) ON CONFLICT(budget) DO UPDATE SET until = max(until, excluded.until)",
        (budget, micros(longest)),
    )


def held(db: sqlite3.Connection, budget: str, now: datetime) -> float:
    """How long a budget is still held."""
    row = db.execute("SELECT until FROM holds WHERE budget = ?", (budget,)).fetchone()
    left = (int(row[0]) - micros(now)) / SECOND if row else 0.0
    return left if 0 < left <= math.ceil(LONGEST_HOLD.total_seconds()) else 0.0
