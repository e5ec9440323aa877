"""Copies made, rotated and put back; old items pruned."""

from __future__ import annotations

import hashlib
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator import config
from aggregator.cli.jobs import Jobs
from aggregator.core import Aggregator
from aggregator.daemon import hold
from aggregator.errors import ConfigError, StoreBusy, StoreError
from aggregator.model import Batch, Item, Query
from aggregator.scheduler import schedule
from aggregator.store import open_store
from aggregator.upkeep import restore, restore_documents
from feeds.model import FetchState, Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = 'database = "leads.db"\n[[sources]]\nid = "s"\nurl = "https://a.test/"\n'


def item(name: str, age: timedelta = timedelta()) -> Item:
    """An item that nobody cares for."""
    return Item(name, "s", name, "", "", name, f"twin-{name}", name, NOW - age)


def fill(database: Path, *names: str, age: timedelta = timedelta()) -> None:
    """Store items of these names."""
    store = open_store(database)
    store.sync_sources([Source("s", "https://a.test/")], NOW)
    store.apply([Batch("s", "w", FetchState(), tuple(item(name, age) for name in names))], NOW)
    store.close()


def titles(database: Path) -> list[str]:
    """What is stored."""
    store = open_store(database)
    found = sorted(each.title for each in store.items(Query()).items)
    store.close()
    return found


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with one item."""
    fill(tmp_path / "leads.db", "one")
    return tmp_path / "leads.db"


def opened(folder: Path, more: str = "", now: datetime = NOW) -> Aggregator:
    """The Aggregator of the folder's database, at a moment."""
    path = folder / "leadline.toml"
    path.write_text(TEXT.replace("\n", f"\n{more}\n", 1), encoding="utf-8")
    read = config.read(path)
    return Aggregator(read, open_store(read.database), clock=lambda: now)


def test_copies_are_rotated_and_nothing_else_is_touched(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    for other in ("leads-mine.db", "other-20260101T000000.db", "notes.txt"):
        (folder / other).write_text("mine", encoding="utf-8")
    made = []
    for day in range(5):
        aggregator = opened(tmp_path, now=NOW + timedelta(days=day))
        made.append(aggregator.upkeep.backup_into(folder, keep=2))
        aggregator.close()
    assert aggregator.upkeep.backups(folder) == [made[4], made[3]]
    assert len(list(folder.iterdir())) == 5
    assert titles(made[4]) == ["one"]


def test_a_copy_is_put_back_and_the_former_kept(database: Path, tmp_path: Path) -> None:
    aggregator = opened(tmp_path)
    copy = aggregator.upkeep.backup(tmp_path / "copy.db")
    aggregator.close()
    fill(database, "two")
    former = restore(database, copy, NOW)
    assert former is not None
    assert (titles(database), titles(former)) == (["one"], ["one", "two"])
    assert titles(copy) == ["one"]
    assert not list(tmp_path.glob(".*restoring*"))


def test_a_copy_comes_where_no_database_is(database: Path, tmp_path: Path) -> None:
    assert restore(tmp_path / "new" / "leads.db", database, NOW) is None
    assert titles(tmp_path / "new" / "leads.db") == ["one"]


def test_a_damaged_database_makes_way_for_a_copy(database: Path, tmp_path: Path) -> None:
    """It is kept as it is: somebody may still save something of it."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    ruin = b"not a database any more" * 500
    database.write_bytes(ruin)
    former = restore(database, copy, NOW)
    assert former is not None
    assert former.read_bytes() == ruin
    assert titles(database) == ["one"]


@pytest.mark.parametrize("content", [b"", b"cut", b"something else", None])
def test_what_is_no_copy_is_refused(database: Path, tmp_path: Path, content: bytes | None) -> None:
    copy = tmp_path / "copy.db"
    if content is not None:
        copy.write_bytes(database.read_bytes()[:5000] if content == b"cut" else content)
    with pytest.raises(StoreError):
        restore(database, copy, NOW)
    assert titles(database) == ["one"]


def test_nothing_is_put_back_under_a_daemon_or_an_open_desk(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(database.read_bytes())
    with hold(database, NOW):
        # A second lock of the same process would succeed: the file itself says that somebody is there.
        store = open_store(database)
        store.items(Query())
        with pytest.raises(StoreBusy):
            restore(database, copy, NOW)
        store.close()
    assert titles(database) == ["one"]


def document(folder: Path, body: bytes, name: str = "") -> str:
    """A copy of a document in a folder; its name."""
    folder.mkdir(exist_ok=True)
    name = name or hashlib.sha256(body).hexdigest()
    (folder / name).write_bytes(body)
    return name


def test_documents_go_with_a_backup_and_come_back(database: Path, tmp_path: Path) -> None:
    """Each is copied once for all backups of a folder; what is no document is nobody's business."""
    one = document(tmp_path / "documents", b"one")
    document(tmp_path / "documents", b"half", ".abc.part")
    upkeep = opened(tmp_path).upkeep
    target = tmp_path / "away" / "copy.db"
    upkeep.backup(target)
    assert (upkeep.backup_documents(target).new, upkeep.backup_documents(target).new) == (1, 0)
    two = document(tmp_path / "documents", b"two")
    made = upkeep.backup_into(tmp_path / "away", 1)
    kept = tmp_path / "away" / "leadline-documents"
    assert {each.name for each in kept.iterdir()} == {one, two}
    assert all(each.stat().st_mode & 0o777 == 0o600 for each in kept.iterdir())
    shutil.rmtree(tmp_path / "documents")
    new = tmp_path / "elsewhere" / "leads.db"
    restore(new, made, NOW)
    assert restore_documents(new, made).new == 2
    assert (new.parent / "documents" / one).read_bytes() == b"one"
    assert restore_documents(database, tmp_path / "nowhere" / "copy.db").there == 0


def test_a_damaged_document_is_told_and_replaces_none(database: Path, tmp_path: Path) -> None:
    upkeep = opened(tmp_path).upkeep
    name = document(tmp_path / "documents", b"whole")
    copy = tmp_path / "away" / "copy.db"
    upkeep.backup(copy)
    upkeep.backup_documents(copy)
    document(tmp_path / "documents", b"cut", name)
    found = upkeep.backup_documents(copy)
    assert (found.damaged, found.there) == ((name,), 0)
    assert (tmp_path / "away" / "leadline-documents" / name).read_bytes() == b"whole"
    assert restore_documents(database, copy).new == 1
    assert (tmp_path / "documents" / name).read_bytes() == b"whole"


def test_documents_that_cannot_be_copied_are_told(database: Path, tmp_path: Path) -> None:
    """The database was copied by then."""
    document(tmp_path / "documents", b"one")
    copy = tmp_path / "away" / "copy.db"
    upkeep = opened(tmp_path).upkeep
    upkeep.backup(copy)
    (tmp_path / "away" / "leadline-documents").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be copied"):
        upkeep.backup_documents(copy)
    assert titles(copy) == ["one"]


def test_old_items_that_concern_nobody_are_pruned(database: Path, tmp_path: Path) -> None:
    fill(database, "old", "kept", age=timedelta(days=90))
    aggregator = opened(tmp_path)
    aggregator.triage(["kept"], "kept")
    assert aggregator.upkeep.prune(timedelta(days=60), dry_run=True) == 1
    assert len(titles(database)) == 3
    assert aggregator.upkeep.prune(timedelta(days=60)) == 1
    with pytest.raises(StoreError):
        aggregator.upkeep.prune(timedelta(days=29))
    aggregator.close()
    assert titles(database) == ["kept", "one"]


def test_pruning_what_is_young_is_a_fault_of_the_config() -> None:
    with pytest.raises(ConfigError, match="less than 30 days"):
        config.parse('[schedule]\nprune_older_than = "7d"\n')


@pytest.mark.parametrize(
    ("text", "jobs"),
    [
        ("", {"beat", "poll", "derive"}),
        ('backup_to = "copies"', {"beat", "poll", "derive", "backup"}),
        ('digest_at = "07:30"\nprune_older_than = "365d"', {"beat", "poll", "derive", "digest", "prune"}),
    ],
)
def test_the_daemon_does_what_the_config_says(text: str, jobs: set[str]) -> None:
    """And no more, also after the config was read anew."""
    scheduler = BackgroundScheduler(timezone="UTC")
    nothing: dict[str, Any] = dict.fromkeys(("tick", "digest", "beat", "derive", "backup", "prune"), lambda: None)
    full = config.parse('[schedule]\nbackup_to = "x"\ndigest_at = "07:30"\nprune_older_than = "365d"\n').settings
    schedule(full.schedule, **nothing, scheduler=scheduler)
    assert len(scheduler.get_jobs()) == 6
    schedule(config.parse(f"[schedule]\n{text}\n").settings.schedule, **nothing, scheduler=scheduler)
    assert {job.id for job in scheduler.get_jobs()} == jobs


def test_the_jobs_do_their_work(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(database, "old", age=timedelta(days=400))
    before = set(threading.enumerate())
    aggregator = opened(tmp_path, '[schedule]\nbackup_to = "copies"\nprune_older_than = "365d"')
    jobs = Jobs(aggregator, BackgroundScheduler(timezone="UTC"), lambda _now: None)
    jobs._backup()
    jobs._prune()
    jobs._derive()
    assert [each.title for each in aggregator.search("one")] == ["one"]
    aggregator.close()
    copy = next((tmp_path / "copies").iterdir())
    assert (titles(copy), titles(database)) == (["old", "one"], ["one"])
    assert "backup written" in capsys.readouterr().err
    assert set(threading.enumerate()) <= before
