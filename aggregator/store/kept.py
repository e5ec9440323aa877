"""What the store in memory holds, and how a batch changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from aggregator.model import (
    PERSONAL_DEEDS,
    AlertEntry,
    Applied,
    Batch,
    Correction,
    Deed,
    Delivery,
    Document,
    Item,
    Note,
    Query,
    Standing,
    Verdict,
    Version,
)
from aggregator.store.filters import passes, says
from aggregator.store.shared import EPOCH, KEPT_VERSIONS, is_lost, is_moved, micros, speaks_of, state_after_move
from aggregator.store.words import parse
from feeds.model import FetchState, Source


@dataclass(slots=True)
class PolledSource:
    """A source with what is remembered of it."""

    source: Source
    state: FetchState = field(default_factory=FetchState)
    retired: bool = False
    worker: str = ""
    until: datetime = EPOCH

    @property
    def is_alive(self) -> bool:
        """Whether it is to be polled at all."""
        return not self.retired and self.state.status != "gone"

    @property
    def due_at(self) -> datetime:
        """Since when it is due."""
        return self.state.next_at or EPOCH

    def let_go(self) -> None:
        """End its claim."""
        self.worker, self.until = "", EPOCH


@dataclass(slots=True)
class Kept:
    """Everything that is kept."""

    sources: dict[str, PolledSource] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    versions: defaultdict[str, list[Version]] = field(default_factory=lambda: defaultdict(list))
    verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    corrections: dict[tuple[str, str, str, str], Correction] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    pruned: dict[str, Item] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    standing: dict[tuple[str, str, str], Standing] = field(default_factory=dict)
    """(kind, holder, subject) → what holds."""
    holds: dict[str, datetime] = field(default_factory=dict)
    documents: dict[tuple[str, str, str], Document] = field(default_factory=dict)
    """(item, address, hash) → what is known of the copy."""
    marks: dict[str, datetime] = field(default_factory=dict)
    outbox: list[Delivery] = field(default_factory=list)
    alerts: list[AlertEntry] = field(default_factory=list)
    changes: dict[str, None] = field(default_factory=dict)
    indexed: dict[str, tuple[str, ...]] = field(default_factory=dict)


def place(item: Item) -> tuple[int, str]:
    """Where an item stands in a list, the last first: by when it is listed in microseconds, then by id."""
    return micros(item.listed), item.id


def among(kept: Kept, only: Collection[str] | None) -> list[PolledSource]:
    """All sources, or those of these ids."""
    return [polled for id_, polled in kept.sources.items() if only is None or id_ in only]


def take_over(stored: PolledSource, source: Source) -> None:
    """Let a source be as the list now has it."""
    if is_moved(stored.source, source):
        stored.state = state_after_move(stored.state)
    stored.source, stored.retired = source, False


def apply(kept: Kept, batch: Batch, now: datetime) -> Applied:
    """Store a batch of a known source, unless it is lost."""
    polled = kept.sources[batch.source_id]
    if is_lost(batch, polled.worker, polled.until > now):
        return Applied(batch.source_id, lost=True)
    fresh = [item for item in (*batch.new, *batch.changed) if item.id not in kept.items]
    edited = [item for item in batch.changed if item.id in kept.items]
    changed = sum(_edit(kept, item, now) for item in edited)
    before = len(kept.items)
    for item in fresh:
        if item.id not in kept.items:
            kept.items[item.id] = item
            kept.changes[item.id] = None
    new = len(kept.items) - before
    if speaks_of(batch, polled.source.url):
        polled.state = replace(batch.state, changed_at=now) if new else batch.state
    polled.let_go()
    return Applied(batch.source_id, new, changed)


def _edit(kept: Kept, item: Item, now: datetime) -> bool:
    former = kept.items[item.id]
    if former.content_hash == item.content_hash:
        return False
    kept.versions[item.id].insert(0, Version(item.id, now, former.title, former.text, former.fields))
    del kept.versions[item.id][KEPT_VERSIONS:]
    kept.items[item.id] = replace(
        item,
        source=former.source,
        seen_at=former.seen_at,
        listed_at=former.listed_at,
        is_news=former.is_news,
        versions=len(kept.versions[item.id]),
    )
    if (former.title, former.text) != (item.title, item.text):
        kept.changes[item.id] = None
    return True


def record(kept: Kept, deed: Deed) -> list[Deed]:
    """Enter a deed, unless it changes nothing; what puts back the state before it."""
    key = (deed.kind, deed.holder, deed.subject)
    held = kept.standing.get(key)
    former = (held.deed.value, held.deed.cites) if held else ("", "")
    if former == (deed.value, deed.cites):
        return []
    kept.deeds.append(deed)
    kept.standing[key] = Standing(deed, *((held.first_rep, held.first_at) if held else (deed.rep, deed.at)))
    return [replace(deed, value=former[0], cites=former[1])]


def readable(kept: Kept, rep: str) -> list[Note]:
    """The notes that a rep may read, oldest first."""
    found = [
        note
        for note in kept.notes.values()
        if note.visibility == "shared" or (note.rep == rep and note.visibility != "removed")
    ]
    return sorted(found, key=lambda note: (note.at, note.id))


def touched(kept: Kept, *, dismissed: bool) -> set[str]:
    """The items that a rep made something of; with ``dismissed`` it does not count that he dismissed one."""
    found = {id_ for (_, id_), verdict in kept.verdicts.items() if not (dismissed and verdict.state == "dismissed")}
    found |= {note.item for note in kept.notes.values() if note.visibility != "removed"}
    found |= {each.item for each in kept.corrections.values()}
    return found | {deed.subject for deed in kept.deeds} | {deed.cites for deed in kept.deeds}


def forget(kept: Kept, item: Item) -> None:
    """Delete an item, but remember that it was there."""
    kept.pruned[item.id] = replace(kept.items.pop(item.id), versions=0)
    kept.versions.pop(item.id, None)
    kept.changes[item.id] = None
    for key in [key for key in kept.verdicts if key[1] == item.id]:
        del kept.verdicts[key]
    for note in [note for note in kept.notes.values() if note.item == item.id]:
        del kept.notes[note.id]


def _is_marked(kept: Kept, query: Query, item_id: str) -> bool:
    kinds = {"shared": "share", "answered": "answer", "pinned": "pin", "owned": "assign"}
    for mark in (*query.marks, *(["owned"] if query.owner else [])):
        if mark == "noted":
            if not any(note.item == item_id for note in readable(kept, query.rep)):
                return False
            continue
        kind = kinds[mark]
        held = kept.standing.get((kind, query.rep if kind in PERSONAL_DEEDS else "", item_id))
        if held is None or not held.deed.value:
            return False
        if mark == "owned" and query.owner and held.deed.value != query.owner:
            return False
    return True


def select(kept: Kept, query: Query) -> list[Item]:
    """Every item that a query asks for, in no order."""
    terms = parse(query.words)
    return [
        item
        for item in kept.items.values()
        if passes(query, item, kept.verdicts.get((query.rep, item.id)))
        and _is_marked(kept, query, item.id)
        and (not terms or (item.id in kept.indexed and says(terms, kept.indexed[item.id])))
    ]
