"""Items, matches and tags made up for tests, a line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aggregator import config
from aggregator.core import Aggregator
from aggregator.model import Batch, Evidence, Item, Match, SourceStatus, Tag
from aggregator.pipeline.normalize import digest
from aggregator.store import open_store
from feeds.model import FetchState, Source

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def a_match(prospect: str = "acme", confidence: float = 0.9, *, about: bool = True, words: str = "Acme") -> Match:
    """A match by name."""
    return Match(prospect, "name", Evidence("title", words, 0, len(words)), confidence, about)


def a_tag(
    type_: str = "strategy", signal: str = "strategy.ma", confidence: float = 0.9, words: str = "acquires"
) -> Tag:
    """A tag with evidence in the title."""
    return Tag(type_, signal, Evidence("title", words, 0, len(words)), "rule", "core", confidence)


def an_item(title: str = "Acme acquires Beta", source: str = "wire", hours: float = 1, **other: Any) -> Item:
    """An item published and seen so many hours before NOW, of Acme and about a deal unless said otherwise."""
    values: dict[str, Any] = {
        "id": digest(source, title, str(other.get("link", ""))),
        "source": source,
        "title": title,
        "link": f"https://{source}.example/{digest(title)}",
        "text": "",
        "key": digest("key", title),
        "twin_key": digest("twin", title),
        "content_hash": digest("hash", title),
        "seen_at": NOW - timedelta(hours=hours),
        "published": NOW - timedelta(hours=hours),
        "matches": (a_match(),),
        "tags": (a_tag(),),
    }
    return Item(**{**values, **other})


def a_source(id_: str = "wire", **other: Any) -> Source:
    """A source with an address."""
    return Source(id_, f"https://{id_}.example/feed", **other)


def a_status(id_: str = "wire", status: str = "ok", hours: float = 0, reason: str = "", **other: Any) -> SourceStatus:
    """A source that was asked so many hours before NOW."""
    then = NOW - timedelta(hours=hours)
    answered = then if status == "ok" else None
    checked = None if status == "new" else then
    state = FetchState(status=status, reason=reason, checked_at=checked, answered_at=answered, changed_at=answered)
    return SourceStatus(a_source(id_, **other), state, items=0)


def fill(config_file: Path, *items: Item) -> Aggregator:
    """Store items in the database of a config as if their sources had just been polled; NOW becomes the present."""
    aggregator = Aggregator.open(config.read(config_file))
    now, shift = aggregator.now(), aggregator.now() - NOW
    store = open_store(aggregator.config.database)
    claims = store.claim_due(now, worker="w", limit=100, lease=60)
    version = aggregator.catalog.recipe.version
    moved = [
        replace(
            item,
            seen_at=item.seen_at + shift,
            published=item.published + shift if item.published else None,
            rules_version=version,
        )
        for item in items
    ]
    state = FetchState(
        status="ok", checked_at=now, answered_at=now, next_at=now + timedelta(hours=1), next_why="its rhythm"
    )
    store.apply(
        [
            Batch(claim.source.id, "w", state, tuple(item for item in moved if item.source == claim.source.id))
            for claim in claims
        ],
        now,
    )
    store.close()
    return aggregator
