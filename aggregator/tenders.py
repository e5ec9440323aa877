"""Procurements as threads, read from the store: of some prospects, or the one that an item belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from aggregator.model import TRIAGE_STATES, Item, Query, Version
from aggregator.pipeline.numbering import thread_keys
from aggregator.pipeline.procurements import Thread, threads

MOST = 20_000
"""Items that are looked through at most, the latest first."""
AROUND = 5_000
"""Items that are looked through for the thread of one."""
SPAN = timedelta(days=3 * 366)
"""How far apart a procurement's first and last notice may lie."""
_TYPES = ("purchasing_plans", "purchasing_history")


class Tenders:
    """``items`` gives the items of a query as the rep corrected them; ``versions`` an item's former texts."""

    def __init__(
        self, items: Callable[[Query, int], Iterator[Item]], versions: Callable[[str], Sequence[Version]], rep: str
    ) -> None:
        self._items, self._versions, self._rep = items, versions, rep

    def threads(self, prospects: Collection[str] = ()) -> list[Thread]:
        """All procurements, or those that concern any of these prospects, the one with the latest notice first."""
        return self._threads(self._items(self._query(tuple(prospects)), MOST), alone=True)

    def of(self, items: Iterable[Item]) -> dict[str, Thread]:
        """The procurement that each of these items belongs to, by the item's id; those of none are missing."""
        numbered = [item for item in items if thread_keys(item)]
        if not numbered:
            return {}
        prospects = {match.prospect for item in numbered for match in item.matches}
        known = {
            item.id: item
            for asked in ([tuple(prospects)] if prospects else []) + ([()] if self._some_unmatched(numbered) else [])
            for item in self._items(self._query(asked, numbered), AROUND)
        }
        known |= {item.id: item for item in numbered}
        return {item.id: thread for thread in self._threads(known.values()) for item in thread.items}

    def _some_unmatched(self, items: Iterable[Item]) -> bool:
        return any(not item.matches for item in items)

    def _query(self, prospects: tuple[str, ...], around: Sequence[Item] = ()) -> Query:
        days = [item.dated for item in around]
        return Query(
            types=_TYPES, prospects=prospects, rep=self._rep, states=TRIAGE_STATES,
            dated_from=min(days) - SPAN if days else None, dated_to=max(days) + SPAN if days else None,
        )  # fmt: skip

    def _threads(self, items: Iterable[Item], *, alone: bool = False) -> list[Thread]:
        held = list(items)
        versions = {item.id: self._versions(item.id) for item in held if item.versions and (alone or thread_keys(item))}
        return threads(held, versions, alone=alone)
