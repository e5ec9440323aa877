"""Search is never behind, though a poll indexes for a bounded time only."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config, core
from aggregator.core import Aggregator
from tests.command import Leadline
from tests.servers import Server, item, rss


def test_what_a_poll_leaves_to_index_a_search_does_first(
    web: Server, desk: Leadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.configure(web.serve("/feed", rss(item("Acme opens a foundry", guid="1"), item("Other", guid="2"))))
    monkeypatch.setattr(core, "INDEX_SECONDS", 0.0)
    aggregator = Aggregator.open(config.read(Path(desk.config)))
    try:
        assert aggregator.refresh().new == 2
        assert not aggregator._store.items(aggregator.query("foundry")).items
        assert [found.title for found in aggregator.search("foundry")] == ["Acme opens a foundry"]
    finally:
        aggregator.close()


def test_an_index_goes_on_where_it_stopped(web: Server, desk: Leadline, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.configure(web.serve("/feed", rss(*(item(f"News {number}", guid=str(number)) for number in range(5)))))
    monkeypatch.setattr(core, "INDEX_SECONDS", 0.0)
    monkeypatch.setattr(core, "DERIVE_CHUNK", 2)
    aggregator = Aggregator.open(config.read(Path(desk.config)))
    try:
        aggregator.refresh()
        assert aggregator.index() == 5
        assert aggregator.index() == 0
    finally:
        aggregator.close()
