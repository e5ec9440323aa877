"""Items stored, changed, loaded, re-tagged and pruned, inside a transaction that the caller holds."""

# ruff: noqa: S608 - only constant names are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from aggregator.model import Applied, Batch, Item, Known, Match, Tag, Version
from aggregator.store.shared import KEPT_VERSIONS, PREFIX_LENGTH, is_lost, micros, moment, speaks_of
from aggregator.store.sqlite import sources
from aggregator.store.sqlite.rows import (
    ITEM_COLUMNS,
    MATCH_COLUMNS,
    TAG_COLUMNS,
    Row,
    as_json,
    extra_of,
    fields_of,
    item_row,
    match_rows,
    maybe_moment,
    tag_rows,
    to_item,
    to_match,
    to_tag,
)
from feeds.model import FetchState

_AMONG = "IN (SELECT value FROM json_each(?))"
_KNOWN = "id, key, twin_key, content_hash, versions, published"


def _insert(table: str, columns: str) -> str:
    return f"INSERT INTO {table}({columns}) VALUES ({','.join('?' * (columns.count(',') + 1))})"


_ADD_ITEM = _insert("items", ITEM_COLUMNS)
_ADD_TAG = _insert("tags", TAG_COLUMNS)
_ADD_MATCH = _insert("matches", MATCH_COLUMNS)
_LOG_ADDED = (
    "WITH RECURSIVE added(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM added WHERE n < ?) "
    "INSERT INTO changes(item) SELECT n FROM added"
)
"""Log that items of these row numbers, first to last, were added: the index has yet to take them in."""
_EDITED = [
    name for name in ITEM_COLUMNS.split(", ") if name not in ("n", "id", "source", "seen_at", "listed_at", "is_news")
]
_EDIT_ITEM = f"UPDATE items SET {', '.join(f'{name} = :{name}' for name in _EDITED)} WHERE n = :n"


_PRUNED = (
    "SELECT id, key, twin_key, content_hash, 0, published FROM pruned "
    f"WHERE source = ? AND {{column}} {_AMONG} ORDER BY id"
)


def known(db: sqlite3.Connection, source_id: str, keys: Collection[str]) -> dict[str, Known]:
    """What is stored under any of these keys: by key, else by twin key; of several, what was stored last."""
    asked = as_json([key for key in keys if key])
    found: dict[str, Known] = {}
    for column, place in (("twin_key", 2), ("key", 1)):
        for select in (_PRUNED, f"SELECT {_KNOWN} FROM items WHERE source = ? AND {column} {_AMONG} ORDER BY n"):
            for row in db.execute(select.format(column=column), (source_id, asked)):
                found[row[place]] = Known(row[0], row[1], row[2], row[3], row[4], maybe_moment(row[5]))
    return found


def hashes(db: sqlite3.Connection, source_id: str, limit: int) -> dict[str, str]:
    """Key → content hash of what was stored last."""
    latest = "SELECT n FROM items WHERE source = ? ORDER BY n DESC LIMIT ?"
    return dict(db.execute(f"SELECT key, content_hash FROM items WHERE n IN ({latest})", (source_id, max(limit, 0))))


def apply(db: sqlite3.Connection, batches: Sequence[Batch], now: datetime) -> list[Applied]:
    """Store what is not lost, save the states, end the claims."""
    holders = sources.holders(db, {batch.source_id for batch in batches})
    adder = _Adder(db, batches)
    results, states = [], []
    for batch in batches:
        holder, until, url = holders[batch.source_id]
        if is_lost(batch, holder, until > micros(now)):
            results.append(Applied(batch.source_id, lost=True))
            continue
        if batch.changed:
            adder.write()
        fresh = list(batch.new)
        edits = [item for item in batch.changed if _edit(db, item, now, fresh)]
        new = adder.add(fresh)
        state = replace(batch.state, changed_at=now) if new else batch.state
        states.append((batch.source_id, state if speaks_of(batch, url) else None, new))
        results.append(Applied(batch.source_id, new, len(edits)))
    adder.write()
    sources.save_states(db, states)
    return results


class _Adder:
    """Collects rows of new items over all batches, so that each table is written by one statement."""

    def __init__(self, db: sqlite3.Connection, batches: Sequence[Batch]) -> None:
        self._db = db
        ids = [item.id for batch in batches for item in (*batch.new, *batch.changed)]
        self._stored = {row[0] for row in db.execute(f"SELECT id FROM items WHERE id {_AMONG}", (as_json(ids),))}
        self._next = int(db.execute("SELECT ifnull(max(n), 0) + 1 FROM items").fetchone()[0])
        self._items: list[Row] = []
        self._tags: list[Row] = []
        self._matches: list[Row] = []

    def add(self, items: Iterable[Item]) -> int:
        """Take in the items that are not stored; how many."""
        before = self._next
        for item in items:
            if item.id not in self._stored:
                self._stored.add(item.id)
                self._items.append(item_row(self._next, item))
                self._tags += tag_rows(self._next, item.tags)
                self._matches += match_rows(self._next, item.matches)
                self._next += 1
        return self._next - before

    def write(self) -> None:
        """Write what was collected."""
        if self._items:
            first, last = self._items[0][0], self._items[-1][0]
            self._db.execute(_LOG_ADDED, (first, last))
        for sql, rows in ((_ADD_ITEM, self._items), (_ADD_TAG, self._tags), (_ADD_MATCH, self._matches)):
            self._db.executemany(sql, rows)
            rows.clear()


def _edit(db: sqlite3.Connection, item: Item, now: datetime, fresh: list[Item]) -> bool:
    """Replace a stored item's content, keeping the former; one that is gone counts as fresh."""
    row = db.execute("SELECT n, content_hash FROM items WHERE id = ?", (item.id,)).fetchone()
    if row is None:
        fresh.append(item)
        return False
    n, stored_hash = row
    if stored_hash == item.content_hash:
        return False
    versions = _keep_version(db, n, now)
    names = ITEM_COLUMNS.split(", ")
    values = dict(zip(names, item_row(n, replace(item, versions=versions)), strict=True))
    db.execute(_EDIT_ITEM, values)
    _replace_findings(db, n, item)
    return True


def _keep_version(db: sqlite3.Connection, n: int, now: datetime) -> int:
    place = int(db.execute("SELECT ifnull(max(place), 0) + 1 FROM versions WHERE item = ?", (n,)).fetchone()[0])
    sql = "INSERT INTO versions SELECT n, ?, ?, title, text, extra FROM items WHERE n = ?"
    db.execute(sql, (place, micros(now), n))
    db.execute("DELETE FROM versions WHERE item = ? AND place <= ?", (n, place - KEPT_VERSIONS))
    return min(place, KEPT_VERSIONS)


def _replace_findings(db: sqlite3.Connection, n: int, item: Item) -> None:
    db.execute("DELETE FROM tags WHERE item = ?", (n,))
    db.execute("DELETE FROM matches WHERE item = ?", (n,))
    db.executemany(_ADD_TAG, tag_rows(n, item.tags))
    db.executemany(_ADD_MATCH, match_rows(n, item.matches))


def load(db: sqlite3.Connection, numbers: Sequence[int]) -> list[Item]:
    """The items of these row numbers, in this order, with their tags and matches: three statements in all."""
    asked = (as_json(numbers),)
    tags: defaultdict[int, list[Tag]] = defaultdict(list)
    for row in db.execute(f"SELECT {TAG_COLUMNS} FROM tags WHERE item {_AMONG} ORDER BY item, place", asked):
        tags[row[0]].append(to_tag(row))
    matches: defaultdict[int, list[Match]] = defaultdict(list)
    for row in db.execute(f"SELECT {MATCH_COLUMNS} FROM matches WHERE item {_AMONG} ORDER BY item, place", asked):
        matches[row[0]].append(to_match(row))
    rows = {row[0]: row for row in db.execute(f"SELECT {ITEM_COLUMNS} FROM items WHERE n {_AMONG}", asked)}
    return [to_item(rows[n], tags.get(n, ()), matches.get(n, ())) for n in numbers]


def find(db: sqlite3.Connection, id_prefix: str) -> Item | None:
    """The item of this id, or of the only id that starts so."""
    if not id_prefix.isascii():
        return None
    rows = db.execute("SELECT n FROM items WHERE id = ?", (id_prefix,)).fetchall()
    if not rows and len(id_prefix) >= PREFIX_LENGTH:
        sql = "SELECT n FROM items WHERE id >= ? AND id < ? LIMIT 2"
        rows = db.execute(sql, (id_prefix, id_prefix + chr(0x10FFFF))).fetchall()
    return load(db, [rows[0][0]])[0] if len(rows) == 1 else None


def numbers(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    """Item ids to row numbers; what is not stored is missing."""
    return dict(db.execute(f"SELECT id, n FROM items WHERE id {_AMONG}", (as_json(list(ids)),)))


def versions(db: sqlite3.Connection, item_id: str) -> list[Version]:
    """Former texts, newest first."""
    sql = (
        "SELECT id, replaced_at, versions.title, versions.text, versions.extra FROM versions JOIN items ON n = item "
        "WHERE id = ? ORDER BY place DESC"
    )
    return [Version(row[0], moment(row[1]), row[2], row[3], fields_of(row[4])) for row in db.execute(sql, (item_id,))]


def stale(db: sqlite3.Connection, rules_version: str, limit: int) -> list[Item]:
    """Items that other rules tagged, newest first; costs nothing where there are none."""
    found: list[tuple[int, int]] = []
    for other in _rules_versions(db):
        if other != rules_version:
            sql = "SELECT seen_at, n FROM items WHERE rules_version = ? ORDER BY seen_at DESC LIMIT ?"
            found += db.execute(sql, (other, max(limit, 0)))
    return load(db, [n for _, n in sorted(found, reverse=True)[: max(limit, 0)]])


def _rules_versions(db: sqlite3.Connection) -> list[str]:
    sql = (
        "WITH RECURSIVE seen(v) AS (SELECT min(rules_version) FROM items UNION ALL "
        "SELECT (SELECT min(rules_version) FROM items WHERE rules_version > v) "
        "FROM seen WHERE v IS NOT NULL) "
        "SELECT v FROM seen WHERE v IS NOT NULL"
    )
    return [row[0] for row in db.execute(sql)]


def add(db: sqlite3.Connection, items: Sequence[Item]) -> int:
    """Store what is not stored yet, counted to its source; how many."""
    sources.holders(db, {item.source for item in items})
    adder = _Adder(db, [Batch("", "", FetchState(), tuple(items))])
    total = 0
    for source in sorted({item.source for item in items}):
        new = adder.add([item for item in items if item.source == source])
        db.execute("UPDATE sources SET items = items + ? WHERE id = ?", (new, source))
        total += new
    adder.write()
    return total


def retag(db: sqlite3.Connection, items: Sequence[Item]) -> int:
    """Replace tags, matches and facts of the stored ones among the items; how many."""
    stored = numbers(db, (item.id for item in items))
    there = [(stored[item.id], item) for item in items if item.id in stored]
    values: list[tuple[Any, ...]] = [(i.rules_version, bool(i.tags), bool(i.matches), extra_of(i), n) for n, i in there]
    db.executemany("UPDATE items SET rules_version = ?, tagged = ?, matched = ?, extra = ? WHERE n = ?", values)
    for n, item in there:
        _replace_findings(db, n, item)
    return len(there)
