"""How fast the SQLite store is: rows a second, and the latency of what polls and screens ask.

Run as ``python benchmarks/store.py [--items 100000] [--sources 20000]``; prints one table.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aggregator.model import Batch, Evidence, Item, Match, Query, Tag
from aggregator.store.sqlite.store import SqliteStore
from feeds.model import FetchState, Source

START = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = ("strategy", "tenders", "people", "finance", "products", "purchasing_history")
EVIDENCE = Evidence("title", "opens a plant", 5, 18)
PER_BATCH = 30
BATCHES = 10


def vocabulary(rng: random.Random) -> list[str]:
    """Made-up words, the first ones far more frequent than the last when picked by ``text``."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(rng.choices(letters, k=rng.randint(4, 9))) for _ in range(30_000)]


def text(rng: random.Random, words: list[str], count: int) -> str:
    """A text of so many words, with the frequencies of a natural language."""
    return " ".join(words[int(len(words) ** rng.random()) - 1] for _ in range(count))


def items(count: int, sources: int) -> Iterator[Item]:
    """Items of about 700 bytes with one or two tags each, one in three of a prospect."""
    rng = random.Random(7)
    words = vocabulary(rng)
    for n in range(count):
        types = rng.sample(TYPES, rng.choice((1, 1, 2)))
        prospects = [f"p{int(2000 * rng.random() ** 3)}"] if n % 3 == 0 else []
        yield Item(
            id=f"{rng.getrandbits(64):016x}",
            source=f"s{(n // PER_BATCH) % sources}",
            title=text(rng, words, 9),
            link=f"https://news.test/{n}",
            text=text(rng, words, 90),
            key=f"{rng.getrandbits(64):016x}",
            twin_key=f"{rng.getrandbits(64):016x}",
            content_hash=f"{rng.getrandbits(64):016x}",
            seen_at=START + timedelta(seconds=n // (PER_BATCH * BATCHES)),
            published=START + timedelta(seconds=n // (PER_BATCH * BATCHES) - rng.randint(0, 90_000)),
            tags=tuple(Tag(t, f"{t}.{rng.randint(1, 9)}", EVIDENCE, "rule", "pack", 0.8) for t in types),
            matches=tuple(Match(p, "name", EVIDENCE, 0.9, True) for p in prospects),
            rules_version="0123456789abcdef",
        )


def batched(source: Iterator[Item]) -> Iterator[list[Batch]]:
    """Items as polls bring them: ten batches of thirty a transaction."""
    state = FetchState(etag='"0123456789"', status="ok", body_hash="0" * 16, next_at=START, next_why="its rhythm")
    while chunk := list(islice(source, PER_BATCH * BATCHES)):
        parts = (tuple(chunk[i : i + PER_BATCH]) for i in range(0, len(chunk), PER_BATCH))
        yield [Batch(part[0].source, "w", state, part) for part in parts]


def milliseconds(work: Callable[[], Any], turns: int = 15) -> str:
    """Median and worst of several turns."""
    times = []
    for _ in range(turns):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return f"{statistics.median(times):9.2f} ms  (worst {max(times):.2f})"


def row(name: str, value: str) -> None:
    """One line of the table."""
    print(f"{name:<58} {value}", flush=True)


def fill(store: SqliteStore, count: int, sources: int) -> list[Item]:
    """Store everything, timing only the store; returns a few items that are stored."""
    spent, cpu, sample = 0.0, 0.0, []
    for batches in batched(items(count, sources)):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        store.apply(batches, START)
        spent += time.perf_counter() - begun
        cpu += time.process_time() - begun_cpu
        sample = [item for batch in batches for item in batch.new]
    row(f"apply: {count:,} items with tags and matches, 300 at once", f"{count / spent:9,.0f} a second")
    row("  the same by CPU time", f"{count / cpu:9,.0f} a second")
    return sample


def index(store: SqliteStore, count: int) -> None:
    """Fill the full-text file."""
    begun = time.perf_counter()
    while store.index(5000):
        pass
    row("index: full text, 5,000 at once", f"{count / (time.perf_counter() - begun):9,.0f} a second")


def polls(store: SqliteStore, sample: list[Item], specs: list[Source]) -> None:
    """What every poll asks."""
    part = [item for item in sample if item.source == sample[-1].source]
    keys = [key for item in part for key in (item.key, item.twin_key)]
    strange = [f"{n:016x}" for n in range(60)]
    row(f"known: {len(keys)} keys, all stored", milliseconds(lambda: store.known(part[0].source, keys), 101))
    row("known: 60 keys, none stored", milliseconds(lambda: store.known(part[0].source, strange), 101))
    row("apply: 30 items all known already", milliseconds(lambda: apply_again(store, part)))
    row(f"claim_due: 100 of {len(specs):,}", milliseconds(lambda: claim(store)))
    store.release("bench")
    row("next_due", milliseconds(store.next_due))
    row(
        f"sync_sources: {len(specs):,}, none changed",
        milliseconds(lambda: store.sync_sources(specs, START), 5),
    )
    half = [replace(spec, name="new") if n % 2 else spec for n, spec in enumerate(specs)]
    row(
        f"sync_sources: {len(specs):,}, half changed",
        milliseconds(lambda: store.sync_sources(half, START), 1),
    )
    row(f"source_statuses: {len(specs):,}", milliseconds(store.source_statuses, 5))


def apply_again(store: SqliteStore, part: list[Item]) -> None:
    """A poll that brought nothing new."""
    store.apply([Batch(part[0].source, "w", FetchState(status="ok"), tuple(part))], START)


def claim(store: SqliteStore) -> None:
    """Claim a hundred sources."""
    claims = store.claim_due(START + timedelta(days=1), worker="bench", limit=100, lease=60)
    assert len(claims) == 100


def pages(store: SqliteStore, sample: list[Item], count: int) -> None:
    """What a screen asks: pages of fifty."""
    ids = [item.id for item in store.items(Query(limit=2000)).items]
    store.triage("jo", ids[::2], "dismissed", START)
    store.triage("jo", ids[1:40:2], "kept", START)
    words = sample[-1].title.split()
    common = vocabulary(random.Random(7))[:3]
    middle = START + timedelta(seconds=count // 600)
    queries = {
        "newest": Query(),
        "a rep's new matched items": Query(rep="jo", states=("new",), matched=True, now=START),
        "a rep's kept items": Query(rep="jo", states=("kept",)),
        "a prospect with many items": Query(prospects=("p0",)),
        "a prospect with few items": Query(prospects=("p1900",)),
        "no such prospect": Query(prospects=("nobody",)),
        "one content type": Query(types=("tenders",)),
        "one signal of a prospect": Query(types=("tenders.3",), prospects=("p0",)),
        "one source": Query(sources=("s7",)),
        "not one, not matched": Query(not_types=TYPES[:3], matched=False),
        "published within a day": Query(dated_from=middle, dated_to=middle + timedelta(seconds=60)),
        "a rare word": Query(words=max(words, key=len)),
        "the most frequent word": Query(words=common[0]),
        "three frequent words": Query(words=" ".join(common)),
        "a frequent word, not another": Query(words=f"{common[1]} -{common[2]}"),
        "a frequent word of a prospect": Query(words=common[0], prospects=("p0",)),
        "the beginning of a word": Query(words=f"{common[0][:3]}*"),
    }
    for name, query in queries.items():
        found = len(store.items(query).items)
        row(f"items: {name} ({found} shown)", milliseconds(partial(store.items, query)))
    deep = Query(after=store.items(Query(seen_from=middle, limit=1)).next or "")
    row("items: the second page", milliseconds(lambda: store.items(deep)))
    row("item: by 8 characters of its id", milliseconds(lambda: store.item(sample[0].id[:8]), 101))
    row("stale: nothing", milliseconds(lambda: store.stale("0123456789abcdef", 500)))
    row("stale and retag: 500", milliseconds(lambda: retag(store)))


def retag(store: SqliteStore) -> None:
    """One round of tagging anew."""
    store.retag([replace(item, rules_version="new") for item in store.stale("new", 500)])


def main() -> None:
    """Fill a store and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--sources", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        store = SqliteStore(Path(directory) / "bench.db")
        specs = [Source(f"s{n}", f"https://s{n}.test/feed", name=f"Source {n}") for n in range(options.sources)]
        begun = time.perf_counter()
        store.sync_sources(specs, START)
        row(f"sync_sources: {options.sources:,} new", f"{(time.perf_counter() - begun) * 1000:9.2f} ms")
        sample = fill(store, options.items, options.sources)
        index(store, options.items)
        polls(store, sample, specs)
        pages(store, sample, options.items)
        for file in sorted(Path(directory).iterdir()):
            row(f"size: {file.name}", f"{file.stat().st_size / options.items:9,.0f} bytes an item")
        store.close()


if __name__ == "__main__":
    main()
