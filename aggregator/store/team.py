"""What of the Store protocol a team needs: deeds, what holds after them, notes on prospects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import Deed, Note, Standing


class TeamStore(Protocol):
    """Keeps what reps do beside triage, as a ledger that only grows and as what holds after it."""

    def record(self, deeds: Sequence[Deed]) -> list[Deed]:
        """Enter deeds in the ledger; one for each that, recorded in turn, puts back what held before.

        A deed that changes nothing is not entered. The first who did something is remembered for good.
        """
        ...

    def standing(self, kind: str, subjects: Collection[str] | None = None, *, rep: str = "") -> Mapping[str, Standing]:
        """What holds of these subjects, or of all: subject → Standing. Of a personal kind, for ``rep``.

        What was taken back is left out.
        """
        ...

    def deeds(
        self, kinds: Collection[str] = (), *, subjects: Collection[str] | None = None, since: datetime | None = None
    ) -> list[Deed]:
        """The ledger, or what of it is of these kinds and subjects, oldest first."""
        ...

    def prospect_notes(self, prospect: str, rep: str) -> list[Note]:
        """What this rep may read on a prospect and on its items, oldest first."""
        ...
