"""Tenders as threads, packs and sources with what ails them, and what is done about it and undone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input

from aggregator import config
from aggregator.core import Aggregator, utc_now
from aggregator.model import Batch, Fact, Item
from aggregator.store import open_store
from feeds.model import FetchState
from feeds.packs.library import Waiting
from tests.packing import source, write_pack
from tests.samples import a_tag, an_item
from tests.tui.desks import opened, press, reader, rest, said, sheet
from tui.app import Desk
from tui.screens.dialogs import Ask, Pick
from tui.widgets.lines import Lines


def a_notice(title: str, signal: str, days: int, hours: float, amount: float = 1_250_000) -> Item:
    """A notice of one procurement, of which something must be handed in so many days from now."""
    day = utc_now().date() + timedelta(days=days)
    fields = {"ocid": "ocds-h6vhtk-0579c1", "buyer": {"name": "Port of Acme [/]"}}
    facts = (
        Fact("deadline", "soon", "body", day=day),
        Fact("amount", "EUR", "body", number=amount, currency="EUR"),
    )
    return an_item(title, hours=hours, tags=(a_tag("purchasing_plans", signal),), facts=facts, fields=fields)


def test_notices_of_one_procurement_are_one_line_and_opening_it_shows_them(path: Path) -> None:
    first = a_notice("Acme invites bids for a crane", "purchasing_plans.tender", 3, hours=60)
    later = a_notice("Acme invites bids for a crane, dates moved", "purchasing_plans.tender_update", 12, hours=5)
    alone = an_item("Zenith Rail invites bids for a bridge [bold]", hours=30,
                    tags=(a_tag("purchasing_plans", "purchasing_plans.tender"),))  # fmt: skip
    closed = a_notice("Acme once wanted a shed", "purchasing_plans.tender", -9, hours=300)
    closed = replace(closed, fields={"ocid": "ocds-other-1"})

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "f4")
        lines = sheet(app).splitlines()
        assert [line.split(" ──")[0] for line in lines if "──" in line] == ["This month 1", "No deadline told 1"]
        row = next(line for line in lines if "Port of" in line)
        assert row.startswith("  12d ")
        assert "amendment 2" in row
        assert "Port of Acme" in row
        assert "1.25M EUR" in row
        assert "Δ deadline moved" in row
        assert any("Zenith Rail invites" in line for line in lines)
        assert "shed" not in sheet(app)
        assert "1 more is closed" in sheet(app)
        page = reader(app)
        assert "ocid ocds-h6vhtk-0579c1" in page
        assert "12 days left" in page
        assert "Port of Acme [/]" in page
        notices = page[page.index("Notices 2") :]
        assert notices.index("amendment  The Wire") < notices.index("tender  The Wire")
        assert "Δ stage changed from tender to amendment" in notices
        await press(pilot, "enter")
        assert app.screen.has_class("reading")
        await press(pilot, "escape", "right_square_bracket", "right_square_bracket")
        assert "No open tender is known" in sheet(app)

    opened(path, use, first, later, alone, closed, size=(220, 40)).close()


@pytest.fixture
def packed(path: Path) -> Path:
    """The config, with a pack installed whose folder has a newer version."""
    aggregator = Aggregator.open(config.read(path))
    tables = source("one", "https://one.example/feed") + source("two", "https://two.example/feed")
    folder = write_pack(path.parent / "made", tables)
    for plan in aggregator.packs.plan(str(folder)):
        aggregator.packs.put(plan)
    aggregator.reload()
    aggregator.close()
    write_pack(folder, tables.replace("The one", "The first"), version="1.1.0")
    return path


def go_to(app: Desk, name: str) -> None:
    """The cursor to the line that has this word."""
    assert app.desk_screen is not None
    lines = app.desk_screen.query_one("#sheet", Lines)
    lines.move_to(next(n for n, row in enumerate(lines.rows) if row.behind is not None and name in row.draw(90).plain))


def polled(app: Desk) -> dict[str, str]:
    return {each.id: each.url for each in app.session.aggregator.catalog.sources}


def test_a_source_is_muted_and_its_address_fixed_and_all_is_undone(packed: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        before = polled(app)
        store = open_store(app.session.aggregator.config.database)
        now = app.session.aggregator.now()
        store.claim_due(now, worker="x", limit=9, lease=60, force=True)
        failed = FetchState(status="failed", reason="404 Not Found", checked_at=now, failures=3)
        gone = FetchState(status="gone", checked_at=now, moved_to="https://two.example/moved")
        store.apply([Batch("team.one", "x", failed), Batch("team.two", "x", gone)], now)
        store.close()
        await press(pilot, "f5")
        go_to(app, "The one")
        await rest(pilot)
        assert "m mutes the source" in reader(app)
        await press(pilot, "m")
        assert said(app).startswith("muted: The one")
        assert "team.one" not in polled(app)
        assert "Muted by you 1" in sheet(app)
        go_to(app, "The one")
        await press(pilot, "t", "m")
        assert polled(app) == before
        go_to(app, "The two")
        await press(pilot, "e")
        assert isinstance(app.screen, Ask)
        assert app.screen.query_one(Input).value == "https://two.example/moved"
        await press(pilot, "enter")
        assert polled(app)["team.two"] == "https://two.example/moved"
        go_to(app, "The two")
        await app.do_typed("fix ftp://two.example/")
        await rest(pilot)
        assert "not a web address" in said(app) or "url" in said(app)
        assert polled(app)["team.two"] == "https://two.example/moved"
        go_to(app, "The Wire")
        await press(pilot, "m")
        assert f"change it in {packed}, line 10" in said(app)
        await press(pilot, "e")
        assert f"change it in {packed}, line 10" in said(app)
        await press(pilot, "u", "u", "u")
        assert polled(app) == before
        assert said(app) == "undone: muted: The one"

    opened(packed, use, size=(180, 40)).close()


def test_a_pack_is_updated_after_showing_what_changes_and_muted_and_both_are_undone(packed: Path) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        packs = app.session.aggregator.packs
        await press(pilot, "f6")
        shown = sheet(app)
        assert "Need you 1" in shown
        assert "answers and never brought anything" in reader(app)
        assert "team" in shown
        assert "unsigned" in shown
        assert "Ready to add" in shown
        go_to(app, "core")
        await press(pilot, "t", "m")
        assert said(app).startswith("That is no pack that was added")
        go_to(app, "team")
        await rest(pilot)
        assert "signed    no: anyone could have made it" in reader(app)
        await press(pilot, "t")
        assert isinstance(app.screen, Pick)
        assert "what is new in 1.1.0" in app.screen._note
        await press(pilot, "n")
        assert packs.installed("team").version == "1.0.0"
        await press(pilot, "t", "y")
        assert packs.installed("team").version == "1.1.0"
        assert "1.1.0" in sheet(app)
        await press(pilot, "t")
        assert said(app) == "team is up to date."
        await press(pilot, "m")
        assert set(polled(app)) == {"wire", "post"}
        assert "muted" in sheet(app)
        await press(pilot, "u")
        assert "team.one" in polled(app)
        await press(pilot, "u")
        assert packs.installed("team").version == "1.0.0"

    opened(packed, use, size=(180, 40)).close()


def test_what_waits_and_what_is_dead_stands_first(packed: Path) -> None:
    aggregator = Aggregator.open(config.read(packed))
    waiting = Waiting(version="2.0.0", why="it retires 2 of 2 sources [/]")
    aggregator.packs.library.switch(lambda state: msgspec.structs.replace(state, waiting={"team": waiting}))
    aggregator.close()

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await press(pilot, "f6")
        assert "Need you 1" in sheet(app)
        assert "2.0.0 waits: it retires" in sheet(app)
        assert "2.0.0 waits for you: it retires 2 of 2 sources [/]" in reader(app)

    opened(packed, use, size=(180, 40)).close()
