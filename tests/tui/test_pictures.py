"""Each screen as a picture, in two themes of two sizes; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from aggregator import config
from aggregator.core import Aggregator
from aggregator.model import Batch
from aggregator.store import open_store
from feeds.model import FetchState
from tests.samples import NOW, a_match, a_tag, an_item
from tests.tui.desks import CONFIG, rest
from tui.app import Desk

STORIES = (
    an_item("Acme acquires Borealis Cement for 3 billion", text="The group said that it acquires Borealis.", hours=3),
    an_item("Acme acquires Borealis Cement for 3 billion", source="post", hours=5),
    an_item("Acme invites bids for a data platform", hours=30, text="Bids are due.",
            tags=(a_tag("purchasing_plans", "purchasing_plans.tender", words="invites bids"),)),
    an_item("Zenith Rail appoints a chief information officer", hours=50,
            matches=(a_match("zenith", words="Zenith Rail"),), tags=(a_tag("structure", "structure.exec_in"),)),
    an_item("日本語の見出し: Acme [bold]opens[/bold] a plant 👩‍👩‍👧", hours=70, tags=()),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose clock stands still."""
    monkeypatch.delenv("NO_COLOR")
    path = tmp_path / "leadline.toml"
    path.write_text(CONFIG, encoding="utf-8")
    read = config.read(path)
    store = open_store(read.database)
    aggregator = Aggregator(read, store, clock=lambda: NOW)
    version = aggregator.catalog.recipe.version
    state = FetchState(
        status="ok", checked_at=NOW, answered_at=NOW, next_at=NOW + timedelta(hours=1), next_why="its rhythm"
    )
    store.claim_due(NOW, worker="w", limit=9, lease=60)

    for source in ("wire", "post"):
        those = tuple(replace(item, rules_version=version) for item in STORIES if item.source == source)
        store.apply([Batch(source, "w", state, those)], NOW)
    return Desk(aggregator, watch=0)


@pytest.mark.parametrize(("theme", "size"), [("dark", (80, 24)), ("light", (200, 50))], ids=["dark-80", "light-200"])
@pytest.mark.parametrize("screen", ["triage", "prospect", "tenders", "sources", "packs", "search", "digest", "help"])
def test_picture(desk: Desk, snap_compare: Any, screen: str, theme: str, size: tuple[int, int]) -> None:
    async def go(pilot: Pilot[None]) -> None:
        desk.theme = theme
        await rest(pilot)
        if screen == "help":
            await pilot.press("question_mark")
        elif screen != "triage":
            desk.go(screen)
        await rest(pilot)
        await rest(pilot)
        if screen in ("search", "help"):
            desk.screen.set_focus(None)  # the cursor of a line blinks
            await rest(pilot)

    assert datetime.now(UTC) > NOW
    assert snap_compare(desk, terminal_size=size, run_before=go)
