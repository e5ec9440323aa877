"""What the store counts, for the health of sources and the list of prospects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class CountStore(Protocol):
    """A part of ``Store``."""

    def brought(self, since: datetime) -> Mapping[str, int]:
        """Source → how many of its items stand in lists since a moment (see ``Item.listed``)."""
        ...

    def concerning(self) -> Mapping[str, int]:
        """Prospect → how many items are surely matched to it, whatever became of them."""
        ...
