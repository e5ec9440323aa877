"""The SQLite store's files: made, refused, migrated, backed up, and what is said when they fail."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.errors import StoreBusy, StoreError, StoreTooNew
from aggregator.model import Batch, Item, Query, Synced
from aggregator.store import open_store
from aggregator.store.sqlite import connection, schema
from aggregator.store.sqlite.store import SqliteStore
from feeds.model import FetchState, Source

MakeItem = Callable[..., Item]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is to be."""
    return tmp_path / "deep" / "leads.db"


def fill(path: Path, now: datetime, items: list[Item]) -> None:
    """Make a database with one source and these items."""
    with closing(SqliteStore(path)) as store:
        store.sync_sources([Source("wire", "https://wire.test")], now)
        store.apply([Batch("wire", "w", FetchState(status="ok"), tuple(items))], now)


def shown(path: Path) -> list[str]:
    """The ids of what is stored."""
    with closing(SqliteStore(path)) as store:
        return [item.id for item in store.items(Query()).items]


class TestFiles:
    """What is on the disk, and what is refused."""

    def test_directory_and_file_are_private(self, path: Path) -> None:
        SqliteStore(path).close()
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("page", [2, 3, 5, 9])
    def test_a_damaged_page_is_found_before_a_poll(
        self, path: Path, now: datetime, make_item: MakeItem, page: int
    ) -> None:
        fill(path, now, [make_item(number) for number in range(50)])
        with path.open("r+b") as file:
            file.seek(4096 * (page - 1))
            file.write(bytes(range(7, 71)) * 64)
        with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match="damaged"):
            store.check()

    def test_of_a_large_database_the_tops_of_tables_are_looked_at(
        self, path: Path, now: datetime, make_item: MakeItem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "CHECKED_BYTES", 0)
        fill(path, now, [make_item(number) for number in range(50)])
        with closing(SqliteStore(path)) as store:
            store.check()
            store.check(whole=True)
            with store._main.reading() as db:
                root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'items'").fetchone()[0]
        with path.open("r+b") as file:
            file.seek(4096 * (root - 1))
            file.write(bytes(4096))
        with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match="damaged"):
            store.check()

    def test_a_path_with_odd_signs_works(self, tmp_path: Path, now: datetime, make_item: MakeItem) -> None:
        path = tmp_path / "50% off? #1 é" / "leads & more.db"
        fill(path, now, [make_item(1)])
        assert path.exists()
        assert shown(path) == [make_item(1).id]

    def test_an_up_to_date_database_opens_without_sqlite_utils(self, path: Path) -> None:
        SqliteStore(path).close()
        code = (
            "import sys\nfrom aggregator.store import open_store\n"
            f"store = open_store({str(path)!r})\nstore.next_due()\nstore.close()\n"
            "assert 'sqlite_utils' not in sys.modules, 'loaded'"
        )
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def test_tables_are_strict_and_the_log_is_write_ahead(self, path: Path) -> None:
        SqliteStore(path).close()
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
            assert {row[0] for row in db.execute(loose)} <= {
                "sqlite_schema",
                "sqlite_sequence",
                "_sqlite_migrations",
            }

    def test_an_older_database_is_brought_up_to_date(
        self, path: Path, now: datetime, make_item: MakeItem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(path, now, [make_item(1)])

        def second(db: object) -> None:
            db.execute("CREATE TABLE more (x TEXT) STRICT")  # type: ignore[attr-defined]

        steps = (*schema.STEPS, ("another", second))
        monkeypatch.setattr(schema, "STEPS", steps)
        assert shown(path) == [make_item(1).id]
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA user_version").fetchone() == (len(steps),)
            assert db.execute("SELECT count(*) FROM more").fetchone() == (0,)

    def test_a_step_that_fails_leaves_the_database_as_it_was(
        self, path: Path, now: datetime, make_item: MakeItem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(path, now, [make_item(1)])

        def second(db: object) -> None:
            db.execute("CREATE TABLE more (x TEXT) STRICT")  # type: ignore[attr-defined]
            db.execute("DELETE FROM nothing")  # type: ignore[attr-defined]

        with monkeypatch.context() as patch:
            patch.setattr(schema, "STEPS", (*schema.STEPS, ("second", second)))
            with pytest.raises(StoreError):
                SqliteStore(path)
        assert shown(path) == [make_item(1).id]
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'more'").fetchone() is None

    def test_a_newer_database_is_refused(self, path: Path) -> None:
        SqliteStore(path).close()
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA user_version = 99")
        with pytest.raises(StoreTooNew, match="newer") as caught:
            SqliteStore(path)
        assert "update" in caught.value.hint

    def test_another_programs_database_is_refused_untouched(self, path: Path) -> None:
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE theirs (x)")
        before = path.read_bytes()
        with pytest.raises(StoreError, match="another program"):
            SqliteStore(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize("content", [b"this is a letter, not a database\n" * 99, b"x", os.urandom(8192)])
    def test_what_is_no_database_is_refused_untouched(self, path: Path, content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        with pytest.raises(StoreError, match="not a database") as caught:
            SqliteStore(path)
        assert caught.value.hint
        assert path.read_bytes() == content

    def test_a_damaged_database_is_named_and_left(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(n) for n in range(200)])
        whole = path.read_bytes()
        broken = whole[:4096] + b"\xff" * (len(whole) - 4096)
        path.write_bytes(broken)
        with pytest.raises(StoreError, match="damaged") as caught, closing(SqliteStore(path)) as store:
            store.items(Query())
        assert "backup" in caught.value.hint
        assert path.stat().st_size == len(broken)

    def test_a_locked_database_is_busy(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(1)])
        with closing(SqliteStore(path, patience=0.05)) as store, closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert store.sync_sources([Source("wire", "https://wire.test")], now) == Synced()
            with pytest.raises(StoreBusy, match="another process") as caught:
                store.set_mark("x", now)
            assert caught.value.hint
            assert len(store.items(Query()).items) == 1
            other.execute("ROLLBACK")
            store.set_mark("x", now)
            assert store.mark("x") == now

    def test_a_reader_neither_waits_for_a_writer_nor_sees_half(
        self, path: Path, now: datetime, make_item: MakeItem
    ) -> None:
        fill(path, now, [make_item(1)])
        with closing(SqliteStore(path, patience=0.05)) as store, closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM items")
            assert len(store.items(Query()).items) == 1

    def test_a_full_disk_is_said_and_nothing_is_half_stored(
        self, path: Path, now: datetime, make_item: MakeItem
    ) -> None:
        fill(path, now, [make_item(1)])
        with closing(SqliteStore(path)) as store:
            db = store._main._connection()
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages + 2}")
            many = tuple(make_item(n, text="word " * 500) for n in range(2, 99))
            with pytest.raises(StoreError, match="disk is full") as caught:
                store.apply([Batch("wire", "w", FetchState(status="failed"), many)], now)
            assert "free some space" in caught.value.hint
            assert [item.id for item in store.items(Query()).items] == [make_item(1).id]
            assert store.source_statuses()[0].state.status == "ok"
            db.execute(f"PRAGMA max_page_count = {pages + 9999}")
            assert store.apply([Batch("wire", "w", FetchState(), many)], now)[0].new == 97

    def test_a_directory_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(StoreError, match="cannot be opened or created"):
            SqliteStore(tmp_path / "file" / "leads.db")
        with pytest.raises(StoreError, match=str(tmp_path)):
            SqliteStore(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
    def test_a_read_only_directory_is_named(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(1)])
        path.chmod(0o400)
        path.parent.chmod(0o500)
        try:
            with pytest.raises(StoreError) as caught, closing(SqliteStore(path)) as store:
                store.set_mark("x", now)
            assert caught.value.hint
        finally:
            path.parent.chmod(0o700)

    def test_a_database_that_may_only_be_read_says_so(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(1)])
        with closing(SqliteStore(path)) as store:
            store._main._connection().execute("PRAGMA query_only = ON")
            with pytest.raises(StoreError, match="read-only"):
                store.set_mark("x", now)

    def test_a_text_that_sqlite_cannot_hold_is_a_store_error(
        self, path: Path, now: datetime, make_item: MakeItem
    ) -> None:
        fill(path, now, [make_item(1)])
        with closing(SqliteStore(path)) as store:
            for bad in (
                make_item(2, title="\ud800"),
                make_item(2, fields={"x": "\ud800"}),
                make_item(2, versions=2**70),
            ):
                with pytest.raises(StoreError, match="cannot be stored"):
                    store.apply([Batch("wire", "w", FetchState(), (bad,))], now)
        assert shown(path) == [make_item(1).id]

    def test_a_backup_is_whole_and_never_overwrites(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(n) for n in range(30)])
        target = path.parent / "saved" / "copy.db"
        with closing(SqliteStore(path)) as store:
            store.backup(str(target))
            with pytest.raises(StoreError, match="already"):
                store.backup(str(target))
            with pytest.raises(StoreError):
                store.backup(str(path / "impossible.db"))
        assert shown(target) == shown(path)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert not [p for p in target.parent.iterdir() if "part" in p.name]

    def test_a_database_put_in_its_place_is_seen(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(1)])
        with closing(SqliteStore(path)) as store:
            store.backup(str(path.with_name("old.db")))
            store.apply([Batch("wire", "w", FetchState(), (make_item(2),))], now)
            store.index(9)
            for name in (path, path.with_name("leads.db-wal"), path.with_name("leads.db-shm")):
                name.unlink(missing_ok=True)
            path.with_name("old.db").rename(path)
            assert [item.id for item in store.items(Query()).items] == [make_item(1).id]
            assert store.items(Query(words="plant")).items == ()
            while store.index(9):
                pass
            assert [item.id for item in store.items(Query(words="plant")).items] == [make_item(1).id]

    def test_a_kind_of_store_that_there_is_not_is_refused(self) -> None:
        with pytest.raises(StoreError, match="no such kind"):
            open_store("postgres://somewhere/leads")

    def test_a_row_that_cannot_be_read_is_damage(self, path: Path, now: datetime, make_item: MakeItem) -> None:
        fill(path, now, [make_item(1)])
        with closing(sqlite3.connect(path)) as db:
            db.execute("UPDATE sources SET spec = '{'")
            db.commit()
        with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match="damaged"):
            store.source_statuses()
