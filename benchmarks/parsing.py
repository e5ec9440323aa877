"""How fast feeds are parsed: fast path, slow path, all; and feedparser alone for comparison.

    python benchmarks/parsing.py [--corpus DIR] [--repeat N] [--no-feedparser]

``--corpus`` takes any directory of feed files, read recursively; without it, feeds are generated. Each path's
line counts the documents that took it. Times are wall-clock seconds of one process on one core.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from feeds import parsing
from feeds.errors import ReadError
from feeds.parsing import slow

MAX_FILE = 20_000_000


class Timed(NamedTuple):
    """One document: which path it took, its size in bytes, seconds, entries."""

    path: str
    size: int
    seconds: float
    entries: int


def generated() -> Iterator[bytes]:
    """Feeds of three sizes; one in twenty is broken, as one finds them."""
    paragraph = "<p>The council invites tenders for the <b>network</b> &amp; its <a href='/x'>operation</a>.</p>"
    text = paragraph.replace("&", "&amp;").replace("<", "&lt;")
    for number in range(200):
        items = "".join(
            f"<item><title>Notice {number}-{item}</title><link>https://example.com/{item}</link>"
            f"<guid>urn:{number}:{item}</guid><pubDate>Mon, 02 Mar 2026 09:30:00 GMT</pubDate>"
            f"<description>{text * 5}</description></item>"
            for item in range((5, 40, 200)[number % 3])
        )
        ending = "" if number % 20 else "<b></channel>"
        yield f"<rss version='2.0'><channel><title>Feed</title>{items}{ending}</channel></rss>".encode()


def files(folder: Path) -> Iterator[bytes]:
    """Every file below a folder that is not huge."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size <= MAX_FILE:
            yield path.read_bytes()


def path_of(data: bytes) -> str:
    """Which path a document takes."""
    taken = "fast"
    slow = parsing._slow

    def noted(text: str, url: str, problems: list[str]) -> object:
        nonlocal taken
        taken = "slow"
        return slow(text, url, problems)

    parsing._slow = noted  # type: ignore[assignment]
    try:
        parsing.parse(data, "https://example.com/feed")
    except ReadError:
        taken = "refused" if taken == "fast" else taken
    finally:
        parsing._slow = slow
    return taken


def ours(documents: list[bytes], repeat: int) -> list[Timed]:
    """Each document's best time."""
    return [min((_once(data) for _ in range(repeat)), key=lambda timed: timed.seconds) for data in documents]


def _once(data: bytes) -> Timed:
    start, entries = time.perf_counter(), 0
    with contextlib.suppress(ReadError):
        entries = len(parsing.parse(data, "https://example.com/feed").entries)
    return Timed("", len(data), time.perf_counter() - start, entries)


def theirs(documents: list[bytes]) -> list[Timed]:
    """The same by feedparser with its defaults."""
    import feedparser

    timed = []
    for data in documents:
        start = time.perf_counter()
        try:
            entries = len(feedparser.parse(io.BytesIO(data)).entries)
        except Exception:
            entries = 0
        timed.append(Timed("feedparser", len(data), time.perf_counter() - start, entries))
    return timed


def line(name: str, timed: list[Timed]) -> str:
    """One row of the report."""
    seconds = sum(each.seconds for each in timed) or 1e-9
    size = sum(each.size for each in timed) / 1e6
    entries = sum(each.entries for each in timed)
    return (
        f"{name:12} {len(timed):6} documents {size:8.1f} MB {entries:8} entries {seconds:8.2f} s"
        f" {len(timed) / seconds:8.0f} feeds/s {size / seconds:8.1f} MB/s"
    )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpus", type=Path, help="directory of feed files")
    arguments.add_argument("--repeat", type=int, default=3, help="best of so many runs")
    arguments.add_argument("--no-feedparser", action="store_true", help="leave the comparison out")
    chosen = arguments.parse_args()
    documents = list(files(chosen.corpus) if chosen.corpus else generated())
    slow.warm()
    paths = [path_of(data) for data in documents]
    timed = [each._replace(path=path) for each, path in zip(ours(documents, chosen.repeat), paths, strict=True)]
    for name in ("fast", "slow", "refused"):
        print(line(name, [each for each in timed if each.path == name]))
    print(line("all", timed))
    if not chosen.no_feedparser:
        compared = theirs(documents)
        print(line("feedparser", compared))
        faster = sum(each.seconds for each in compared) / sum(each.seconds for each in timed)
        print(f"{faster:.1f} times as fast as feedparser with its defaults")


if __name__ == "__main__":
    main()
