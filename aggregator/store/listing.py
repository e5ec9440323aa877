"""What a screen asks of the store besides pages of items: ids for bulk actions, counts, and whether there is news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from aggregator.model import Query


class Listing(Protocol):
    """Counts and ids over all items, without loading any."""

    def ids(self, query: Query, limit: int = 0) -> list[str]:
        """Ids of everything that a query asks for, in the order of its pages; ``limit`` 0 gives all."""
        ...

    def unread(self, rep: str, now: datetime, most: int) -> Mapping[str, int]:
        """Prospect → news about it that the rep has not decided on; counts no further than ``most`` for each."""
        ...

    def per_day(self, since: datetime) -> Mapping[tuple[str, int], int]:
        """(Prospect, days after ``since``) → items listed in that day."""
        ...

    def newest(self) -> int:
        """A number that grows whenever items are added; costs nothing to ask."""
        ...
