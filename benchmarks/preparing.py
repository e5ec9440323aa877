"""What preparing an item costs, step by step: CPU milliseconds an item, median of several runs.

Run as ``python benchmarks/preparing.py [--feeds 60] [--farm PROGRAM] [--runs 7]``. The items are a feed farm's:
``benchmarks/farm.py``, or another program that takes the same options.
"""

from __future__ import annotations

import argparse
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from polling import HERE, farm

from aggregator.catalog import Recipe, core_rules, core_wording
from aggregator.model import Prospect
from aggregator.pipeline.normalize import content_hash, keys, text_of, title_of
from aggregator.tagging.facts import find_facts
from feeds.model import Source
from feeds.parsing import parse

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
NAMES = [
    f"{first} {second}"
    for first in ("Northwind", "Tessaline", "Verrano", "Copperfield", "Harbourline")
    for second in ("Systems", "Holdings", "Energy", "Labs")
]


def documents(program: Path, feeds: int, port: int) -> list[tuple[str, str, bytes]]:
    """Address, media type and body of every feed of a farm."""
    found = []
    with farm(program, feeds, 1, port) as running:
        for url in running.urls:
            with urllib.request.urlopen(url) as answer:
                found.append((url, answer.headers["Content-Type"], _decoded(answer.read())))
    return found


def _decoded(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    import gzip

    return gzip.decompress(body)


def cost(act: Callable[[], object], runs: int, per: int) -> float:
    """CPU milliseconds of one of ``per``: the median of several runs."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        act()
        spent.append(time.process_time() - start)
    return 1000 * median(spent) / per


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=60, help="feeds whose items are prepared")
    parser.add_argument("--farm", type=Path, default=HERE / "farm.py", help="the program that serves the feeds")
    parser.add_argument("--runs", type=int, default=7, help="runs of which the median is shown")
    parser.add_argument("--port", type=int, default=8870)
    options = parser.parse_args()
    feeds = documents(options.farm, options.feeds, options.port)
    prospects = tuple(Prospect(str(n), name) for n, name in enumerate(NAMES))
    preparer = Recipe(core_rules(), prospects, core_wording()).build()
    source = Source("s", "https://example.com/feed")
    pages = [parse(body, url, kind) for url, kind, body in feeds]
    entries = [entry for page in pages for entry in page.entries]
    items = [(entry, title_of(entry), text_of(entry)) for entry in entries]
    meant = [(t, x) for _, t, x in items if preparer.tagger.tag(t, x) or preparer.matcher.match(t, x)]
    characters = sum(len(text) for _, _, text in items) / len(items)
    print(
        f"{len(feeds)} feeds, {len(items)} items of {characters:.0f} characters, "
        f"{len(meant) / len(items):.0%} tagged or matched"
    )
    steps: list[tuple[str, Callable[[], object]]] = [
        ("HTML to text", lambda: [text_of(entry) and 0 for entry in entries]),
        ("keys", lambda: [keys(e, t, x, trust_id=True, trust_link=True) and 0 for e, t, x in items]),
        ("hash", lambda: [content_hash(t, x, e.link) and 0 for e, t, x in items]),
        ("match", lambda: [preparer.matcher.match(t, x) and 0 for _, t, x in items]),
        ("tag", lambda: [preparer.tagger.tag(t, x) and 0 for _, t, x in items]),
        ("facts", lambda: [find_facts(t, x, dated=NOW.date()) and 0 for t, x in meant]),
        ("all of it", lambda: [preparer.prepare_page(p, source, NOW, first=True, new_within=1e6) and 0 for p in pages]),
    ]
    for name, act in steps:
        print(f"{name:14} {cost(act, options.runs, len(items)):.3f} ms an item")
    parsing = cost(lambda: [parse(body, url, kind) and 0 for url, kind, body in feeds], options.runs, len(feeds))
    print(f"{'parsing':14} {parsing:.3f} ms a feed")


if __name__ == "__main__":
    main()
