"""What a digest holds beside stories: what changed in items that somebody follows, and what colleagues shared. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Item, Standing, Version
from aggregator.pipeline.edits import edits
from aggregator.pipeline.procurements import Thread


@dataclass(frozen=True, slots=True)
class Followed:
    """What changed in an item that the rep kept, pinned, owns, or that is shared."""

    item: Item
    at: datetime
    words: str
    because: str
    """Why it is followed: ``kept``, ``pinned``, ``yours``, ``shared``."""


@dataclass(frozen=True, slots=True)
class Shared:
    """An item that a colleague shared."""

    item: Item
    rep: str
    at: datetime
    words: str = ""
    """What he wrote with it."""


def followed_changes(
    followed: Mapping[str, str],
    items: Iterable[Item],
    versions: Mapping[str, Sequence[Version]],
    threads: Iterable[Thread],
    since: datetime,
) -> tuple[Followed, ...]:
    """Edits of followed items and new notices of their procurements, the latest first; ``followed`` is id → why."""
    found: dict[str, Followed] = {}
    for thread in threads:
        mine = [item for item in thread.items if item.id in followed]
        changed = [notice for notice in thread.notices if notice.changes and notice.at > since]
        if mine and changed:
            words = "; ".join(change.words for notice in changed for change in notice.changes)
            latest = changed[-1].item
            found[latest.id] = Followed(latest, changed[-1].at, words, followed[mine[-1].id])
    in_threads = {each.item.id for each in found.values()}
    for item in items:
        if item.id in followed and item.id not in in_threads:
            made = [edit for edit in edits(item, versions.get(item.id, ())) if edit.at > since]
            if made:
                parts = [name for name in ("title", "text", "fields") if any(getattr(edit, name) for edit in made)]
                words = f"{' and '.join(parts) or 'details'} edited by its source"
                found[item.id] = Followed(item, made[0].at, words, followed[item.id])
    return tuple(sorted(found.values(), key=lambda each: (-each.at.timestamp(), each.item.id)))


def shared_since(
    shares: Mapping[str, Standing], items: Iterable[Item], rep: str, since: datetime, own: Collection[str] = ("yes",)
) -> tuple[Shared, ...]:
    """What others shared, the latest first; ``own`` are words that say nothing but that it was shared."""
    by_id = {item.id: item for item in items}
    found = [
        Shared(by_id[item], held.deed.rep, held.deed.at, "" if held.deed.value in own else held.deed.value)
        for item, held in shares.items()
        if item in by_id and held.deed.rep != rep and held.deed.at > since
    ]
    return tuple(sorted(found, key=lambda each: (-each.at.timestamp(), each.item.id)))
