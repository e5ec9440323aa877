"""The desk, by its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from aggregator.core import Aggregator
from aggregator.model import Item
from aggregator.refresh import Report
from tests.samples import a_match, an_item, fill
from tui.app import Desk
from tui.keys import ACTIONS
from tui.screens import HelpScreen
from tui.widgets import ItemList, Reader

CONFIG = """\
database = "leadline.db"
[[prospects]]
id = "acme"
name = "Acme"
[[sources]]
id = "wire"
url = "https://wire.example/feed"
"""
HOSTILE = "Acme [/] [@click=app.quit]x[/] [bold red] \\[ {a} acquires"

Use = Callable[[Pilot[None], Desk], Awaitable[None]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "leadline.toml"
    made.write_text(CONFIG, encoding="utf-8")
    return made


@pytest.fixture
def open_desk(path: Path) -> Any:
    """Opens a desk over these items, does something there, and closes it."""

    def open_(use: Use, *items: Item, query: str = "is:new is:matched", size: tuple[int, int] = (80, 24)) -> Aggregator:
        aggregator = fill(path, *items)

        async def session() -> None:
            app = Desk(aggregator, query)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                await use(pilot, app)

        asyncio.run(session())
        return aggregator

    return open_


def rows(app: Desk) -> list[str]:
    """The list as it is shown."""
    shown = app.query_one(ItemList)
    return [str(shown.get_option_at_index(n).prompt) for n in range(shown.option_count)]


def reader(app: Desk) -> str:
    """The reader's text."""
    return str(app.query_one(Reader).query_one(Static).render())


def status(app: Desk) -> str:
    return str(app.query_one("#status", Static).render())


def is_helping(app: Desk) -> bool:
    return isinstance(app.screen, HelpScreen)


def is_open(app: Desk) -> bool:
    """Whether the query line is shown."""
    return bool(app.query_one("#query", Input).display)


def deals(count: int) -> list[Item]:
    """Items, the first the best."""
    return [an_item(f"Acme deal number {n}", hours=n * 24 + 1, text=f"Body {n}.") for n in range(count)]


def test_the_list_is_ranked_and_the_reader_follows_the_cursor(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert ["number 0" in rows(app)[0], "number 1" in rows(app)[1]] == [True, True]
        assert "Acme deal number 0" in reader(app)
        assert "Body 0." in reader(app)
        assert "Merger, acquisition, sale 95 ×" in reader(app)
        await pilot.press("j", "down")
        assert "Acme deal number 2" in reader(app)
        await pilot.press("k")
        assert "Acme deal number 1" in reader(app)
        await pilot.press("up", "k", "k")
        assert "Acme deal number 0" in reader(app)
        await pilot.press("end", "j")
        assert "Acme deal number 3" in reader(app)

    open_desk(use, *deals(4)).close()


def test_keep_dismiss_and_undo(open_desk: Any) -> None:
    first, second, third = deals(3)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.press("s")
        assert rows(app)[0].startswith("✓")
        assert status(app).startswith("kept (u undoes): Acme deal number 0")
        await pilot.press("j", "d")
        assert len(rows(app)) == 2
        assert "Acme deal number 2" in reader(app)
        await pilot.press("u")
        assert len(rows(app)) == 3
        assert "Acme deal number 1" in reader(app)
        await pilot.press("u")
        assert not rows(app)[0].startswith("✓")
        await pilot.press("u")
        assert status(app) == "Nothing to undo."
        await pilot.press("d")

    aggregator = open_desk(use, first, second, third)
    states = {item: verdict.state for item, verdict in aggregator.verdicts([first.id, second.id, third.id]).items()}
    aggregator.close()
    assert states.pop(first.id) == "dismissed"
    assert set(states.values()) <= {"new"}


def test_dismissing_everything_leaves_an_empty_desk(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.press("d", "d", "d", "s", "o", "j", "k", "end")
        assert rows(app) == []
        assert reader(app).startswith("Nothing here.")
        await pilot.press("u")
        assert "Acme deal number 1" in reader(app)

    open_desk(use, *deals(2)).close()


def test_an_empty_database(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert reader(app).startswith("Nothing here. r polls")
        assert status(app) == "Nothing for: is:new is:matched"
        await pilot.press("j", "k", "d", "s", "u", "o", "space", "b", "enter")

    open_desk(use).close()


def test_without_sources_it_says_what_to_do(open_desk: Any, path: Path) -> None:
    path.write_text('database = "leadline.db"', encoding="utf-8")

    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert "`leadline init`" in reader(app)

    open_desk(use).close()


def test_search(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        line = app.query_one("#query", Input)
        await pilot.press("slash")
        assert is_open(app)
        line.value = "number 2"
        await pilot.press("enter")
        await pilot.pause()
        assert not is_open(app)
        assert len(rows(app)) == 1
        await pilot.press("slash", "x", "escape")
        assert not is_open(app)
        assert line.value == "number 2"
        assert isinstance(app.focused, ItemList)
        await pilot.press("d")
        assert rows(app) == []

    open_desk(use, *deals(3)).close()


@pytest.mark.parametrize("query", ["type:nonsense", "age<never", "prospect:nobody", "scope:,"])
def test_a_query_that_cannot_be_understood_is_told_and_harms_nothing(open_desk: Any, query: str) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.press("slash")
        app.query_one("#query", Input).value = query
        await pilot.press("enter")
        await pilot.pause()
        assert any(word in status(app) for word in ("unknown", "expected", "no prospect", "needs a value"))
        assert len(rows(app)) == 3

    open_desk(use, *deals(3)).close()


def test_help_shows_every_key_and_any_key_closes_it(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        for key in ("d", "q", "x", "escape", "s"):
            await pilot.press("question_mark")
            assert is_helping(app)
            await pilot.press(key)
            assert not is_helping(app)
            assert len(rows(app)) == 3
            assert not rows(app)[0].startswith("✓")

    open_desk(use, *deals(3)).close()


def test_every_action_has_its_method_and_its_own_keys() -> None:
    keys = [key for action in ACTIONS for key in action.keys.split(",")]

    assert len(keys) == len(set(keys))
    assert all(hasattr(Desk, f"action_{action.name}") for action in ACTIONS)


def test_hostile_titles_are_shown_as_they_are(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert HOSTILE in rows(app)[0]
        assert HOSTILE in reader(app)
        await pilot.press("s")
        assert HOSTILE in status(app)
        await pilot.click(ItemList, offset=(60, 0))
        assert app.is_running

    item = an_item(HOSTILE, text=f"{HOSTILE}\n[link=x]y[/link]", link="https://a.example/[/]?q=[@click=app.quit]")
    open_desk(use, item, size=(200, 60)).close()


def test_links_are_opened_by_key_only_and_only_where_safe(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browse(link: str) -> bool:
        opened.append(link)
        return True

    monkeypatch.setattr("webbrowser.open", browse)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.click(ItemList, offset=(10, 0))
        assert opened == []
        await pilot.press("o")
        assert status(app) == "opened https://a.example/1"
        await pilot.press("j", "enter")
        assert status(app).startswith("This item has no link")
        assert opened == ["https://a.example/1"]

    open_desk(
        use, an_item("Acme one", link="https://a.example/1"), an_item("Acme two", hours=90, link="javascript:alert(1)")
    ).close()


@pytest.mark.parametrize("size", [(20, 8), (40, 12), (80, 24), (139, 30), (140, 30), (200, 60)])
def test_every_line_fits_at_every_size(open_desk: Any, size: tuple[int, int]) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        shown = app.query_one(ItemList)
        assert {len(row) for row in rows(app)} == {shown.line_width}
        assert shown.virtual_size.height == 3
        await pilot.resize_terminal(90, 20)
        await pilot.pause()
        assert {len(row) for row in rows(app)} == {shown.line_width}
        assert shown.line_width < 90

    open_desk(use, *deals(2), an_item("Acme " + "long " * 90), size=size).close()


def test_a_resize_keeps_the_place(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.press("j", "j")
        await pilot.resize_terminal(170, 40)
        await pilot.pause()
        assert "Acme deal number 2" in reader(app)
        assert app.screen.has_class("wide")

    open_desk(use, *deals(4)).close()


def test_a_poll_runs_in_the_background(open_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [Report()]

    def refresh(_self: Aggregator, **_options: object) -> Report:
        if not reports:
            raise OSError("disk full")
        return reports.pop()

    monkeypatch.setattr(Aggregator, "refresh", refresh)

    async def use(pilot: Pilot[None], app: Desk) -> None:
        await pilot.press("j", "r")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert status(app) == "Nothing is due."
        assert "Acme deal number 1" in reader(app)
        await pilot.press("r")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert status(app) == "poll failed: disk full"

    open_desk(use, *deals(3)).close()


def test_a_doubtful_match_is_marked(open_desk: Any) -> None:
    async def use(pilot: Pilot[None], app: Desk) -> None:
        assert " acme? " in rows(app)[0]
        assert "(doubtful)" in reader(app)

    open_desk(use, an_item(matches=(a_match(confidence=0.3),))).close()
