"""Counts requests against quotas: what a ledger promises, and one in memory."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Protocol


class Ledger(Protocol):
    """Counts what was spent, for all processes that share it. Any thread may call."""

    def spend(self, budget: str, requests: int, seconds: float, now: datetime) -> float:
        """Count one request and return 0, or count nothing and return the seconds until there is room."""
        ...

    def hold_budget(self, budget: str, until: datetime, now: datetime) -> None:
        """Let nobody spend of it until then."""
        ...

    def budget_held(self, budget: str, now: datetime) -> float:
        """Seconds for which it is still held; 0 if it is not."""
        ...


class MemoryLedger:
    """A ledger that ends with the process."""

    def __init__(self) -> None:
        self._spent: dict[str, list[datetime]] = {}
        self._held: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def spend(self, budget: str, requests: int, seconds: float, now: datetime) -> float:
        """See ``Ledger.spend``."""
        with self._lock:
            if (held := self._until(budget, now)) > 0:
                return held
            times = [at for at in self._spent.get(budget, []) if now - timedelta(seconds=seconds) < at <= now]
            wait = 0.0
            if len(times) >= requests:
                wait = (times[-requests] - now).total_seconds() + seconds
            else:
                times.append(now)
            self._spent[budget] = times
            return wait

    def hold_budget(self, budget: str, until: datetime, now: datetime) -> None:  # noqa: ARG002
        """See ``Ledger.hold_budget``."""
        with self._lock:
            self._held[budget] = max(until, self._held.get(budget, until))

    def budget_held(self, budget: str, now: datetime) -> float:
        """See ``Ledger.budget_held``."""
        with self._lock:
            return self._until(budget, now)

    def _until(self, budget: str, now: datetime) -> float:
        return max(0.0, (self._held[budget] - now).total_seconds()) if budget in self._held else 0.0
