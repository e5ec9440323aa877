"""The words of a query against the full-text index, without sorting every item that has a frequent word.

Items come newest first, but the index knows only row numbers. Of a frequent word, it is asked for the rows of
the newest items alone, in windows that grow until the page is full.
"""

# ruff: noqa: S608 - only constant texts are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import islice

from aggregator.store.sqlite.plan import ALL, Found, Plan, is_few
from aggregator.store.words import Term

WINDOWS = (4_000, 40_000, 400_000)
"""How many of the newest items are looked at, one window after the other, before all are."""

Place = tuple[int, str] | None
"""Behind which item a page starts: listed_at in microseconds, and id."""

_HITS = "SELECT rowid AS item FROM search.docs WHERE docs MATCH ?"


def run(db: sqlite3.Connection, plan: Plan, terms: Sequence[Term], after: Place, count: int) -> Found:
    """The first ``count`` items of a plan that say the terms, behind a place."""
    wanted = " AND ".join(_phrase(term) for term in terms if not term.negated)
    unwanted = " OR ".join(_phrase(term) for term in terms if term.negated)
    if not wanted:
        plan.need("EXISTS (SELECT 1 FROM search.docs WHERE rowid = items.n)")
        plan.need(f"n NOT IN ({_HITS})", unwanted)
        return plan.run(db, count)
    match = f"({wanted}) NOT ({unwanted})" if unwanted else wanted
    if not plan.begin:  # before counting: to count a short prefix takes as long as to find its newest items
        found = _run_within(db, plan, match, after, count, WINDOWS[0])
        if len(found) == count:
            return found
    if not is_few(db, _HITS, match):
        among = _among_few if plan.begin else _among_newest
        return among(db, plan, match, after, count)
    if plan.begin:
        plan.need(f"n IN ({_HITS})", match)
    else:
        plan.begin_with(_HITS, match)
    return plan.run(db, count)


def _among_few(db: sqlite3.Connection, plan: Plan, match: str, _after: Place, count: int) -> Found:
    """A frequent word in a small set: its items are tested from the newest until the page is full."""
    sql = f"{_HITS} AND rowid = ?"
    candidates = plan.run(db, ALL)
    return list(islice((row for row in candidates if db.execute(sql, (match, row[0])).fetchone()), count))


def _among_newest(db: sqlite3.Connection, plan: Plan, match: str, after: Place, count: int) -> Found:
    """A frequent word that does not fill the page from the newest items: more of them, at last all."""
    for window in WINDOWS[1:]:
        found = _run_within(db, plan, match, after, count, window)
        if len(found) == count:
            return found
    plan.begin_with(_HITS, match)
    return plan.run(db, count)


def _run_within(db: sqlite3.Connection, plan: Plan, match: str, after: Place, count: int, window: int) -> Found:
    """Like ``run`` among the newest items alone; empty where there are not as many."""
    newest = (
        "SELECT n, listed_at, id FROM items INDEXED BY items_listed "
        f"WHERE {'(listed_at, id) < (?, ?)' if after else '1'} ORDER BY listed_at DESC, id DESC"
    )
    edge = db.execute(f"{newest} LIMIT 1 OFFSET ?", (*(after or ()), window - 1)).fetchone()
    if edge is None:
        return []
    first = db.execute(f"SELECT min(n) FROM ({newest} LIMIT ?)", (*(after or ()), window)).fetchone()[0]
    within = plan.copy()
    within.begin_with(f"{_HITS} AND rowid >= ?", match, first)
    within.need("(listed_at, id) >= (?, ?)", *edge[1:])
    return within.run(db, count)


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"' + ("*" if term.prefix else "")
