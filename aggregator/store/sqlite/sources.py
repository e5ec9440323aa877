"""Sources, their states and claims, inside a transaction that the caller holds."""

# ruff: noqa: S608 - only constant names are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from aggregator.model import Claim, SourceStatus, Synced
from aggregator.store.shared import check_sources, is_moved, micros, moment, state_after_move, status_order
from aggregator.store.sqlite.rows import STATE_COLUMNS, as_json, spec_row, state_row, to_source, to_state
from feeds.model import FetchState, Source

_STATE_MARKS = ", ".join("?" for _ in STATE_COLUMNS.split(","))
_SAVE_STATE = (
    f"UPDATE sources SET ({STATE_COLUMNS}) = ({_STATE_MARKS}), items = items + ?, "
    "claimed_by = '', claimed_until = 0 WHERE id = ?"
)
_COUNT_ONLY = "UPDATE sources SET items = items + ?, claimed_by = '', claimed_until = 0 WHERE id = ?"

Wanted = dict[str, tuple[Source, str, str]]
"""Source id → source, its JSON text, its digest."""


def wanted(sources: Sequence[Source]) -> Wanted:
    """A list of sources, ready to be compared with what is stored."""
    return {source.id: (source, *spec_row(source)) for source in sources}


def is_synced(db: sqlite3.Connection, wanted: Wanted) -> bool:
    """Whether the list is what is stored already, as it mostly is."""
    stored = dict(db.execute("SELECT id, digest FROM sources WHERE retired = 0"))
    return stored == {id_: digest for id_, (_, _, digest) in wanted.items()}


def sync(db: sqlite3.Connection, wanted: Wanted) -> Synced:
    """Take over the list; only what differs is written."""
    stored = {row[0]: row[1:] for row in db.execute("SELECT id, digest, retired FROM sources")}
    added: list[str] = []
    changed: list[str] = []
    for id_, (source, spec, digest) in wanted.items():
        if id_ not in stored:
            db.execute("INSERT INTO sources(id, spec, digest) VALUES (?,?,?)", (id_, spec, digest))
            added.append(id_)
        elif stored[id_] != (digest, 0):
            _take_over(db, source, spec, digest)
            (added if stored[id_][1] else changed).append(id_)
    missing = sorted(id_ for id_, (_, retired) in stored.items() if not retired and id_ not in wanted)
    db.executemany("UPDATE sources SET retired = 1 WHERE id = ?", [(id_,) for id_ in missing])
    return Synced(tuple(added), tuple(changed), tuple(missing))


def _take_over(db: sqlite3.Connection, source: Source, spec: str, digest: str) -> None:
    row = db.execute(f"SELECT spec, {STATE_COLUMNS} FROM sources WHERE id = ?", (source.id,)).fetchone()
    if is_moved(to_source(row[0]), source):
        values = (*state_row(state_after_move(to_state(row[1:]))), source.id)
        db.execute(f"UPDATE sources SET ({STATE_COLUMNS}) = ({_STATE_MARKS}) WHERE id = ?", values)
    db.execute("UPDATE sources SET spec = ?, digest = ?, retired = 0 WHERE id = ?", (spec, digest, source.id))


def claim(
    db: sqlite3.Connection,
    now: datetime,
    worker: str,
    limit: int,
    lease: float,
    only: Collection[str] | None,
    force: bool,
) -> list[Claim]:
    """Claim what is due, longest due first, in one statement."""
    until = micros(now + timedelta(seconds=lease))
    where, values = _due(now, only, force)
    values |= {"worker": worker, "until": until, "limit": max(limit, 0)}
    rows = db.execute(
        "UPDATE sources SET claimed_by = :worker, claimed_until = :until WHERE id IN ("
        f"SELECT id FROM sources WHERE {where} AND claimed_until <= :now ORDER BY due_at, id LIMIT :limit) "
        f"RETURNING due_at, id, spec, {STATE_COLUMNS}",
        values,
    ).fetchall()
    return [Claim(to_source(row[2]), worker, moment(until), to_state(row[3:])) for row in sorted(rows)]


def count_due(
    db: sqlite3.Connection, now: datetime, only: Collection[str] | None, *, force: bool, unasked: bool, most: int
) -> int:
    """How many are due, claimed or not; counted up to ``most``, if that is not 0."""
    where, values = _due(now, only, force)
    if unasked:
        where += " AND due_at = 0 AND status = 'new'"
    found = f"SELECT 1 FROM sources WHERE {where} LIMIT :most"
    return int(db.execute(f"SELECT count(*) FROM ({found})", values | {"most": most or -1}).fetchone()[0])


def _due(now: datetime, only: Collection[str] | None, force: bool) -> tuple[str, dict[str, Any]]:
    """The condition under which a source is due, and its values."""
    where, values = ["retired = 0"], {"now": micros(now)}
    if not force:
        where += ["status <> 'gone'", "due_at <= :now"]
    if only is None:
        return " AND ".join(where), values
    where.append("id IN (SELECT value FROM json_each(:only))")
    return " AND ".join(where), {**values, "only": as_json(list(only))}


def claimants(db: sqlite3.Connection) -> frozenset[str]:
    """Everyone who holds a claim."""
    return frozenset(row[0] for row in db.execute("SELECT DISTINCT claimed_by FROM sources WHERE claimed_by <> ''"))


def release(db: sqlite3.Connection, worker: str, source_ids: Collection[str] | None) -> int:
    """End claims of the worker."""
    sql = "UPDATE sources SET claimed_by = '', claimed_until = 0 WHERE claimed_by = ? AND claimed_by <> ''"
    if source_ids is None:
        return db.execute(sql, (worker,)).rowcount
    sql += " AND id IN (SELECT value FROM json_each(?))"
    return db.execute(sql, (worker, as_json(list(source_ids)))).rowcount


def claimed(db: sqlite3.Connection, now: datetime, only: Collection[str] | None) -> int:
    """How many living claims there are."""
    sql = "SELECT count(*) FROM sources WHERE claimed_by <> '' AND claimed_until > ?"
    if only is None:
        return int(db.execute(sql, (micros(now),)).fetchone()[0])
    sql += " AND id IN (SELECT value FROM json_each(?))"
    return int(db.execute(sql, (micros(now), as_json(list(only)))).fetchone()[0])


_FUTURE = (
    "SELECT id FROM sources WHERE retired = 0 AND status <> 'gone' AND due_at > :beyond "
    "UNION SELECT id FROM sources WHERE claimed_by <> '' AND claimed_until > :beyond"
)


def in_future(db: sqlite3.Connection, beyond: datetime) -> bool:
    """Whether anything is put off past that moment."""
    return db.execute(f"{_FUTURE} LIMIT 1", {"beyond": micros(beyond)}).fetchone() is not None


def forget_future(db: sqlite3.Connection, beyond: datetime) -> int:
    """Make due and free what is put off past that moment."""
    freed = "SET next_at = NULL, next_why = '', claimed_by = '', claimed_until = 0"
    return db.execute(f"UPDATE sources {freed} WHERE id IN ({_FUTURE})", {"beyond": micros(beyond)}).rowcount


def next_due(db: sqlite3.Connection) -> datetime | None:
    """The first time at which a source can be claimed: a claimed one, when its claim has run out."""
    alive = "retired = 0 AND status <> 'gone'"
    free = f"SELECT due_at FROM sources WHERE {alive} AND claimed_by = '' ORDER BY due_at, id LIMIT 1"
    held = (
        "SELECT min(max(due_at, claimed_until)) FROM sources INDEXED BY sources_claimed "
        f"WHERE {alive} AND claimed_by <> ''"
    )
    times = [row[0] for sql in (free, held) for row in db.execute(sql) if row[0] is not None]
    return moment(min(times)) if times else None


def statuses(db: sqlite3.Connection, retired: bool) -> list[SourceStatus]:
    """Every source as it stands."""
    sql = f"SELECT spec, items, retired, claimed_by, {STATE_COLUMNS} FROM sources WHERE retired <= ?"
    found = [
        SourceStatus(to_source(row[0]), to_state(row[4:]), row[1], bool(row[2]), row[3])
        for row in db.execute(sql, (retired,))
    ]
    return sorted(found, key=status_order)


def holders(db: sqlite3.Connection, ids: Collection[str]) -> dict[str, tuple[str, int, str]]:
    """Who claims these sources, until when (microseconds), and their address; an unknown source is an error."""
    sql = (
        "SELECT id, claimed_by, claimed_until, spec ->> 'url' FROM sources WHERE id IN (SELECT value FROM json_each(?))"
    )
    found = {row[0]: (row[1], row[2], row[3]) for row in db.execute(sql, (as_json(list(ids)),))}
    check_sources(ids, found)
    return found


def save_states(db: sqlite3.Connection, states: Sequence[tuple[str, FetchState | None, int]]) -> None:
    """Keep the new state of each (source id, state or None for the old, number of new items) and end its claim."""
    db.executemany(_SAVE_STATE, [(*state_row(state), new, id_) for id_, state, new in states if state is not None])
    db.executemany(_COUNT_ONLY, [(new, id_) for id_, state, new in states if state is None])
