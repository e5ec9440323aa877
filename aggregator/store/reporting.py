"""What of the Store protocol a manager's report needs: counts over all reps, made by the database itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from aggregator.model import Tally


class ReportingStore(Protocol):
    """Counts items and what reps made of them. Whose verdict it was is not told."""

    def tallies(self, facet: str, since: datetime) -> list[Tally]:
        """Items listed since then by ``FACETS`` (``all`` puts them under ``""``), the most numerous first."""
        ...

    def private_notes(self, prospect: str) -> Mapping[str, int]:
        """How many private notes each rep has on a prospect and on its items: rep → number."""
        ...

    def keepers(self, items: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """Who kept, qualified or handed over which of these items: item → reps; what nobody kept is missing."""
        ...
