"""Copies of documents, inside a transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from aggregator.errors import StoreError
from aggregator.model import Document
from aggregator.store.shared import micros, moment
from aggregator.store.sqlite import items
from aggregator.store.sqlite.rows import as_json


def add(db: sqlite3.Connection, document: Document) -> bool:
    """Enter a copy; whether it was not yet known."""
    if document.item not in items.numbers(db, [document.item]):
        raise StoreError(f"there is no item {document.item} to keep a document of", hint="it may have been pruned")
    added = db.execute(
        "INSERT OR IGNORE INTO documents(item, url, sha256, name, media_type, size, fetched_at, rep) "
        "VALUES (?,?,?,?,?,?,?,?)",
        (document.item, document.url, document.sha256, document.name, document.media_type, document.size,
         micros(document.fetched_at), document.rep),
    )  # fmt: skip
    return added.rowcount > 0


def of_items(db: sqlite3.Connection, ids: Collection[str]) -> list[Document]:
    """The copies of these items' documents, the earliest first."""
    sql = (
        "SELECT item, url, sha256, name, media_type, size, fetched_at, rep FROM documents "
        "WHERE item IN (SELECT value FROM json_each(?)) ORDER BY fetched_at, item, url, sha256"
    )
    rows = db.execute(sql, (as_json(list(ids)),))
    return [
        Document(item, url, sha256, name, media_type, size, moment(at), rep)
        for item, url, sha256, name, media_type, size, at, rep in rows
    ]
