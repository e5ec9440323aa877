"""What the store does for items that leadline computes from others, and for moments from which something counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import Item


class ComputedStore(Protocol):
    """A part of ``Store``."""

    def add(self, items: Sequence[Item]) -> int:
        """Store items that no poll brought, each under the source that it was computed from; how many were new.

        One whose id is stored is left as it is. Raises StoreError for a source that the store was never told of.
        """
        ...

    def marks(self, prefix: str) -> Mapping[str, datetime]:
        """The remembered moments whose names begin so."""
        ...
