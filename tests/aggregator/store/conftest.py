"""Samples for the store's tests: a moment, items, tags and matches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.model import Evidence, Item, Match, Tag

NOW = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)

MakeItem = Callable[..., Item]


def build_item(number: int, source: str = "wire", **other: Any) -> Item:
    """An item that differs from others by its number alone."""
    values: dict[str, Any] = {
        "id": f"{number:04x}{source.encode().hex():0<12.12}",
        "source": source,
        "title": f"Acme opens plant {number}",
        "link": f"https://news.test/{number}",
        "text": f"The firm opens its plant number {number} in Lyon.",
        "key": f"key{number}",
        "twin_key": f"twin{number}",
        "content_hash": f"hash{number}",
        "seen_at": NOW + timedelta(seconds=number),
        "rules_version": "rules1",
    }
    return Item(**{**values, **other})


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests take place."""
    return NOW


@pytest.fixture
def make_item() -> MakeItem:
    """Builds an item from a number, a source id and any other fields."""
    return build_item


@pytest.fixture
def make_tag() -> Callable[..., Tag]:
    """Builds a tag from a type and a signal."""

    def build(type_: str, signal: str = "") -> Tag:
        evidence = Evidence("title", "opens plant", 5, 16)
        return Tag(type_, signal or type_, evidence, "rule-1", "pack-1", 0.75, "planned")

    return build


@pytest.fixture
def make_match() -> Callable[..., Match]:
    """Builds a match from a prospect's id."""

    def build(prospect: str) -> Match:
        return Match(prospect, "name", Evidence("title", "Acme", 0, 4), 0.9, about=True)

    return build
