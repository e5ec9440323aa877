"""Old items that concern nobody, deleted and remembered, inside a transaction that the caller holds."""

# ruff: noqa: S608 - only constant texts are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from datetime import datetime

from aggregator.store.shared import micros

_UNTOUCHED = (
    "NOT EXISTS (SELECT 1 FROM notes WHERE item = n AND visibility <> 'removed') "
    "AND NOT EXISTS (SELECT 1 FROM corrections WHERE item = n) "
    "AND NOT EXISTS (SELECT 1 FROM standing WHERE subject = items.id) "
    "AND NOT EXISTS (SELECT 1 FROM deeds WHERE cites = items.id)"
)


def prune(db: sqlite3.Connection, before: datetime, *, dismissed: bool, matched: bool, dry_run: bool) -> int:
    """Delete what nobody touched, and what everybody dismissed if asked; how many there were."""
    spared = "AND state <> 'dismissed'" if dismissed else ""
    where = (
        f"seen_at < ? {'' if matched else 'AND matched = 0'} AND {_UNTOUCHED} "
        f"AND NOT EXISTS (SELECT 1 FROM verdicts WHERE item = n {spared})"
    )
    gone = db.execute(f"SELECT n, source FROM items WHERE {where}", (micros(before),)).fetchall()
    if dry_run or not gone:
        return len(gone)
    numbers = [(n,) for n, _ in gone]
    db.executemany(
        "INSERT OR REPLACE INTO pruned(source, key, twin_key, id, content_hash, published) "
        "SELECT source, key, twin_key, id, content_hash, published FROM items WHERE n = ?",
        numbers,
    )
    db.executemany("DELETE FROM verdicts WHERE item = ?", numbers)
    db.executemany("DELETE FROM notes WHERE item = ?", numbers)
    db.executemany("UPDATE sources SET items = items - 1 WHERE id = ?", [(source,) for _, source in gone])
    db.executemany("DELETE FROM items WHERE n = ?", numbers)
    return len(gone)
