"""Keeps the computed items up to date: contracts whose end comes into view, and job boards out of their ordinary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from msgspec.structs import replace

from aggregator.model import Item, Query
from aggregator.pipeline.computed import hiring_surges, recompete
from aggregator.store.base import Store

MARK = "computed"
"""Name of the moment up to which stored items were looked through."""
MOST = 50_000
"""Items of a kind that are looked through at most, the latest first."""
PAGE = 500
WATCHED = timedelta(weeks=26)
"""How far back openings are looked at to know a board's ordinary."""


class Computing:
    """Looks through what is stored of prospects once a day, and through what is new at every round.

    ``mean`` gives an item its matches and tags by the present rules.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], mean: Callable[[Item], Item]) -> None:
        self._store, self._clock, self._mean = store, clock, mean

    def run(self) -> int:
        """Store what follows now from what is stored; how many computed items are new."""
        now, last = self._clock(), self._store.mark(MARK)
        since = last if last and last.date() == now.date() and last <= now else None
        made = {item.id: item for item in (*self._recompetes(since, now), *self._surges(since, now))}
        new = [item for item in made.values() if self._store.item(item.id) is None]
        count = self._store.add([self._mean(item) for item in new]) if new else 0
        self._store.set_mark(MARK, now)
        return count

    def _recompetes(self, since: datetime | None, now: datetime) -> Iterator[Item]:
        awards = self._items(Query(types=("purchasing_history",), seen_from=since, matched=True))
        return (made for award in awards if (made := recompete(award, now)))

    def _surges(self, since: datetime | None, now: datetime) -> Iterator[Item]:
        openings = Query(types=("structure.hiring_need",), seen_from=since or now - WATCHED, matched=True)
        if next(self._items(openings), None) is None:
            return iter(())
        return hiring_surges(list(self._items(replace(openings, seen_from=now - WATCHED))), now)

    def _items(self, query: Query) -> Iterator[Item]:
        return islice(self._pages(replace(query, limit=PAGE)), MOST)

    def _pages(self, query: Query) -> Iterator[Item]:
        while True:
            page = self._store.items(query)
            yield from page.items
            if not page.next:
                return
            query = replace(query, after=page.next)
