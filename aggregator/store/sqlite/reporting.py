"""Counts for a manager's report, inside a transaction that the caller holds."""

# ruff: noqa: S608 - only constant texts are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from aggregator.model import KEPT_STATES, MATCH_THRESHOLD, Tally
from aggregator.store.shared import WEEK_MICROS, WEEK_SHIFT, micros, monday
from aggregator.store.sqlite.rows import as_json

_FACETS = {
    "all": "SELECT '' AS key, n, listed_at, seen_at FROM items WHERE listed_at >= :since",
    "source": "SELECT source AS key, n, listed_at, seen_at FROM items WHERE listed_at >= :since",
    "signal": "SELECT DISTINCT signal AS key, n, listed_at, seen_at FROM items JOIN tags ON tags.item = n "
    "WHERE listed_at >= :since",
    "pack": "SELECT DISTINCT pack AS key, n, listed_at, seen_at FROM items JOIN tags ON tags.item = n "
    "WHERE listed_at >= :since AND pack <> ''",
    "prospect": "SELECT DISTINCT prospect AS key, n, listed_at, seen_at FROM items JOIN matches ON matches.item = n "
    "WHERE listed_at >= :since AND confidence >= :sure",
}
"""Facet → which items stand under which key."""

# A rep's word that a tag is wrong counts for that tag's signal and pack; any other word for the item's source.
_WRONG_TAG = (
    "SELECT {key}, count(DISTINCT corrections.rep || ' ' || n || ' ' || value) FROM items "
    "JOIN tags ON tags.item = n JOIN corrections ON corrections.item = n AND subject = 'tag' AND holds = 0 "
    "AND value IN (signal, type) WHERE listed_at >= :since GROUP BY 1"
)
_ANY_WORD = "SELECT {key}, count(*) FROM items JOIN corrections ON item = n WHERE listed_at >= :since GROUP BY 1"
_CORRECTIONS = {
    "all": _ANY_WORD.format(key="''"),
    "source": _ANY_WORD.format(key="source"),
    "signal": _WRONG_TAG.format(key="signal"),
    "pack": _WRONG_TAG.format(key="pack"),
    "prospect": "SELECT value, count(*) FROM items JOIN corrections ON item = n "
    "WHERE listed_at >= :since AND subject = 'prospect' GROUP BY 1",
}

_WEEKS = f"SELECT key, (listed_at + {WEEK_SHIFT}) / {WEEK_MICROS}, count(*) FROM ({{of}}) GROUP BY 1, 2"
_VERDICTS = """SELECT key, sum(is_kept), sum(NOT is_kept),
    avg(delay) FILTER (WHERE place IN ((total + 1) / 2, total / 2 + 1))
FROM (
    SELECT key, state IN (SELECT value FROM json_each(:kept)) AS is_kept, max(at - seen_at, 0) AS delay,
        row_number() OVER (PARTITION BY key ORDER BY max(at - seen_at, 0)) AS place,
        count(*) OVER (PARTITION BY key) AS total
    FROM ({of}) JOIN verdicts ON verdicts.item = n
    WHERE state = 'dismissed' OR state IN (SELECT value FROM json_each(:kept))
) GROUP BY key"""
_KEPT_WEEKS = f"""SELECT key, (at + {WEEK_SHIFT}) / {WEEK_MICROS}, count(*)
FROM ({{of}}) JOIN verdicts ON verdicts.item = n WHERE state IN (SELECT value FROM json_each(:kept)) GROUP BY 1, 2"""


def tallies(db: sqlite3.Connection, facet: str, since: datetime) -> list[Tally]:
    """Items listed since then by facet, the most numerous first."""
    of = _FACETS[facet]
    values = {"since": micros(since), "sure": MATCH_THRESHOLD, "kept": as_json(KEPT_STATES)}
    weeks: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for key, week, count in db.execute(_WEEKS.format(of=of), values):
        weeks[key][monday(week)] = count
    kept_weeks: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for key, week, count in db.execute(_KEPT_WEEKS.format(of=of), values):
        kept_weeks[key][monday(week)] = count
    verdicts = {
        key: (kept, dismissed, delay / 1e6)
        for key, kept, dismissed, delay in db.execute(_VERDICTS.format(of=of), values)
    }
    corrections = dict(db.execute(_CORRECTIONS[facet], values).fetchall())
    found = []
    for key, counts in weeks.items():
        kept, dismissed, delay = verdicts.get(key, (0, 0, None))
        n = sum(counts.values())
        found.append(Tally(key, n, kept, dismissed, corrections.get(key, 0), delay, counts, kept_weeks[key]))
    return sorted(found, key=lambda tally: (-tally.n, tally.key))


def private_notes(db: sqlite3.Connection, prospect: str) -> dict[str, int]:
    """Rep → how many private notes on a prospect and on its items."""
    sql = (
        "SELECT rep, count(*) FROM notes WHERE visibility = 'private' "
        "AND (prospect = ? OR item IN (SELECT item FROM matches WHERE prospect = ?)) GROUP BY rep ORDER BY rep"
    )
    return dict(db.execute(sql, (prospect, prospect)).fetchall())


def keepers(db: sqlite3.Connection, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Item → the reps who kept it."""
    sql = (
        "SELECT id, rep FROM items JOIN verdicts ON item = n WHERE id IN (SELECT value FROM json_each(?)) "
        "AND state IN (SELECT value FROM json_each(?)) ORDER BY id, rep"
    )
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for id_, rep in db.execute(sql, (as_json(list(ids)), as_json(KEPT_STATES))):
        found[id_] += (rep,)
    return dict(found)
