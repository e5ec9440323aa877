"""Items of a poll and what is known → what is new, what changed, what was seen again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from aggregator.model import Batch, Item, Known
from feeds.model import Polled

MAX_REWRITES = 50
"""After so many edits only a new title counts as one: some sources put the time of day into every entry."""


def wanted_keys(items: Sequence[Item]) -> set[str]:
    """The identities to look up before deciding."""
    return {key for item in items for key in (item.key, item.twin_key)}


def decide(polled: Polled[Item], known: Mapping[str, Known], worker: str) -> Batch:
    """A poll's items as lines of a batch.

    An item is known by its key, else by its twin key (same link and title) if what is stored under that has the same
    text or date and is not in this document under its own key: so a source that changes its guids at every fetch
    doubles nothing, two entries that share a link stay two, and today's "Daily report" is not yesterday's.
    """
    items = _once(polled.entries, known)
    present = {item.key for item in items}
    taken: set[str] = set()
    new: list[Item] = []
    changed: list[Item] = []
    for item in items:
        match = known.get(item.key) or _twin(item, known, present)
        if match is None or match.id in taken:
            if match is None:
                new.append(item)
            continue
        taken.add(match.id)
        if _edited(item, match):
            changed.append(replace(item, id=match.id, key=match.key, versions=match.versions))
    return Batch(polled.source_id, worker, polled.state, tuple(new), tuple(changed))


def _twin(item: Item, known: Mapping[str, Known], present: set[str]) -> Known | None:
    match = known.get(item.twin_key)
    if match is None or match.key in present:
        return None
    same_date = item.published is not None and item.published == match.published
    return match if same_date or item.content_hash == match.content_hash else None


def _edited(item: Item, match: Known) -> bool:
    if item.content_hash == match.content_hash:
        return False
    return match.versions < MAX_REWRITES or item.twin_key != match.twin_key


def _once(items: Sequence[Item], known: Mapping[str, Known]) -> list[Item]:
    """An entry repeated under several guids is one item: the one that is known, whatever their order."""
    kept: dict[tuple[object, ...], Item] = {}
    for item in items:
        same = (item.twin_key, item.content_hash, item.published) if item.link else (item.key,)
        if same not in kept or _before(item, kept[same], known):
            kept[same] = item
    return list(kept.values())


def _before(item: Item, other: Item, known: Mapping[str, Known]) -> bool:
    return (item.key not in known, item.key) < (other.key not in known, other.key)
