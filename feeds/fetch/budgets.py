"""Budgets of requests: quick ones are paced here, slow ones counted in a ledger that outlives the process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from feeds.errors import BudgetSpentError, HostHeldError
from feeds.ledger import Ledger, MemoryLedger
from feeds.model import Budget
from feeds.politeness import allowance

QUICK = 0.5
"""Seconds for each request below which a budget is paced by each process alone, at half its rate: two may run."""
PATIENCE = 60.0
"""Seconds that a request waits for its turn; where it would be longer, its source is held."""


class BudgetGate:
    """Lets requests through at the pace that their budgets allow."""

    def __init__(
        self,
        ledger: Ledger | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger or MemoryLedger()
        self._clock = clock
        self._now = now
        self._next: dict[str, float] = {}
        self._held: dict[str, float] = {}
        """Until when (by ``clock``) a quick budget is held, as far as this process knows."""

    async def take(self, budgets: Sequence[Budget], key: str = "") -> None:
        """Wait for room in every budget; BudgetSpentError or HostHeldError where that would take long."""
        for budget in sorted(budgets, key=lambda each: -each.seconds):
            name = self._name(budget, key)
            if budget.seconds / budget.requests < QUICK:
                await self._pace(name, budget)
            else:
                await self._count(name, budget)

    async def hold(self, budgets: Sequence[Budget], seconds: float, key: str = "") -> None:
        """The server wants a pause: nobody spends of these budgets for so long."""
        for budget in budgets:
            name = self._name(budget, key)
            self._held[name] = self._clock() + seconds
            now = self._now()
            await asyncio.to_thread(self._ledger.hold_budget, name, now + timedelta(seconds=seconds), now)

    def _name(self, budget: Budget, key: str) -> str:
        return f"{budget.name}#{key}" if key else budget.name

    async def _pace(self, name: str, budget: Budget) -> None:
        if name not in self._held:  # another process may have been told to wait
            held = await asyncio.to_thread(self._ledger.budget_held, name, self._now())
            self._held.setdefault(name, self._clock() + held if held else 0.0)
        start = self._next.get(name, 0.0)
        now = self._clock()
        if self._held[name] > now:
            raise HostHeldError(f"{budget.name} asked for a pause, which has not ended", self._held[name] - now)
        start = max(now, start)
        self._next[name] = start + 2 * budget.seconds / budget.requests
        if start > now:
            await asyncio.sleep(start - now)

    async def _count(self, name: str, budget: Budget) -> None:
        patience = self._clock() + PATIENCE
        while wait := await asyncio.to_thread(self._ledger.spend, name, budget.requests, budget.seconds, self._now()):
            if self._clock() + wait > patience:
                raise BudgetSpentError(f"the quota of {budget.name} ({allowance(budget)}) is spent", wait)
            await asyncio.sleep(wait)
