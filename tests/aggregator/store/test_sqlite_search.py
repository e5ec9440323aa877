"""The full-text file beside the database: losing it, breaking it or sharing it does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.model import Batch, Item, Query
from aggregator.store.sqlite.store import SqliteStore
from feeds.model import FetchState, Source

MakeItem = Callable[..., Item]


@pytest.fixture
def store(tmp_path: Path, now: datetime, make_item: MakeItem) -> Iterator[SqliteStore]:
    """A store with three items in its index."""
    opened = SqliteStore(tmp_path / "leads.db")
    opened.sync_sources([Source("wire", "https://wire.test")], now)
    opened.apply([Batch("wire", "w", FetchState(), tuple(make_item(n) for n in range(3)))], now)
    index(opened)
    yield opened
    opened.close()


def index(store: SqliteStore) -> int:
    """Index all there is to do; how much it was."""
    done = 0
    while count := store.index(2):
        done += count
    return done


def found(store: SqliteStore, words: str = "plant") -> int:
    """How many items have the words."""
    return len(store.items(Query(words=words)).items)


def files(tmp_path: Path) -> list[Path]:
    """The files of the index."""
    return [tmp_path / f"leads.search.db{end}" for end in ("", "-wal", "-shm")]


class TestSearchFile:
    """The index is derived: it can always be had again."""

    def test_the_index_lives_in_a_private_file_of_its_own(self, store: SqliteStore, tmp_path: Path) -> None:
        assert found(store) == 3
        assert files(tmp_path)[0].stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("closed", [True, False])
    @pytest.mark.parametrize("count", [1, 3])
    def test_a_deleted_file_is_rebuilt(self, store: SqliteStore, tmp_path: Path, closed: bool, count: int) -> None:
        if closed:
            store.close()
            store = SqliteStore(tmp_path / "leads.db")
        for file in files(tmp_path)[:count]:
            file.unlink(missing_ok=True)
        assert found(store) == 0
        assert index(store) == 3
        assert found(store) == 3
        store.close()

    def test_an_old_copy_put_back_is_noticed(
        self, store: SqliteStore, tmp_path: Path, now: datetime, make_item: MakeItem
    ) -> None:
        store.close()
        old = files(tmp_path)[0].read_bytes()
        again = SqliteStore(tmp_path / "leads.db")
        again.apply([Batch("wire", "w", FetchState(), (make_item(9, text="Unusual word"),))], now)
        index(again)
        again.close()
        files(tmp_path)[0].write_bytes(old)
        again = SqliteStore(tmp_path / "leads.db")
        assert index(again) == 4
        assert found(again, "unusual") == 1
        again.close()

    @pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
    def test_an_empty_or_foreign_file_is_rebuilt(self, store: SqliteStore, tmp_path: Path, content: bytes) -> None:
        store.close()
        files(tmp_path)[0].write_bytes(content)
        again = SqliteStore(tmp_path / "leads.db")
        assert found(again) == 0
        assert index(again) == 3
        assert found(again) == 3
        again.close()

    def test_a_damaged_file_is_rebuilt(
        self, store: SqliteStore, tmp_path: Path, now: datetime, make_item: MakeItem
    ) -> None:
        store.apply([Batch("wire", "w", FetchState(), tuple(make_item(n) for n in range(3, 300)))], now)
        index(store)
        store.close()
        file = files(tmp_path)[0]
        whole = file.read_bytes()
        file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
        again = SqliteStore(tmp_path / "leads.db")
        found(again)
        index(again)
        assert len(again.items(Query(words="plant", limit=500)).items) == 300
        assert len(again.items(Query(limit=500)).items) == 300
        again.close()

    def test_work_done_but_not_acknowledged_is_done_again(
        self, store: SqliteStore, now: datetime, make_item: MakeItem, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.apply([Batch("wire", "w", FetchState(), (make_item(9, text="Unusual word"),))], now)
        with monkeypatch.context() as patch:
            patch.setattr(store._search, "_acknowledge", lambda seq: None)
            assert store.index(9) == 1
        assert found(store, "unusual") == 1
        assert store.index(9) == 1
        assert store.index(9) == 0
        assert found(store, "unusual") == 1

    def test_two_stores_share_one_index(
        self, store: SqliteStore, tmp_path: Path, now: datetime, make_item: MakeItem
    ) -> None:
        other = SqliteStore(tmp_path / "leads.db")
        other.apply([Batch("wire", "w", FetchState(), (make_item(9, text="Unusual word"),))], now)
        assert index(store) == 1
        assert index(other) == 0
        assert found(other, "unusual") == found(store, "unusual") == 1
        other.close()

    def test_a_writer_of_items_never_waits_for_the_index(
        self, tmp_path: Path, store: SqliteStore, now: datetime, make_item: MakeItem
    ) -> None:
        with store._search._file.writing():
            store.apply([Batch("wire", "w", FetchState(), (make_item(9),))], now)
        assert found(store) == 3

    def test_words_are_stemmed_and_accents_do_not_matter(
        self, store: SqliteStore, now: datetime, make_item: MakeItem
    ) -> None:
        item = make_item(9, title="Société Générale acquires", text="Acquisitions were announced.")
        store.apply([Batch("wire", "w", FetchState(), (item,))], now)
        index(store)
        for words in ("societe", "GENERALE", "acquired", '"societe generale"', "acquisition", "announce*"):
            assert found(store, words) == 1, words
