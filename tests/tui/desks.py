"""A desk opened over items in a test, and what can be seen of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Static

from aggregator.core import Aggregator
from aggregator.model import Item
from tests.samples import an_item, fill
from tui.app import Desk
from tui.screens.stories import StoriesScreen
from tui.widgets.lines import Lines
from tui.widgets.reader import Reader

CONFIG = """\
database = "leadline.db"
[[prospects]]
id = "acme"
name = "Acme"
stage = "pricing"
[[prospects]]
id = "zenith"
name = "Zenith Rail"
[[sources]]
id = "wire"
name = "The Wire"
url = "https://wire.example/feed"
[[sources]]
id = "post"
name = "Evening Post"
url = "https://post.example/feed"
"""
Use = Callable[[Pilot[None], Desk], Awaitable[None]]


def opened(path: Path, use: Use, *items: Item, query: str = "", size: tuple[int, int] = (100, 30)) -> Aggregator:
    """Open a desk over these items, do something there, and close it; the Aggregator behind it."""
    aggregator = fill(path, *items)

    async def session() -> None:
        app = Desk(aggregator, query, watch=0)
        async with app.run_test(size=size) as pilot:
            await rest(pilot)
            await use(pilot, app)
            await rest(pilot)

    asyncio.run(session())
    return aggregator


async def rest(pilot: Pilot[None], quiet: int = 3) -> None:
    """Until nothing is under way any more, looked at so many times in a row."""
    end, calm = time.monotonic() + 20, 0
    while calm < quiet and time.monotonic() < end and pilot.app.is_running:
        await pilot.pause(0.003)
        calm = 0 if is_busy(pilot.app) else calm + 1


def is_busy(app: Any) -> bool:
    """Whether something is awaited: a worker, or a timer of a list."""
    waiting = any(screen.waiting for screen in app.screen_stack if isinstance(screen, StoriesScreen))
    return waiting or any(not worker.is_finished for worker in app.workers)


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait for all that follows."""
    for key in keys:
        await pilot.press(key)
    await rest(pilot)


def stories(app: Desk) -> Lines:
    """The list in front."""
    screen = app.desk_screen
    assert isinstance(screen, StoriesScreen)
    return screen.stories


def rows(app: Desk) -> list[str]:
    """The lines of the list, as they are drawn."""
    shown = stories(app)
    return [shown._draw(row, shown.line_width).plain for row in shown.rows]


def titles(app: Desk) -> list[str]:
    """The stories in the list."""
    return [row.item.title for row in stories(app).rows]


def sheet(app: Desk) -> str:
    """The lines of the sheet in front."""
    assert app.desk_screen is not None
    lines = app.desk_screen.query_one("#sheet", Lines)
    return "\n".join(row.draw(lines.line_width).plain for row in lines.rows)


def reader(app: Desk) -> str:
    """The reader's text."""
    assert app.desk_screen is not None
    page = app.desk_screen.query_one(Reader).page_content
    return page.plain if isinstance(page, Content) else str(page)


def said(app: Desk) -> str:
    """The line under the screen."""
    assert app.desk_screen is not None
    return str(app.desk_screen.query_one("#said", Static).render())


def place(app: Desk) -> str:
    """Where one is."""
    assert app.desk_screen is not None
    return str(app.desk_screen.query_one("#where", Static).render())


def news(app: Desk) -> str:
    """What the line over the screen tells."""
    assert app.desk_screen is not None
    return str(app.desk_screen.query_one("#news", Static).render())


def states(aggregator: Aggregator, *items: Item) -> list[str]:
    """What became of items."""
    found = aggregator.verdicts([item.id for item in items])
    return [found[item.id].state if item.id in found else "new" for item in items]


NOUNS = ("anchor", "bridge", "copper", "desert", "engine", "forest", "garden", "harbour", "island", "jungle")


def deals(count: int) -> list[Item]:
    """Items of different stories, the first the best."""
    return [
        an_item(
            f"Acme buys the {NOUNS[n % 10]} of {NOUNS[(n * 3 + n // 10) % 10]} number {n}",
            hours=n * 24 + 1,
            text=f"Body {n}.",
        )
        for n in range(count)
    ]
