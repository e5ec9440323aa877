"""What screens ask of a store, held against every back end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.model import Batch, Query
from aggregator.store import Store, open_store
from feeds.model import FetchState
from tests.samples import NOW, a_match, a_source, an_item

ITEMS = [an_item(f"Acme deal {n}", hours=n * 24 + 1, text=f"cement {n}") for n in range(6)]
OTHER = an_item("Zenith deal", hours=2, matches=(a_match("zenith"),))
NOBODY = an_item("Weather", hours=3, matches=())


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of each kind with some items."""
    opened = open_store(":memory:" if request.param == "memory" else str(tmp_path / "leads.db"))
    opened.sync_sources([a_source()], NOW)
    opened.apply([Batch("wire", "w", FetchState(status="ok"), (*ITEMS, OTHER, NOBODY))], NOW)
    yield opened
    opened.close()


def test_ids_are_those_of_the_pages_in_their_order(store: Store) -> None:
    query = Query(prospects=("acme",), rep="jo", limit=100)
    page = [item.id for item in store.items(query).items]
    first = store.items(Query(prospects=("acme",), rep="jo", limit=2))

    assert store.ids(query) == page
    assert store.ids(query, 3) == page[:3]
    assert store.ids(Query(prospects=("acme",), rep="jo", after=first.next)) == page[2:]
    while store.index(100):
        pass
    assert store.ids(Query(words="cement 4", rep="jo")) == [ITEMS[4].id]


def test_unread_is_what_the_rep_has_not_decided_on(store: Store) -> None:
    store.triage("jo", [ITEMS[0].id, ITEMS[1].id], "dismissed", NOW)
    store.triage("jo", [ITEMS[2].id], "snoozed", NOW, until=NOW + timedelta(days=1))

    assert store.unread("jo", NOW, 100) == {"acme": 3, "zenith": 1}
    assert store.unread("jo", NOW + timedelta(days=2), 100) == {"acme": 4, "zenith": 1}
    assert store.unread("ann", NOW, 4) == {"acme": 4, "zenith": 1}


def test_items_a_day(store: Store) -> None:
    counts = store.per_day(NOW - timedelta(days=3))

    assert counts == {("acme", 2): 1, ("acme", 1): 1, ("acme", 0): 1, ("zenith", 2): 1}


def test_newest_grows_with_items_only(store: Store) -> None:
    before = store.newest()
    store.triage("jo", [ITEMS[0].id], "kept", NOW)
    assert store.newest() == before
    store.apply([Batch("wire", "w", FetchState(status="ok"), (an_item("Later"),))], NOW)
    assert store.newest() > before
