"""What a store keeps beside the sources: pauses of hosts, and whose address a state speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model import Batch
from aggregator.store import Store, open_store
from feeds.model import FetchState, Source
from tests.aggregator.store.conftest import MakeItem

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, now: datetime) -> Iterator[Store]:
    """A store of each kind, told of two sources."""
    opened = open_store(":memory:" if request.param == "memory" else str(tmp_path / "leads.db"))
    opened.sync_sources((Source("wire", "https://wire.test/"), Source("blog", "https://b.test/")), now)
    yield opened
    opened.close()


def test_a_pause_is_remembered_until_it_ends(store: Store, now: datetime) -> None:
    assert store.held_hosts(now) == {}
    store.hold_hosts({"a.test": now + HOUR, "b.test:8080": now + 2 * HOUR})
    assert store.held_hosts(now) == {"a.test": now + HOUR, "b.test:8080": now + 2 * HOUR}
    assert store.held_hosts(now + HOUR) == {"b.test:8080": now + 2 * HOUR}


def test_a_pause_that_a_clock_that_ran_ahead_wrote_is_none(store: Store, now: datetime) -> None:
    store.hold_hosts({"a.test": now + timedelta(days=3650), "b.test": now + timedelta(days=7)})
    assert list(store.held_hosts(now)) == ["b.test"]


def test_a_later_word_of_a_host_replaces_its_former(store: Store, now: datetime) -> None:
    store.hold_hosts({"a.test": now + 5 * HOUR})
    store.hold_hosts({"a.test": now + HOUR})
    assert store.held_hosts(now) == {"a.test": now + HOUR}


def test_a_source_edited_while_it_was_asked_keeps_nothing_of_the_old_address(
    store: Store, now: datetime, make_item: MakeItem
) -> None:
    """Its validators would make the new address answer 304 for ever; what was read counts all the same."""
    claim = next(c for c in store.claim_due(now, worker="w", limit=9, lease=60) if c.source.id == "wire")
    edited = replace(claim.source, url="https://other.test/feed")
    store.sync_sources([edited, Source("blog", "https://b.test/")], now)
    state = FetchState(etag='"old"', body_hash="old", status="ok", answered_at=now, next_at=now + HOUR)
    done = store.apply([Batch("wire", "w", state, (make_item(1),), url=claim.source.url)], now)
    assert (done[0].new, done[0].lost) == (1, False)
    status = next(s for s in store.source_statuses() if s.source.id == "wire")
    assert (status.state.etag, status.state.body_hash, status.state.next_at, status.claimed_by) == ("", "", None, "")
    assert status.items == 1
    again = next(c for c in store.claim_due(now, worker="w", limit=9, lease=60) if c.source.id == "wire")
    store.apply([Batch("wire", "w", state, url=again.source.url)], now)
    assert next(s for s in store.source_statuses() if s.source.id == "wire").state == state
