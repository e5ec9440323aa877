"""Backups while polls go on, back again, and pruning that spares what somebody touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.command import Leadline
from tests.servers import Server, item, rss

OLD = "UPDATE items SET seen_at = seen_at - 400 * 86400000000"


@pytest.fixture
def stocked(desk: Leadline, web: Server) -> Leadline:
    """Three items that nobody is concerned by, and one of a prospect."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    titles = ("Acme opens a plant", "Weather", "Traffic", "Sports")
    desk.configure(web.serve("/f", rss(*(item(t, guid=t, date=date) for t in titles))), more='rep = "ann"')
    desk("poll")
    return desk


def test_a_backup_brings_back_what_was_lost(stocked: Leadline) -> None:
    ids = [each["id"] for each in stocked.json("items")]
    stocked("note", ids[0], "before")
    assert stocked.json("backup", "copy.db")["bytes"] > 0
    stocked("backup", "copy.db", code=74)
    assert "is there already" in stocked.errors
    stocked("note", ids[0], "after")
    stocked("restore", "copy.db", code=2)
    assert "--yes" in stocked.errors
    done = stocked.json("restore", "copy.db", "--yes")
    assert [note["text"] for note in stocked.json("note", ids[0])] == ["before"]
    assert stocked.titles("weather") == ["Weather"]
    assert [n["text"] for n in stocked.json("note", ids[0], "--db", done["kept"])] == ["before", "after"]
    assert "restored" not in stocked("doctor")


def test_what_is_no_backup_changes_nothing(stocked: Leadline) -> None:
    (stocked.folder / "bad.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with closing(sqlite3.connect(stocked.folder / "foreign.db")) as db:
        db.execute("CREATE TABLE t (x)")
    for name in ("bad.db", "foreign.db", "none.db"):
        stocked("restore", name, "--yes", code=74)
    assert len(stocked.json("items")) == 4
    assert not list(stocked.folder.glob("*before-*"))
    assert not list(stocked.folder.glob(".*part"))


def test_a_backup_is_restored_where_nothing_stands(stocked: Leadline) -> None:
    stocked("backup", "copy.db")
    assert stocked.json("restore", "copy.db", "--yes", "--db", "new/fresh.db", code=None)["kept"] is None
    assert len(stocked.json("items", "--db", "new/fresh.db")) == 4


def test_pruning_spares_prospects_and_what_was_touched_and_nothing_comes_back(stocked: Leadline) -> None:
    by_title = {each["title"]: each["id"] for each in stocked.json("items")}
    stocked("triage", by_title["Sports"], "--state", "dismissed")
    stocked("pin", by_title["Traffic"])
    with closing(sqlite3.connect(stocked.database)) as db:
        db.execute(OLD)
        db.commit()
    assert stocked.json("prune", "--older-than", "500d", "--dry-run") == {"items": 0, "dry_run": True}
    assert stocked.json("prune", "--older-than", "365d", "--dry-run")["items"] == 1
    stocked("prune", "--older-than", "365d", code=2)
    assert stocked.json("prune", "--older-than", "365d", "--yes") == {"items": 1, "dry_run": False}
    assert stocked.json("prune", "--older-than", "365d", "--dismissed", "--matched", "--yes")["items"] == 2
    assert stocked.titles("state:new,dismissed") == ["Traffic"]
    stocked("poll", "--force")
    assert stocked.titles("state:new,dismissed") == ["Traffic"]
    stocked("prune", "--older-than", "soon", code=2)
