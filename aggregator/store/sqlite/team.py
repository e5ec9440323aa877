"""Deeds and what holds after them, inside a transaction that the caller holds."""

# ruff: noqa: S608 - only constant texts are written into SQL, every value is bound
from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from aggregator.model import Deed, Note, Standing
from aggregator.store.shared import micros, moment
from aggregator.store.sqlite.rows import as_json, to_note

_AMONG = "IN (SELECT value FROM json_each(?))"


def record(db: sqlite3.Connection, deeds: Sequence[Deed]) -> list[Deed]:
    """Enter deeds; what puts back the state before each."""
    inverse = []
    for deed in deeds:
        held = _held(db, deed)
        if held == (deed.value, deed.cites):
            continue
        inverse.append(replace(deed, value=held[0], cites=held[1]))
        row = (deed.kind, deed.subject, deed.rep, deed.value, deed.cites, micros(deed.at))
        db.execute("INSERT INTO deeds(kind, subject, rep, value, cites, at) VALUES (?,?,?,?,?,?)", row)
        db.execute(
            "INSERT INTO standing(holder, kind, subject, rep, value, cites, at, first_rep, first_at) "
            "VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT(kind, holder, subject) DO UPDATE SET "
            "rep = excluded.rep, value = excluded.value, cites = excluded.cites, at = excluded.at",
            (deed.holder, *row, deed.rep, micros(deed.at)),
        )
    return inverse


def standing(db: sqlite3.Connection, kind: str, subjects: Collection[str] | None, rep: str) -> dict[str, Standing]:
    """What holds of these subjects, or of all."""
    among, values = _among("subject", subjects)
    sql = (
        "SELECT kind, subject, rep, value, cites, at, first_rep, first_at FROM standing "
        f"WHERE kind = ? AND holder = ? AND value <> '' {among} ORDER BY subject"
    )
    holder = Deed(kind, "", rep, "", moment(0)).holder
    return {row[1]: Standing(_to_deed(row), row[6], moment(row[7])) for row in db.execute(sql, (kind, holder, *values))}


def deeds(
    db: sqlite3.Connection, kinds: Collection[str], subjects: Collection[str] | None, since: datetime | None
) -> list[Deed]:
    """The ledger, oldest first."""
    of_kind, values = _among("kind", kinds or None)
    of_subject, more = _among("subject", subjects)
    sql = f"SELECT kind, subject, rep, value, cites, at FROM deeds WHERE at >= ? {of_kind}{of_subject}ORDER BY n"
    return [_to_deed(row) for row in db.execute(sql, (micros(since) if since else 0, *values, *more))]


def prospect_notes(db: sqlite3.Connection, prospect: str, rep: str) -> list[Note]:
    """The rep's own notes and what others shared, on a prospect and on its items."""
    sql = (
        "SELECT notes.id, ifnull(items.id, ''), rep, notes.text, at, visibility, prospect "
        "FROM notes LEFT JOIN items ON item = n "
        "WHERE (prospect = ? OR item IN (SELECT item FROM matches WHERE prospect = ?)) "
        "AND (rep = ? OR visibility = 'shared') AND visibility <> 'removed' ORDER BY at, notes.id"
    )
    return [to_note(row) for row in db.execute(sql, (prospect, prospect, rep))]


def _held(db: sqlite3.Connection, deed: Deed) -> tuple[str, str]:
    sql = "SELECT value, cites FROM standing WHERE kind = ? AND holder = ? AND subject = ?"
    row = db.execute(sql, (deed.kind, deed.holder, deed.subject)).fetchone()
    return (row[0], row[1]) if row else ("", "")


def _among(column: str, values: Collection[str] | None) -> tuple[str, list[Any]]:
    return ("", []) if values is None else (f"AND {column} {_AMONG} ", [as_json(list(values))])


def _to_deed(row: tuple[Any, ...]) -> Deed:
    kind, subject, rep, value, cites, at = row[:6]
    return Deed(kind, subject, rep, value, moment(at), cites)
