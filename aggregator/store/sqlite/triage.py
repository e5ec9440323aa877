"""Verdicts and notes, inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from aggregator.errors import StoreError
from aggregator.model import KEPT_STATES, Correction, Note, Verdict
from aggregator.store.shared import micros, moment
from aggregator.store.sqlite import items
from aggregator.store.sqlite.rows import as_json, maybe_micros, to_note, to_verdict


def verdicts(db: sqlite3.Connection, rep: str, item_ids: Collection[str]) -> dict[str, Verdict]:
    """The rep's verdicts on these items."""
    sql = (
        "SELECT id, rep, state, at, until FROM items JOIN verdicts ON item = n "
        "WHERE rep = ? AND id IN (SELECT value FROM json_each(?))"
    )
    return {row[0]: to_verdict(row) for row in db.execute(sql, (rep, as_json(list(item_ids))))}


def triage(
    db: sqlite3.Connection,
    rep: str,
    item_ids: Sequence[str],
    state: str,
    now: datetime,
    until: datetime | None,
) -> list[Verdict]:
    """Set the state; returns what it was."""
    former = verdicts(db, rep, item_ids)
    stored = items.numbers(db, item_ids)
    there = [item_id for item_id in dict.fromkeys(item_ids) if item_id in stored]
    db.executemany(
        "INSERT OR REPLACE INTO verdicts(rep, item, state, at, until) VALUES (?,?,?,?,?)",
        [(rep, stored[item_id], state, micros(now), maybe_micros(until)) for item_id in there],
    )
    return [former.get(item_id) or Verdict(item_id, rep, "new", now) for item_id in there]


_COUNTED = """SELECT signal, source, sum(state <> 'dismissed'), sum(state = 'dismissed') FROM (
    SELECT DISTINCT verdicts.item, source, state, ifnull(signal, '') AS signal
    FROM verdicts JOIN items ON n = verdicts.item LEFT JOIN tags ON tags.item = n
    WHERE rep = :rep AND state IN (SELECT value FROM json_each(:states)) AND at >= :since
    UNION ALL SELECT verdicts.item, source, state, '*' FROM verdicts JOIN items ON n = verdicts.item
    WHERE rep = :rep AND state IN (SELECT value FROM json_each(:states)) AND at >= :since
) GROUP BY signal, source"""


def keep_counts(db: sqlite3.Connection, rep: str, since: datetime | None) -> dict[tuple[str, str], tuple[int, int]]:
    """(signal, source) → items kept, items dismissed."""
    states = as_json([*KEPT_STATES, "dismissed"])
    rows = db.execute(_COUNTED, {"rep": rep, "states": states, "since": micros(since) if since else 0})
    return {(signal, source): (kept, dismissed) for signal, source, kept, dismissed in rows}


def correct(db: sqlite3.Connection, corrections: Sequence[Correction]) -> None:
    """Keep corrections, each in the place of a former one on the same matter."""
    stored = items.numbers(db, {each.item for each in corrections})
    for each in corrections:
        if each.item not in stored:
            raise StoreError(f"there is no item {each.item} to correct", hint="it may have been pruned")
    db.executemany(
        "INSERT OR REPLACE INTO corrections(rep, item, subject, value, holds, at) VALUES (?,?,?,?,?,?)",
        [(each.rep, stored[each.item], each.subject, each.value, each.holds, micros(each.at)) for each in corrections],
    )


def uncorrect(db: sqlite3.Connection, corrections: Sequence[Correction]) -> int:
    """Take corrections back; how many there were."""
    stored = items.numbers(db, {each.item for each in corrections})
    return db.executemany(
        "DELETE FROM corrections WHERE rep = ? AND item = ? AND subject = ? AND value = ?",
        [(each.rep, stored.get(each.item), each.subject, each.value) for each in corrections],
    ).rowcount


def corrections(db: sqlite3.Connection, rep: str, item_ids: Collection[str] | None) -> list[Correction]:
    """The rep's corrections, all or of these items, the earliest first."""
    among = "" if item_ids is None else "AND id IN (SELECT value FROM json_each(?)) "
    sql = (
        "SELECT id, rep, subject, value, holds, at FROM corrections JOIN items ON item = n "  # noqa: S608 - only constant text
        f"WHERE rep = ? {among}ORDER BY at, id, subject, value"
    )
    asked = (rep,) if item_ids is None else (rep, as_json(list(item_ids)))
    return [
        Correction(item, of, subject, value, bool(holds), moment(at))
        for item, of, subject, value, holds, at in db.execute(sql, asked)
    ]


def add_note(db: sqlite3.Connection, note: Note) -> None:
    """Keep a note, or the new wording of one's own."""
    n = items.numbers(db, [note.item]).get(note.item)
    if n is None and (note.item or not note.prospect):
        raise StoreError(f"there is no item {note.item} to write a note on", hint="it may have been pruned")
    db.execute(
        "INSERT INTO notes(id, item, rep, text, at, visibility, prospect) VALUES (?,?,?,?,?,?,?) ON CONFLICT(id) "
        "DO UPDATE SET text = excluded.text, visibility = excluded.visibility WHERE rep = excluded.rep",
        (note.id, n, note.rep, note.text, micros(note.at), note.visibility, note.prospect),
    )


def notes(db: sqlite3.Connection, item_id: str, rep: str) -> list[Note]:
    """The rep's own notes and what others shared, oldest first."""
    sql = (
        "SELECT notes.id, items.id, rep, notes.text, at, visibility, prospect FROM notes JOIN items ON item = n "
        "WHERE items.id = ? AND (rep = ? OR visibility = 'shared') AND visibility <> 'removed' ORDER BY at, notes.id"
    )
    return [to_note(row) for row in db.execute(sql, (item_id, rep))]


def note_texts(db: sqlite3.Connection, rep: str) -> list[str]:
    """What the rep wrote, and what others shared."""
    sql = "SELECT text FROM notes WHERE rep = ? OR visibility <> 'private'"
    return [str(row[0]) for row in db.execute(sql, (rep,))]
