"""The tables, and the steps that bring an older database up to date.

``PRAGMA user_version`` is the number of steps done, so that an up-to-date file is opened without loading
``sqlite_utils``. Times are INTEGER microseconds since 1970-01-01 UTC: exactly what a datetime can hold.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from aggregator.errors import StoreError, StoreTooNew
from aggregator.store.sqlite import budgets

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x6C65_6164
"""Marks a SQLite file as leadline's (``lead``)."""

_SOURCES = (
    """CREATE TABLE sources (
        id TEXT PRIMARY KEY, spec TEXT NOT NULL, digest TEXT NOT NULL, retired INTEGER NOT NULL DEFAULT 0,
        items INTEGER NOT NULL DEFAULT 0,
        claimed_by TEXT NOT NULL DEFAULT '', claimed_until INTEGER NOT NULL DEFAULT 0,
        etag TEXT NOT NULL DEFAULT '', last_modified TEXT NOT NULL DEFAULT '',
        body_hash TEXT NOT NULL DEFAULT '', cursor TEXT NOT NULL DEFAULT '',
        status TEXT NOT NULL DEFAULT 'new', reason TEXT NOT NULL DEFAULT '',
        checked_at INTEGER, answered_at INTEGER, changed_at INTEGER, failed_since INTEGER,
        failures INTEGER NOT NULL DEFAULT 0, next_at INTEGER, next_why TEXT NOT NULL DEFAULT '',
        moved_to TEXT NOT NULL DEFAULT '', cadence TEXT NOT NULL DEFAULT '',
        due_at INTEGER GENERATED ALWAYS AS (ifnull(next_at, 0)) VIRTUAL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX sources_due ON sources(due_at, id) WHERE retired = 0 AND status <> 'gone'",
    "CREATE INDEX sources_claimed ON sources(claimed_by, claimed_until) WHERE claimed_by <> ''",
)

# What filters and sorts stands before the long texts, so that reading it never touches overflow pages.
_ITEMS = (
    """CREATE TABLE items (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, key TEXT NOT NULL,
        twin_key TEXT NOT NULL, content_hash TEXT NOT NULL, seen_at INTEGER NOT NULL,
        listed_at INTEGER NOT NULL, dated_at INTEGER NOT NULL, published INTEGER, updated INTEGER,
        is_news INTEGER NOT NULL,
        tagged INTEGER NOT NULL,
        matched INTEGER NOT NULL, versions INTEGER NOT NULL DEFAULT 0, rules_version TEXT NOT NULL,
        scope TEXT NOT NULL, source_class TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL,
        link TEXT NOT NULL, author TEXT NOT NULL, extra TEXT NOT NULL, text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX items_key ON items(source, key)",
    "CREATE INDEX items_twin ON items(source, twin_key)",
    "CREATE INDEX items_seen ON items(seen_at)",
    "CREATE INDEX items_listed ON items(listed_at, id)",
    "CREATE INDEX items_matched ON items(listed_at, id) WHERE matched = 1",
    "CREATE INDEX items_rules ON items(rules_version, seen_at)",
    """CREATE TABLE tags (
        item INTEGER NOT NULL REFERENCES items(n) ON DELETE CASCADE, place INTEGER NOT NULL,
        type TEXT NOT NULL, signal TEXT NOT NULL, found TEXT NOT NULL, words TEXT NOT NULL,
        start INTEGER NOT NULL, stop INTEGER NOT NULL, field TEXT NOT NULL,
        rule TEXT NOT NULL, pack TEXT NOT NULL, confidence REAL NOT NULL, phase TEXT NOT NULL,
        PRIMARY KEY (item, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX tags_type ON tags(type, item)",
    "CREATE INDEX tags_signal ON tags(signal, item)",
    """CREATE TABLE matches (
        item INTEGER NOT NULL REFERENCES items(n) ON DELETE CASCADE, place INTEGER NOT NULL,
        prospect TEXT NOT NULL, why TEXT NOT NULL, found TEXT NOT NULL, words TEXT NOT NULL,
        start INTEGER NOT NULL, stop INTEGER NOT NULL, field TEXT NOT NULL, confidence REAL NOT NULL,
        about INTEGER NOT NULL, PRIMARY KEY (item, place)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX matches_prospect ON matches(prospect, item)",
    """CREATE TABLE versions (
        item INTEGER NOT NULL REFERENCES items(n) ON DELETE CASCADE, place INTEGER NOT NULL,
        replaced_at INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (item, place)
    ) STRICT""",
)

_TRIAGE = (
    """CREATE TABLE verdicts (
        rep TEXT NOT NULL, item INTEGER NOT NULL REFERENCES items(n), state TEXT NOT NULL,
        at INTEGER NOT NULL, until INTEGER, PRIMARY KEY (rep, item)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX verdicts_item ON verdicts(item)",
    "CREATE INDEX verdicts_state ON verdicts(rep, state, item)",
    """CREATE TABLE notes (
        id TEXT PRIMARY KEY, item INTEGER NOT NULL REFERENCES items(n), rep TEXT NOT NULL, text TEXT NOT NULL,
        at INTEGER NOT NULL, visibility TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX notes_item ON notes(item)",
    """CREATE TABLE corrections (
        rep TEXT NOT NULL, item INTEGER NOT NULL REFERENCES items(n), subject TEXT NOT NULL, value TEXT NOT NULL,
        holds INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (rep, item, subject, value)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX corrections_item ON corrections(item)",
    "CREATE TABLE marks (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

# The change log: what the full-text index has yet to take in; who adds items logs them (``items._Adder``). A number
# is never used twice, so that taking one off the list cannot take off a change that came later.
_CHANGES = (
    "CREATE TABLE changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, item INTEGER NOT NULL) STRICT",
    """CREATE TRIGGER items_added AFTER INSERT ON items
        BEGIN INSERT INTO changes(item) VALUES (new.n); END""",
    """CREATE TRIGGER items_edited AFTER UPDATE OF title, text ON items
        WHEN new.title <> old.title OR new.text <> old.text
        BEGIN INSERT INTO changes(item) VALUES (new.n); END""",
    """CREATE TRIGGER items_removed AFTER DELETE ON items
        BEGIN INSERT INTO changes(item) VALUES (old.n); END""",
)


def _first(db: Database) -> None:
    """Create every table of the first release."""
    for statement in (*_SOURCES, *_ITEMS, *_TRIAGE, *_CHANGES):
        db.execute(statement)
    renew_identity(db.conn)


_TEAM = (
    """CREATE TABLE deeds (
        n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, subject TEXT NOT NULL, rep TEXT NOT NULL,
        value TEXT NOT NULL, cites TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX deeds_kind ON deeds(kind, at)",
    "CREATE INDEX deeds_subject ON deeds(subject)",
    """CREATE TABLE standing (
        kind TEXT NOT NULL, holder TEXT NOT NULL, subject TEXT NOT NULL, rep TEXT NOT NULL,
        value TEXT NOT NULL, cites TEXT NOT NULL, at INTEGER NOT NULL,
        first_rep TEXT NOT NULL, first_at INTEGER NOT NULL, PRIMARY KEY (kind, holder, subject)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX standing_subject ON standing(subject, kind)",
    "ALTER TABLE notes RENAME TO item_notes",
    """CREATE TABLE notes (
        id TEXT PRIMARY KEY, item INTEGER REFERENCES items(n), rep TEXT NOT NULL, text TEXT NOT NULL,
        at INTEGER NOT NULL, visibility TEXT NOT NULL, prospect TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "INSERT INTO notes SELECT id, item, rep, text, at, visibility, '' FROM item_notes",
    "DROP TABLE item_notes",
    "CREATE INDEX notes_item ON notes(item)",
    "CREATE INDEX notes_prospect ON notes(prospect) WHERE prospect <> ''",
)


def _team(db: Database) -> None:
    """Add the ledger of a team, and notes on prospects."""
    for statement in _TEAM:
        db.execute(statement)


def _pruned(db: Database) -> None:
    """Remember what was pruned, so that an old entry still in its feed does not come back as new."""
    db.execute(
        """CREATE TABLE pruned (
            source TEXT NOT NULL, key TEXT NOT NULL, twin_key TEXT NOT NULL, id TEXT NOT NULL,
            content_hash TEXT NOT NULL, published INTEGER, PRIMARY KEY (source, key)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX pruned_twin ON pruned(source, twin_key)")


def _version_fields(db: Database) -> None:
    """Keep the fields of former versions, as the column ``extra`` of items does."""
    db.execute("ALTER TABLE versions ADD COLUMN extra TEXT NOT NULL DEFAULT ''")


def _count_budgets(db: Database) -> None:
    """Create the tables that count requests against quotas."""
    for statement in budgets.TABLES:
        db.execute(statement)


def _holds(db: Database) -> None:
    """Remember which hosts asked for a pause."""
    db.execute("CREATE TABLE host_holds (host TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID")


def _log_together(db: Database) -> None:
    """Log added items by one statement for all of a transaction: a trigger took a third of the insert."""
    db.execute("DROP TRIGGER items_added")


def _outbox(db: Database) -> None:
    """Remember what is sent, before and after, and what alerts made of items."""
    db.execute(
        """CREATE TABLE outbox (
            n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, what TEXT NOT NULL,
            target TEXT NOT NULL, rep TEXT NOT NULL, at INTEGER NOT NULL, through INTEGER NOT NULL,
            items TEXT NOT NULL, worker TEXT NOT NULL, state TEXT NOT NULL, done_at INTEGER, words TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX outbox_channel ON outbox(channel, n)")
    db.execute(
        """CREATE TABLE alert_log (
            n INTEGER PRIMARY KEY AUTOINCREMENT, alert TEXT NOT NULL, rep TEXT NOT NULL, item TEXT NOT NULL,
            at INTEGER NOT NULL, decision TEXT NOT NULL, why TEXT NOT NULL, told TEXT NOT NULL, delivery TEXT NOT NULL
        ) STRICT"""
    )
    db.execute("CREATE INDEX alert_log_alert ON alert_log(alert, rep, at)")


def _documents(db: Database) -> None:
    """Know local copies of documents; an item's id, not its number, so that the list outlives it."""
    db.execute(
        """CREATE TABLE documents (
            item TEXT NOT NULL, url TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
            media_type TEXT NOT NULL, size INTEGER NOT NULL, fetched_at INTEGER NOT NULL, rep TEXT NOT NULL,
            PRIMARY KEY (item, url, sha256)
        ) STRICT, WITHOUT ROWID"""
    )


STEPS: tuple[tuple[str, Callable[[Database], None]], ...] = (
    ("first", _first),
    ("team", _team),
    ("pruned", _pruned),
    ("version fields", _version_fields),
    ("budgets", _count_budgets),
    ("holds", _holds),
    ("log together", _log_together),
    ("outbox", _outbox),
    ("documents", _documents),
)
"""Every step ever released, oldest first: add to the end, never change one."""


def renew_identity(db: sqlite3.Connection) -> None:
    """Give this database a name of its own, so that it does not take the full-text file of another copy."""
    db.execute("INSERT OR REPLACE INTO about VALUES ('identity', ?)", (secrets.token_hex(8),))


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the database has every step; a foreign or newer one is refused."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    mark = int(db.execute("PRAGMA application_id").fetchone()[0])
    if mark != APPLICATION_ID and (version or db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()):
        raise StoreError("the file is a database of another program", hint="name another file for leadline's")
    if version > len(STEPS):
        message = f"the database was written by a newer leadline (version {version}, this one knows {len(STEPS)})"
        raise StoreTooNew(message, hint="update leadline on this machine")
    return version == len(STEPS)


def touch(db: sqlite3.Connection) -> None:
    """Read the first row of every table: a damaged top of one raises sqlite3.DatabaseError."""
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0").fetchall():
        db.execute(f'SELECT * FROM "{name}" NOT INDEXED LIMIT 1').fetchone()  # noqa: S608 - the name stands in the file itself


def migrate(db: sqlite3.Connection) -> None:
    """Do the steps that are missing; must run inside one writing transaction."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("leadline")
    for name, step in STEPS:
        migrations(name=name)(step)
    migrations.apply(Database(db, recursive_triggers=False))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {len(STEPS)}")
