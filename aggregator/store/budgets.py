"""What a store promises about quotas of requests: counted for all processes, lasting over restarts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class BudgetStore(Protocol):
    """Requests that were spent of each budget, in a sliding window; see ``feeds.ledger.Ledger``."""

    def spend(self, budget: str, requests: int, seconds: float, now: datetime) -> float:
        """Count one request and return 0, or count nothing and return the seconds until there is room.

        There is room while fewer than ``requests`` were counted within ``seconds``, and the budget is not held.
        """
        ...

    def hold_budget(self, budget: str, until: datetime, now: datetime) -> None:
        """Let nobody spend of it until then; a longer hold stays."""
        ...

    def budget_held(self, budget: str, now: datetime) -> float:
        """Seconds for which it is still held; 0 if it is not."""
        ...
