"""Which prospects an item is about, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aggregator.model import Match, Prospect


class ProspectMatcher:
    """Finds prospects in items: by identifiers, by the source's word, by names and aliases in the text."""

    def __init__(self, prospects: Sequence[Prospect]) -> None:
        self.version = ""
        """Short hash of the prospects: stored with items, so that an edit shows which are stale."""

    def match(self, title: str, text: str, *, fields: Mapping[str, Any] = {}, source_prospect: str = "") -> tuple[Match, ...]:  # noqa: B006
        """One match a prospect, the surest evidence kept, surest first; doubtful ones are below ``MATCH_THRESHOLD``."""
        return ()
