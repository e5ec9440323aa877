"""What the store counts, held against every back end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model import Batch, Item, Match
from aggregator.store import open_store
from feeds.model import FetchState, Source


@pytest.mark.parametrize("place", [":memory:", "leads.db"])
def test_items_of_sources_since_then_and_items_of_prospects(
    place: str, tmp_path: Path, now: datetime, make_item: Callable[..., Item], make_match: Callable[[str], Match]
) -> None:
    store = open_store(place if place == ":memory:" else str(tmp_path / place))
    store.sync_sources([Source("wire", "https://wire.test/"), Source("crm", "https://crm.test/")], now)
    sure, unsure = make_match("acme"), replace(make_match("beta"), confidence=0.2)
    items = [
        make_item(1, "wire", matches=(sure, sure, unsure), listed_at=now),
        make_item(2, "wire", matches=(sure,), listed_at=now - timedelta(days=30)),
        make_item(3, "crm", listed_at=now),
    ]
    for source in ("wire", "crm"):
        store.apply([Batch(source, "w", FetchState(status="ok"), tuple(i for i in items if i.source == source))], now)

    assert dict(store.brought(now - timedelta(days=7))) == {"wire": 1, "crm": 1}
    assert dict(store.concerning()) == {"acme": 2}
    store.close()
