"""How fast the desk is on a generated database: start, key to painted row, search as you type, memory.

Run as ``python -m benchmarks.tui [--items 100000] [--keep DIR]``; prints one table. With ``--keep`` the database stays
there and is used again.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from aggregator import catalog, config
from aggregator.model import Batch, Evidence, Item, Match, Tag
from aggregator.store.sqlite.store import SqliteStore
from aggregator.tagging.signals import SIGNALS
from benchmarks.store import row, text, vocabulary
from feeds.model import FetchState

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


def main() -> None:
    """Build or find the database, and measure the desk on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        folder = options.keep or Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        row("database", str(build(folder, options.items)))


if __name__ == "__main__":
    main()
