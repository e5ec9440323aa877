"""Bars on evaluation data that does not ship with leadline; skipped where it is absent.

The folder is named by ``LEADLINE_EVALUATION``, or lies beside the project as ``shared/evaluation``.
"""

from __future__ import annotations

import gzip
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.catalog import core_tagger
from aggregator.tagging.evaluate import Judged, evaluate
from feeds.errors import ReadError
from feeds.parsing import parse

FOLDER = Path(os.environ.get("LEADLINE_EVALUATION", Path(__file__).parents[3] / "shared" / "evaluation"))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no evaluation data here")


def test_tags_on_labelled_items() -> None:
    """These items were seen while rules were written: the bar is above that for items that were not."""
    tagger = core_tagger()
    rows = [json.loads(line) for line in FOLDER.joinpath("tags/dev.jsonl").read_text(encoding="utf-8").splitlines()]

    report = evaluate(
        Judged(
            frozenset(row["types"]),
            frozenset(tag.type for tag in tagger.tag(row["title"], row["summary"])),
            row["family"],
        )
        for row in rows
    )

    assert report.overall.f1 >= 0.85
    assert {line.name: line.f1 >= 0.75 for line in report.by_family} == dict.fromkeys(["api", "news", "press"], True)
    assert min(line.f1 for line in report.by_type) >= 0.7
    assert report.false_alarms.value <= 0.08


def recorded() -> Iterator[tuple[bytes, int]]:
    """Recorded feeds, and how many entries each has."""
    with gzip.open(FOLDER / "parsing/golden_public.jsonl.gz", "rt", encoding="utf-8") as golden:
        wanted = {row["path"]: row["n"] for row in map(json.loads, golden) if row["n"] is not None}
    with tarfile.open(FOLDER / "parsing/corpus.tar.xz") as corpus:
        kinds: dict[str, str] = {}
        bodies: dict[str, bytes] = {}
        for member in corpus:
            name = member.name.partition("corpus/")[2] or member.name.removeprefix("./")
            file = corpus.extractfile(member) if member.isfile() else None
            if file is not None and name == "MANIFEST.tsv":
                kinds = {row[0]: row[4] for row in (line.split("\t") for line in file.read().decode().splitlines())}
            elif file is not None and name in wanted:
                bodies[name] = file.read()
    for name, body in bodies.items():
        if kinds.get(name) == "recorded":
            yield body, wanted[name]


def test_every_entry_of_recorded_feeds() -> None:
    """No feed raises anything but ReadError, and at most one entry in a thousand is missed."""
    found = expected = feeds = 0
    for body, count in recorded():
        feeds += 1
        expected += count
        try:
            found += min(count, len(parse(body, "https://feed.example/").entries))
        except ReadError:
            continue

    assert feeds > 400
    assert found / expected >= 0.999
