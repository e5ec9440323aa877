"""How long tagging and matching take an item: median and 90th percentile, one core, and start-up.

Run: python benchmarks/tagging.py [ITEMS.jsonl]. Without a file it makes its own items; lines of a file have
``title`` and ``summary``.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from aggregator.model import Prospect
from aggregator.pipeline.prospects import ProspectMatcher
from aggregator.tagging.rules import read_rules
from aggregator.tagging.tagger import Tagger
from aggregator.tagging.wording import read_wording
from feeds.packs.library import shelf_text

SYLLABLES = "ver ra no har bour line tes sa co pper nor land mer vale lum qui ado fen ris kal bro ster win dal".split()
FORMS = ("Inc", "Ltd", "plc", "GmbH", "AB", "Corporation", "Group", "")
TITLES = (
    "{a} to acquire {b} for $240 million", "{a} names new chief financial officer", "{a} opens plant in Tilburg",
    "Operating profit of {a} rose 12% in the third quarter", "{a} wins GBP 40 million contract from {b}",
    "Council weighs bus fares as winter nears", "Five stocks to watch this week", "Supply of salt",
)  # fmt: skip
TEXT = (
    "{a} said on Tuesday that it had agreed with {b} on the matter, which analysts had expected since the spring. "
    "Its chief executive spoke of a long search and thanked the staff of both companies for their work over the year. "
    "The shares were little changed in the afternoon, while the wider market rose."
)


def name(rng: random.Random) -> str:
    """A company name of one to three made-up words."""
    words = ("".join(rng.choices(SYLLABLES, k=rng.randint(2, 3))).title() for _ in range(rng.randint(1, 3)))
    return " ".join((*words, rng.choice(FORMS))).strip()


def items(names: list[str], rng: random.Random, count: int) -> list[tuple[str, str]]:
    """Titles with about 300 characters of text."""
    made = []
    for _ in range(count):
        pair = {"a": rng.choice(names), "b": rng.choice(names)}
        made.append((rng.choice(TITLES).format(**pair), TEXT.format(**pair)[:300]))
    return made


def read(path: Path) -> list[tuple[str, str]]:
    """Items of a JSONL file, texts cut to 300 characters."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [(row["title"], row.get("summary", "")[:300]) for row in rows]


def measure(what: str, act: Callable[[str, str], object], todo: Iterable[tuple[str, str]]) -> None:
    """Print median and 90th percentile of one act in milliseconds."""
    times = []
    for title, text in todo:
        start = time.perf_counter()
        act(title, text)
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    p90 = times[int(len(times) * 0.9)]
    print(f"{what}: median {statistics.median(times):.3f} ms, p90 {p90:.3f} ms, {len(times)} items")


def main() -> None:
    """Measure start-up, tagging and matching."""
    rng = random.Random(7)
    start = time.perf_counter()
    rules = read_rules(shelf_text("core", "rules.toml"), "rules.toml", "core")
    tagger = Tagger(rules)
    cues = sum(len(rule.cues) for rule in rules.rules)
    print(f"rules: {len(rules.rules)}, cues: {cues}, read and compiled in {(time.perf_counter() - start) * 1e3:.0f} ms")
    names = [name(rng) for _ in range(10_000)]
    start = time.perf_counter()
    matcher = ProspectMatcher([Prospect(str(number), each) for number, each in enumerate(names)])
    print(f"prospects: {len(names)}, compiled in {(time.perf_counter() - start) * 1e3:.0f} ms")
    todo = read(Path(sys.argv[1])) if len(sys.argv) > 1 else items(names, rng, 2_000)
    for title, text in todo[:100]:
        tagger.tag(title, text)
        matcher.match(title, text)
    measure("tag by rules alone", tagger.tag, todo)
    start = time.perf_counter()
    wording, _ = read_wording(shelf_text("core", "wording.json"), "wording.json")
    print(f"wording: read in {(time.perf_counter() - start) * 1e3:.0f} ms")
    measure("tag with wording", tagger.with_wording(wording).tag, todo)
    measure("match", matcher.match, todo)


if __name__ == "__main__":
    main()
