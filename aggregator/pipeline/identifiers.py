"""Prospects by their registered identifiers, in an item's fields and in the tickers that a text gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aggregator.model import Evidence, Prospect

_TICKER = re.compile(
    r"\b(?:NASDAQ|Nasdaq|NYSE|NYSE American|LSE|AIM|TSX|TSXV|OTC|OTCQB|OTCQX|ASX|CSE|NSE|BSE|HKEX|SGX|FWB|Euronext)"
    r"\s?:\s?([A-Z][A-Z0-9.]{0,5})\b"
)
MAX_VALUES = 300
"""Values of an item's fields that are looked at."""


class Identifiers:
    """Finds prospects by identifiers."""

    def __init__(self, prospects: Sequence[Prospect]) -> None:
        self._known: dict[tuple[str, str], list[int]] = {}
        for number, prospect in enumerate(prospects):
            for key, value in prospect.identifiers.items():
                if plain(value):
                    self._known.setdefault((key.lower(), plain(value)), []).append(number)
        self._keys = tuple(sorted({key for key, _ in self._known}))

    def in_fields(self, fields: Mapping[str, Any]) -> Iterator[tuple[int, Evidence]]:
        """Number of each prospect that a field identifies, and the field."""
        for name, value in _values(fields) if self._keys else ():
            for key in self._keys:
                if name == key or name.endswith(f"_{key}") or name == f"{key}s":
                    for number in self._known.get((key, plain(value)), ()):
                        yield number, Evidence("field", value, field=name)

    def in_text(self, text: str, where: str) -> Iterator[tuple[int, Evidence]]:
        """Prospects whose ticker stands in the text with its exchange, like ``(NASDAQ: ACME)``."""
        if "ticker" not in self._keys or ":" not in text:
            return
        for found in _TICKER.finditer(text):
            for number in self._known.get(("ticker", plain(found[1])), ()):
                yield number, Evidence(where, found[0], found.start(), found.end())


def plain(value: object) -> str:
    """An identifier for comparison: capitals, without spaces, hyphens and leading zeros."""
    return re.sub(r"[\s-]", "", str(value)).upper().lstrip("0")


def _values(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every text and number in the fields with the name of its nearest field, to a depth of three."""
    found: list[tuple[str, str]] = []

    def walk(name: str, value: Any, depth: int) -> None:
        if len(found) >= MAX_VALUES or depth > 3:
            return
        if isinstance(value, Mapping):
            for key, each in value.items():
                walk(str(key).lower(), each, depth + 1)
        elif isinstance(value, (list, tuple)):
            for each in value:
                walk(name, each, depth + 1)
        elif isinstance(value, (str, int)):
            found.append((name, str(value)[:500]))

    walk("", fields, 0)
    return found
