"""Deliveries and the log of alerts, inside a transaction that the caller holds."""

# ruff: noqa: S608 - only constant texts are written into SQL, every value is bound
from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from aggregator.model import AlertEntry, Delivery
from aggregator.store.shared import micros, moment
from aggregator.store.sqlite.rows import as_json

_COLUMNS = "id, channel, what, target, rep, at, through, items, worker, state, done_at, words"
_LOGGED = "alert, rep, item, at, decision, why, told, delivery"


def begin(db: sqlite3.Connection, delivery: Delivery, after: str) -> bool:
    """Enter a delivery if the latest of its channel is the one that the caller knows."""
    row = db.execute("SELECT id FROM outbox WHERE channel = ? ORDER BY n DESC LIMIT 1", (delivery.channel,)).fetchone()
    if (row[0] if row else "") != after:
        return False
    db.execute(
        f"INSERT INTO outbox({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            delivery.id, delivery.channel, delivery.what, delivery.target, delivery.rep, micros(delivery.at),
            micros(delivery.through), as_json(list(delivery.items)), delivery.worker, delivery.state,
            micros(delivery.done_at) if delivery.done_at else None, delivery.words,
        ),
    )  # fmt: skip
    return True


def settle(db: sqlite3.Connection, delivery_id: str, state: str, at: datetime, words: str) -> None:
    """Say what became of a delivery."""
    sql = "UPDATE outbox SET state = ?, done_at = ?, words = ? WHERE id = ?"
    db.execute(sql, (state, micros(at), words, delivery_id))


def deliveries(
    db: sqlite3.Connection, channel: str, states: Collection[str], since: datetime | None, limit: int
) -> list[Delivery]:
    """The latest first."""
    sql = (
        f"SELECT {_COLUMNS} FROM outbox WHERE (? = '' OR channel = ?) AND at >= ? "
        "AND (? OR state IN (SELECT value FROM json_each(?))) ORDER BY n DESC LIMIT ?"
    )
    values = (channel, channel, micros(since) if since else 0, not states, as_json(list(states)), max(limit, 0))
    return [_to_delivery(row) for row in db.execute(sql, values)]


def forget(db: sqlite3.Connection, before: datetime) -> int:
    """Forget what is older, but each channel's latest delivery and the latest that arrived."""
    gone = db.execute(
        "DELETE FROM outbox WHERE at < ? AND n NOT IN (SELECT max(n) FROM outbox GROUP BY channel) "
        "AND n NOT IN (SELECT max(n) FROM outbox WHERE state = 'sent' GROUP BY channel)",
        (micros(before),),
    ).rowcount
    return gone + db.execute("DELETE FROM alert_log WHERE at < ?", (micros(before),)).rowcount


def log(db: sqlite3.Connection, entries: Sequence[AlertEntry]) -> None:
    """Enter what alerts made of items."""
    db.executemany(
        f"INSERT INTO alert_log({_LOGGED}) VALUES (?,?,?,?,?,?,?,?)",
        [
            (each.alert, each.rep, each.item, micros(each.at), each.decision, each.why, as_json(dict(each.told)),
             each.delivery)
            for each in entries
        ],
    )  # fmt: skip


def logged(db: sqlite3.Connection, alert: str, rep: str, since: datetime | None, limit: int) -> list[AlertEntry]:
    """What alerts made of items, the latest first."""
    sql = (
        f"SELECT {_LOGGED} FROM alert_log WHERE (? = '' OR alert = ?) AND (? = '' OR rep = ?) AND at >= ? "
        "ORDER BY n DESC LIMIT ?"
    )
    values = (alert, alert, rep, rep, micros(since) if since else 0, max(limit, 0))
    return [
        AlertEntry(row[0], row[1], row[2], moment(row[3]), row[4], row[5], json.loads(row[6]), row[7])
        for row in db.execute(sql, values)
    ]


def _to_delivery(row: tuple[Any, ...]) -> Delivery:
    id_, channel, what, target, rep, at, through, items, worker, state, done_at, words = row
    done = moment(done_at) if done_at is not None else None
    return Delivery(
        id_, channel, what, target, rep, moment(at), moment(through), tuple(json.loads(items)), worker, state, done,
        words,
    )  # fmt: skip
