"""What every reader hands over: strings as the document has them, not yet made sound."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class RawEntry:
    """One entry's strings. ``stamps`` are epoch seconds that the reader itself made of the two dates."""

    id: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    stamps: tuple[float | None, float | None] = (None, None)
    categories: list[str] = field(default_factory=list)
    enclosures: list[tuple[str, str, str]] = field(default_factory=list)
    """Address, media type, length."""
    language: str = ""
    base: str = ""
    """Address that relative links of this entry are relative to; "" means the document's."""


@dataclass(slots=True)
class RawFeed:
    """One document's strings; ``more`` entries beyond the cap were only counted."""

    title: str = ""
    link: str = ""
    id: str = ""
    subtitle: str = ""
    author: str = ""
    language: str = ""
    updated: str = ""
    stamp: float | None = None
    base: str = ""
    itself: str = ""
    """Where it says that it lives; what relative links are relative to if nothing better is known."""
    ttl: str = ""
    update_period: str = ""
    update_frequency: str = ""
    skip_hours: list[str] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    entries: list[RawEntry] = field(default_factory=list)
    more: int = 0
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values only, to cross a process boundary."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RawFeed:
        """The inverse of ``as_dict``."""
        entries = [
            RawEntry(
                **{
                    **entry,
                    "stamps": tuple(entry["stamps"]),
                    "enclosures": [tuple(each) for each in entry["enclosures"]],
                }
            )
            for entry in values.pop("entries")
        ]
        return cls(**values, entries=entries)
