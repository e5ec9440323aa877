"""How fast the desk is on a generated database: start, key to painted row, search as you type, memory.

Run as ``python -m benchmarks.tui [--items 100000] [--keep DIR]``; prints one table. With ``--keep`` the database stays
there and is used again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from aggregator import catalog, config
from aggregator.core import Aggregator
from aggregator.model import Batch, Evidence, Item, Match, Tag
from aggregator.store.sqlite.store import SqliteStore
from aggregator.tagging.signals import SIGNALS
from benchmarks.store import row, text, vocabulary
from feeds.model import FetchState
from tui.app import Desk
from tui.screens.search import SearchScreen
from tui.screens.stories import StoriesScreen
from tui.widgets.lines import Lines

PROSPECTS, SOURCES, DAYS = 60, 400, 400
STAGES = ("prospecting", "qualifying", "pricing", "proposing", "negotiating", "closing", "delivering", "servicing")
PER_BATCH = 600


def config_text() -> str:
    """Sixty prospects at every stage, and four hundred sources."""
    parts = ['database = "leadline.db"\n']
    parts += [
        f'[[prospects]]\nid = "p{n}"\nname = "Prospect {n} Group"\nstage = "{STAGES[n % 8]}"\n'
        for n in range(PROSPECTS)
    ]
    parts += [
        f'[[sources]]\nid = "s{n}"\nname = "Source {n}"\nurl = "https://s{n}.test/feed"\n' for n in range(SOURCES)
    ]
    return "\n".join(parts)


def items(count: int, version: str, now: datetime) -> Iterator[Item]:
    """Items of about 700 bytes over 400 days, the oldest first, one in three of a prospect."""
    rng = random.Random(11)
    words = vocabulary(rng)
    signals = [signal for signal in SIGNALS if signal.type]
    for n in range(count):
        seen = now - timedelta(days=DAYS) * (1 - n / count) - timedelta(minutes=5)
        tags = []
        for signal in rng.sample(signals, rng.choice((1, 1, 2))):
            tags.append(Tag(signal.type, signal.id, Evidence("body", "", 0, 0), "rule", "core", 0.9))
        matches = [Match(f"p{int(PROSPECTS * rng.random() ** 2)}", "name", Evidence("title", "", 0, 0), 0.9, True)]
        yield Item(
            id=f"{rng.getrandbits(64):016x}",
            source=f"s{(n // 30) % SOURCES}",
            title=text(rng, words, 9).capitalize(),
            link=f"https://news.test/{n}",
            text=text(rng, words, 90),
            key=f"{rng.getrandbits(64):016x}",
            twin_key=f"{rng.getrandbits(64):016x}",
            content_hash=f"{rng.getrandbits(64):016x}",
            seen_at=seen,
            published=seen - timedelta(minutes=rng.randint(1, 600)),
            tags=tuple(tags),
            matches=tuple(matches) if n % 3 == 0 else (),
            rules_version=version,
        )


def build(folder: Path, count: int) -> Path:
    """A config with a database of so many items in a folder; the config's path."""
    path = folder / "leadline.toml"
    if path.exists():
        return path
    text_ = config_text()
    read = config.parse(text_, path=path)
    version = catalog.load(read).recipe.version
    store, now = SqliteStore(read.database), datetime.now(UTC)
    store.sync_sources(read.sources, now)
    source = items(count, version, now)
    state = FetchState(status="ok", checked_at=now, answered_at=now, next_at=now + timedelta(days=9), next_why="rhythm")
    while chunk := list(islice(source, PER_BATCH)):
        by_source: dict[str, list[Item]] = {}
        for item in chunk:
            by_source.setdefault(item.source, []).append(item)
        store.apply([Batch(name, "w", state, tuple(those)) for name, those in by_source.items()], now)
    while store.index(5000):
        pass
    store.close()
    path.write_text(text_, encoding="utf-8")
    return path


def painted(screen: Screen[Any]) -> None:
    """Draw what is in sight now, as a terminal would get it."""
    screen._compositor.render_strips()


async def until(done: Callable[[], bool], seconds: float = 30.0) -> float:
    """Wait for something to be true; how long it took in milliseconds."""
    begun = time.perf_counter()
    while not done():
        await asyncio.sleep(0.001)
        if time.perf_counter() - begun > seconds:
            raise TimeoutError("not shown in time")
    return (time.perf_counter() - begun) * 1000


async def keys(pilot: Pilot[None], app: Desk, key: str, count: int) -> list[tuple[float, float]]:
    """Milliseconds from a key to its row painted, for so many keys."""
    lines = app.screen.query_one("#stories", Lines)
    times: list[tuple[float, float]] = []
    for _ in range(count):
        before = lines.cursor, len(lines.rows)
        begun, begun_cpu = time.perf_counter(), time.process_time()
        app.post_message(events.Key(key, key if len(key) == 1 else None))
        while (lines.cursor, len(lines.rows)) == before and time.perf_counter() - begun < 2:  # noqa: ASYNC110 - timing
            await asyncio.sleep(0)
        if (lines.cursor, len(lines.rows)) == before:
            break  # the end of what is loaded
        painted(app.screen)
        times.append(((time.perf_counter() - begun) * 1000, (time.process_time() - begun_cpu) * 1000))
        await pilot.pause(0.005)
    return times


async def typing(pilot: Pilot[None], app: Desk, words: list[str]) -> list[tuple[float, float]]:
    """Milliseconds from the last letter of a word to its list on screen, the wait for more letters included."""
    screen = app.screen
    assert isinstance(screen, StoriesScreen)
    times: list[tuple[float, float]] = []
    for word in words:
        loaded = screen.loaded_at
        begun, begun_cpu = time.perf_counter(), time.process_time()
        screen.query_one("#filter", Input).value = word
        await until(lambda loaded=loaded: screen.loaded_at != loaded)  # type: ignore[misc]  # a lambda
        painted(screen)
        times.append(((time.perf_counter() - begun) * 1000, (time.process_time() - begun_cpu) * 1000))
        await pilot.pause(0.05)
    return times


async def measure(path: Path, begun: float) -> None:
    """Everything, in one session at 200 × 60."""
    aggregator = Aggregator.open(config.read(path))
    app = Desk(aggregator, watch=0)
    async with app.run_test(size=(200, 60)) as pilot:
        await until(lambda: bool(app.screen.query("#stories")))
        lines = app.screen.query_one("#stories", Lines)
        await until(lambda: bool(lines.rows))
        painted(app.screen)
        told(
            "start to first list, interpreter and imports included",
            [((time.time() - begun) * 1000, time.process_time() * 1000)],
        )
        await pilot.pause(1.0)
        told("key to painted row: down", await keys(pilot, app, "j", 200))
        told("key to painted row: up", await keys(pilot, app, "k", 100))
        told("key to painted row: page down", await keys(pilot, app, "pagedown", 40))
        told("key to painted row: keep", await keys(pilot, app, "s", 40))
        told("key to painted row: dismiss", await keys(pilot, app, "d", 40))
        await pilot.press("g", "slash")
        await until(lambda: isinstance(app.screen, SearchScreen) and app.screen.loaded_at is not None)
        words = vocabulary(random.Random(11))
        whole = [words[n] for n in (0, 3, 40, 900, 20_000)]
        begun_ = [f"{word[:length]}*" for word in whole[:3] for length in (2, 3)]
        told("search as you type: a word", await typing(pilot, app, [*whole, f"{words[1]} {words[2]}"]))
        told("search as you type: two or three letters and a star", await typing(pilot, app, begun_))
        await pilot.press("g", "t")
        await pilot.pause(0.5)
        for _ in range(60):
            await pilot.press("pagedown")
            await pilot.pause(0.02)
    aggregator.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("memory at its peak", f"{peak:9.0f} MB")


def told(name: str, times: list[tuple[float, float]]) -> None:
    """A line of the table: median and worst by the clock, and the median of processor time."""
    if not times:
        row(name, "not measured: the list did not move")
        return
    wall, cpu = zip(*times, strict=True)
    row(
        name,
        f"{statistics.median(wall):9.1f} ms  (worst {max(wall):.1f}; {statistics.median(cpu):.1f} ms of processor)",
    )


def main() -> None:
    """Build or find the database, and measure the desk on it in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--since", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        asyncio.run(measure(options.measure, options.since))
        return
    with tempfile.TemporaryDirectory() as directory:
        folder = options.keep or Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        path = build(folder, options.items)
        row("items", f"{options.items:9,}")
        again = [sys.executable, "-m", "benchmarks.tui", "--measure", str(path)]
        subprocess.run([*again, "--since", str(time.time())], check=True)


if __name__ == "__main__":
    main()
