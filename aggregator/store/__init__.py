"""Where items, sources' states and triage are kept: one protocol, one contract suite, every back end."""

from __future__ import annotations

from pathlib import Path

from aggregator.errors import StoreError
from aggregator.store.base import Store


def open_store(place: str | Path) -> Store:
    """Open the store at a path, creating it if missing; ``:memory:`` keeps it in this process only."""
    if str(place) == ":memory:":
        from aggregator.store.memory import MemoryStore

        return MemoryStore()
    if "://" in str(place):
        raise StoreError(f"{place}: there is no such kind of store", hint="name a file, or :memory:")
    from aggregator.store.sqlite.store import SqliteStore

    return SqliteStore(place)


__all__ = ["Store", "open_store"]
