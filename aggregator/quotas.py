"""Sources against their publishers' quotas: which would be exceeded, with the arithmetic. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.source_tables import about
from feeds.model import Budget, Source
from feeds.politeness import DAY, allowance


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A quota that its sources would exceed."""

    budget: Budget
    sources: tuple[str, ...]
    wanted: float
    """Requests in the quota's own span that the sources need at least: one a poll."""
    every: float
    """Seconds between polls of each with which the quota would do."""

    def __str__(self) -> str:
        """The arithmetic, and what to do, in a sentence or two."""
        count = len(self.sources)
        words = f"{count} sources need" if count > 1 else f"{self.sources[0]} needs"
        return (
            f"{self.budget.name} allows {allowance(self.budget)}; {words} at least {self.wanted:,.0f} at the "
            f'intervals set: they will be held and take turns. every = "{_duration(self.every)}" for each would do.'
        )


def shortfalls(sources: Iterable[Source], usual: float) -> tuple[Shortfall, ...]:
    """Quotas that sources exceed; ``usual`` is the longest interval of a source that names none."""
    sharing: defaultdict[tuple[Budget, str], list[Source]] = defaultdict(list)
    for source in sources:
        for budget in about(source.kind).budgets:
            sharing[budget, source.auth].append(source)
    found = []
    for (budget, _), those in sharing.items():
        wanted = sum(budget.seconds / (source.every or usual) for source in those)
        if wanted > budget.requests:
            least = budget.seconds * len(those) / budget.requests
            found.append(Shortfall(budget, tuple(source.id for source in those), wanted, least))
    return tuple(found)


def _duration(seconds: float) -> str:
    """Rounded up to what a config may say."""
    for unit, size in (("d", DAY), ("h", 3600.0), ("m", 60.0)):
        if seconds >= size:
            return f"{-(-seconds // size):.0f}{unit}"
    return f"{-(-seconds // 1):.0f}s"
