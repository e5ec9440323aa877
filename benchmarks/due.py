"""What it takes to find what is due among a great many sources, and to claim a batch of it.

Run as ``python benchmarks/due.py [--sources 1000000]``; prints one line a question that a poll asks the store.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from aggregator.store.shared import micros
from aggregator.store.sqlite.rows import spec_row
from aggregator.store.sqlite.store import SqliteStore
from feeds.model import Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BATCH = 200


def fill(store: SqliteStore, count: int) -> None:
    """Store so many sources, of which a tenth is due and the others are within a day."""
    dice = random.Random(7)

    def rows() -> Iterator[tuple[str, str, str, int]]:
        for number in range(count):
            source = Source(f"s{number:07}", f"https://h{number % 9973}.example.org/{number}/feed.xml")
            due = NOW + timedelta(seconds=dice.uniform(-8_640, 77_760))
            yield (source.id, *spec_row(source), micros(due))

    with store._main.writing() as db:
        db.executemany("INSERT INTO sources(id, spec, digest, next_at) VALUES (?,?,?,?)", rows())


def timed(ask: Callable[[], object], times: int) -> list[float]:
    """Milliseconds that each asking took."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def main() -> None:
    """Fill a store, ask it everything that a poll asks, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        store = SqliteStore(Path(place) / "leads.db")
        fill(store, options.sources)
        asked: dict[str, Callable[[], object]] = {
            f"claim {BATCH} of what is due": lambda: store.claim_due(NOW, worker="w", limit=BATCH, lease=300),
            "count what is due": lambda: store.count_due(NOW),
            "when the next is due": store.next_due,
            "who holds claims": store.claimants,
            "count the claimed": lambda: store.claimed(NOW),
            "look for what a clock put off": lambda: store.forget_future(NOW + timedelta(days=8)),
            "give everything back": lambda: store.release("w"),
        }
        print(f"{options.sources} sources, milliseconds{'':15} first   median      most")
        for name, ask in asked.items():
            taken = timed(ask, 20)
            print(f"{name:42} {taken[0]:8.2f} {median(taken):8.2f} {max(taken):8.2f}")


if __name__ == "__main__":
    main()
