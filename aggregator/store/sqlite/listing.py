"""Ids and counts for screens, from indexes alone where that can be."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from aggregator.model import Query
from aggregator.store.shared import micros
from aggregator.store.sqlite import queries
from aggregator.store.sqlite.plan import ALL

_DAY = 86_400_000_000

_UNREAD = """SELECT count(*) FROM (SELECT DISTINCT item FROM matches JOIN items ON n = item
WHERE prospect = :prospect AND is_news = 1 AND NOT EXISTS (
    SELECT 1 FROM verdicts WHERE rep = :rep AND verdicts.item = matches.item AND state <> 'new'
    AND NOT (state = 'snoozed' AND ifnull(until, :now + 1) <= :now)
) LIMIT :most)"""

_PROSPECTS = """WITH RECURSIVE seen(p) AS (SELECT min(prospect) FROM matches UNION ALL
SELECT (SELECT min(prospect) FROM matches WHERE prospect > p) FROM seen WHERE p IS NOT NULL)
SELECT p FROM seen WHERE p IS NOT NULL"""


def ids(db: sqlite3.Connection, query: Query, limit: int) -> list[str]:
    """Ids of what a query asks for; 0 for all."""
    return [row[2] for row in queries.page(db, query, limit or ALL)]


def unread(db: sqlite3.Connection, rep: str, now: datetime, most: int) -> dict[str, int]:
    """Undecided news by prospect, each counted no further than ``most``."""
    found = {}
    for (prospect,) in db.execute(_PROSPECTS).fetchall():
        values = {"prospect": prospect, "rep": rep, "now": micros(now), "most": most}
        count = db.execute(_UNREAD, values).fetchone()[0]
        if count:
            found[prospect] = count
    return found


def per_day(db: sqlite3.Connection, since: datetime) -> dict[tuple[str, int], int]:
    """Items by prospect and day."""
    sql = (
        "SELECT prospect, (listed_at - :since) / :day, count(DISTINCT item) FROM items INDEXED BY items_matched "
        "JOIN matches ON item = n WHERE listed_at >= :since AND matched = 1 GROUP BY 1, 2"
    )
    rows = db.execute(sql, {"since": micros(since), "day": _DAY})
    return {(prospect, day): count for prospect, day, count in rows}


def newest(db: sqlite3.Connection) -> int:
    """The last row number."""
    return int(db.execute("SELECT ifnull(max(n), 0) FROM items").fetchone()[0])
