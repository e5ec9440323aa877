"""Each screen as a picture, in two themes of two sizes; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pytest_textual_snapshot import SVGImageExtension
from textual.pilot import Pilot
from textual.widgets import Input

from aggregator import config
from aggregator.core import Aggregator
from aggregator.model import Batch, Fact
from aggregator.store import open_store
from feeds.model import FetchState
from tests.samples import NOW, a_match, a_tag, an_item
from tests.tui.desks import CONFIG, press, rest
from tui.app import Desk

NUMBERED = {"ocid": "ocds-h6vhtk-0579c1", "buyer": {"name": "Acme Ports"}}
WORTH = Fact("amount", "EUR 1.2 million", "body", number=1_200_000, currency="EUR")


def due(days: int) -> Fact:
    """By when bids must be in."""
    return Fact("deadline", "due", "body", day=NOW.date() + timedelta(days=days))


STORIES = (
    an_item("Acme acquires Borealis Cement for 3 billion", text="The group said that it acquires Borealis.", hours=3),
    an_item("Acme acquires Borealis Cement for 3 billion", source="post", hours=5),
    an_item("Acme invites bids for a data platform", hours=30, text="Bids are due.", facts=(due(6), WORTH),
            tags=(a_tag("purchasing_plans", "purchasing_plans.tender", words="invites bids"),), fields=NUMBERED),
    an_item("Acme invites bids for a data platform: more time", hours=9, text="Bids are due later.",
            tags=(a_tag("purchasing_plans", "purchasing_plans.tender_update", words="more time"),),
            facts=(due(20), WORTH), fields=NUMBERED),
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


SCREENS = ("triage", "prospect", "tenders", "sources", "packs", "search", "digest", "help")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80", "200"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_pictures(desk: Desk, snapshot: Any, theme: str, size: tuple[int, int]) -> None:
    taken: dict[str, str] = {}

    async def walk() -> None:
        async with desk.run_test(size=size) as pilot:
            desk.theme = theme
            for screen in SCREENS:
                await show(pilot, screen)
                taken[screen] = desk.export_screenshot(title=desk.title)

    async def show(pilot: Pilot[None], screen: str) -> None:
        await rest(pilot)
        if screen == "help":
            desk.go("triage")
            await press(pilot, "question_mark")
        else:
            desk.go(screen)
        await rest(pilot, 6)
        if screen in ("search", "help"):
            for line in desk.screen.query(Input):
                line.cursor_blink = False
            desk.screen.set_focus(None)
            await rest(pilot, 6)

    assert datetime.now(UTC) > NOW
    asyncio.run(walk())
    pictures = snapshot.use_extension(SVGImageExtension)
    differ = [screen for screen in SCREENS if taken[screen] != pictures(name=screen)]
    assert not differ, "look at them after `pytest --snapshot-update`"
