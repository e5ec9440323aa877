"""The store in this process's memory: for trials, demos and tests; gone when closed."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from msgspec.structs import replace

from aggregator.errors import StoreError
from aggregator.model import (
    KEPT_STATES,
    MATCH_THRESHOLD,
    Applied,
    Batch,
    Claim,
    Correction,
    Deed,
    Document,
    Item,
    ItemPage,
    Known,
    Note,
    Query,
    SourceStatus,
    Standing,
    Synced,
    Tally,
    Verdict,
    Version,
)
from aggregator.store import kept_reports
from aggregator.store.kept import (
    Kept,
    PolledSource,
    among,
    apply,
    forget,
    place,
    readable,
    record,
    select,
    take_over,
    touched,
)
from aggregator.store.memory_outbox import MemoryOutbox
from aggregator.store.shared import (
    LONGEST_HOLD,
    PREFIX_LENGTH,
    check_sources,
    check_state,
    cut,
    cut_at,
    micros,
    moment,
    status_order,
)
from aggregator.store.words import fold
from feeds.ledger import MemoryLedger
from feeds.model import Source


class MemoryStore(MemoryOutbox):
    """The store without a file; one lock makes every method one transaction."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._data: Kept | None = Kept()
        self._ledger = MemoryLedger()

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> Synced:  # noqa: ARG002
        """See ``Store.sync_sources``."""
        added: list[str] = []
        changed: list[str] = []
        with self._open() as kept:
            wanted = {source.id: source for source in sources}
            for id_, source in wanted.items():
                stored = kept.sources.get(id_)
                if stored is None:
                    kept.sources[id_] = PolledSource(source)
                    added.append(id_)
                elif stored.retired or stored.source != source:
                    (added if stored.retired else changed).append(id_)
                    take_over(stored, source)
            missing = sorted(id_ for id_, s in kept.sources.items() if not s.retired and id_ not in wanted)
            for id_ in missing:
                kept.sources[id_].retired = True
        return Synced(tuple(added), tuple(changed), tuple(missing))

    def claim_due(
        self,
        now: datetime,
        *,
        worker: str,
        limit: int,
        lease: float,
        only: Collection[str] | None = None,
        force: bool = False,
    ) -> list[Claim]:
        """See ``Store.claim_due``."""
        until = now + timedelta(seconds=lease)
        with self._open() as kept:
            free = [s for s in among(kept, only) if not s.retired and s.until <= now]
            due = free if force else [s for s in free if s.is_alive and s.due_at <= now]
            chosen = sorted(due, key=lambda s: (s.due_at, s.source.id))[: max(limit, 0)]
            for polled in chosen:
                polled.worker, polled.until = worker, until
            return [Claim(s.source, worker, until, s.state) for s in chosen]

    def release(self, worker: str, source_ids: Collection[str] | None = None) -> int:
        """See ``Store.release``."""
        with self._open() as kept:
            held = [s for s in among(kept, source_ids) if s.worker and s.worker == worker]
            for polled in held:
                polled.let_go()
            return len(held)

    def claimed(self, now: datetime, only: Collection[str] | None = None) -> int:
        """See ``Store.claimed``."""
        with self._open() as kept:
            return sum(1 for s in among(kept, only) if s.worker and s.until > now)

    def count_due(
        self,
        now: datetime,
        *,
        only: Collection[str] | None = None,
        force: bool = False,
        unasked: bool = False,
        most: int = 0,
    ) -> int:
        """See ``Store.count_due``."""
        with self._open() as kept:
            there = [s for s in among(kept, only) if not s.retired and (s.state.status == "new" or not unasked)]
            count = len(there) if force else sum(s.is_alive and s.due_at <= now for s in there)
            return min(count, most) if most else count

    def claimants(self) -> frozenset[str]:
        """See ``Store.claimants``."""
        with self._open() as kept:
            return frozenset(s.worker for s in kept.sources.values() if s.worker)

    def forget_future(self, beyond: datetime) -> int:
        """See ``Store.forget_future``."""
        with self._open() as kept:
            far = [s for s in kept.sources.values() if max(s.due_at, s.until) > beyond]
            for polled in far:
                polled.let_go()
                polled.state = replace(polled.state, next_at=None, next_why="")
            return len(far)

    def hold_hosts(self, until: Mapping[str, datetime]) -> None:
        """See ``Holds.hold_hosts``."""
        with self._open() as kept:
            kept.holds.update(until)

    def held_hosts(self, now: datetime) -> Mapping[str, datetime]:
        """See ``Holds.held_hosts``."""
        with self._open() as kept:
            return {host: until for host, until in kept.holds.items() if now < until <= now + LONGEST_HOLD}

    def next_due(self) -> datetime | None:
        """See ``Store.next_due``."""
        with self._open() as kept:
            return min((max(s.due_at, s.until) for s in kept.sources.values() if s.is_alive), default=None)

    def source_statuses(self, *, retired: bool = False) -> list[SourceStatus]:
        """See ``Store.source_statuses``."""
        with self._open() as kept:
            counts: defaultdict[str, int] = defaultdict(int)
            for item in kept.items.values():
                counts[item.source] += 1
            found = [
                SourceStatus(s.source, s.state, counts[id_], s.retired, s.worker)
                for id_, s in kept.sources.items()
                if retired or not s.retired
            ]
        return sorted(found, key=status_order)

    def known(self, source_id: str, keys: Collection[str]) -> Mapping[str, Known]:
        """See ``Store.known``."""
        asked = {key for key in keys if key}
        twins: dict[str, Known] = {}
        own: dict[str, Known] = {}
        with self._open() as kept:
            for item in (*kept.pruned.values(), *kept.items.values()):
                if item.source == source_id:
                    line = Known(item.id, item.key, item.twin_key, item.content_hash, item.versions, item.published)
                    own[item.key] = twins[item.twin_key] = line
        return {key: line for key, line in {**twins, **own}.items() if key in asked}

    def hashes(self, source_id: str, limit: int) -> Mapping[str, str]:
        """See ``Store.hashes``."""
        with self._open() as kept:
            found = [(item.key, item.content_hash) for item in kept.items.values() if item.source == source_id]
        return dict(found[-limit:] if limit > 0 else ())

    def apply(self, batches: Sequence[Batch], now: datetime) -> list[Applied]:
        """See ``Store.apply``."""
        with self._open() as kept:
            check_sources([batch.source_id for batch in batches], kept.sources)
            return [apply(kept, batch, now) for batch in batches]

    def items(self, query: Query) -> ItemPage:
        """See ``Store.items``."""
        limit = max(query.limit, 0)
        with self._open() as kept:
            found = sorted(select(kept, query), key=place, reverse=True)
        if query.after:
            after = cut_at(query.after)
            found = [item for item in found if place(item) < after]
        shown = tuple(found[:limit])
        return ItemPage(shown, cut(*place(shown[-1])) if shown and len(found) > limit else "")

    def ids(self, query: Query, limit: int = 0) -> list[str]:
        """See ``Listing.ids``."""
        with self._open() as kept:
            found = sorted(map(place, select(kept, query)), reverse=True)
        after = cut_at(query.after) if query.after else None
        return [id_ for at, id_ in found if after is None or (at, id_) < after][: limit or None]

    def unread(self, rep: str, now: datetime, most: int) -> Mapping[str, int]:
        """See ``Listing.unread``."""
        query = Query(rep=rep, states=("new",), now=now, news_only=True, matched=True)
        with self._open() as kept:
            counts = Counter(id_ for item in select(kept, query) for id_ in {match.prospect for match in item.matches})
        return {prospect: min(count, most) for prospect, count in counts.items()}

    def per_day(self, since: datetime) -> Mapping[tuple[str, int], int]:
        """See ``Listing.per_day``."""
        with self._open() as kept:
            return Counter(
                (prospect, (item.listed - since).days)
                for item in kept.items.values()
                if item.listed >= since
                for prospect in {match.prospect for match in item.matches}
            )

    def newest(self) -> int:
        """See ``Listing.newest``."""
        with self._open() as kept:
            return len(kept.items)

    def item(self, id_prefix: str) -> Item | None:
        """See ``Store.item``."""
        with self._open() as kept:
            if id_prefix in kept.items or len(id_prefix) < PREFIX_LENGTH:
                return kept.items.get(id_prefix)
            found = [item for id_, item in kept.items.items() if id_.startswith(id_prefix)]
        return found[0] if len(found) == 1 else None

    def versions(self, item_id: str) -> list[Version]:
        """See ``Store.versions``."""
        with self._open() as kept:
            return list(kept.versions.get(item_id, ()))

    def triage(
        self, rep: str, item_ids: Sequence[str], state: str, now: datetime, *, until: datetime | None = None
    ) -> list[Verdict]:
        """See ``Store.triage``."""
        check_state(state, until)
        with self._open() as kept:
            there = [item_id for item_id in dict.fromkeys(item_ids) if item_id in kept.items]
            former = [kept.verdicts.get((rep, id_)) or Verdict(id_, rep, "new", now) for id_ in there]
            kept.verdicts.update({(rep, id_): Verdict(id_, rep, state, now, until) for id_ in there})
        return former

    def verdicts(self, rep: str, item_ids: Collection[str]) -> Mapping[str, Verdict]:
        """See ``Store.verdicts``."""
        with self._open() as kept:
            return {id_: kept.verdicts[rep, id_] for id_ in item_ids if (rep, id_) in kept.verdicts}

    def keep_counts(self, rep: str, since: datetime | None = None) -> Mapping[tuple[str, str], tuple[int, int]]:
        """See ``Store.keep_counts``."""
        counts: dict[tuple[str, str], tuple[int, int]] = {}
        with self._open() as kept:
            for (of, item_id), verdict in kept.verdicts.items():
                if of != rep or (since and verdict.at < since) or verdict.state not in (*KEPT_STATES, "dismissed"):
                    continue
                item = kept.items[item_id]
                yes = verdict.state in KEPT_STATES
                for signal in {"*"} | ({tag.signal for tag in item.tags} or {""}):
                    former = counts.get((signal, item.source), (0, 0))
                    counts[signal, item.source] = (former[0] + yes, former[1] + (not yes))
        return counts

    def correct(self, corrections: Sequence[Correction]) -> None:
        """See ``Store.correct``."""
        with self._open() as kept:
            for each in corrections:
                if each.item not in kept.items:
                    raise StoreError(f"there is no item {each.item} to correct", hint="was it pruned?")
            for each in corrections:
                kept.corrections[each.rep, each.item, each.subject, each.value] = each

    def uncorrect(self, corrections: Sequence[Correction]) -> int:
        """See ``Store.uncorrect``."""
        keys = {(each.rep, each.item, each.subject, each.value) for each in corrections}
        with self._open() as kept:
            return sum(kept.corrections.pop(key, None) is not None for key in keys)

    def corrections(self, rep: str, item_ids: Collection[str] | None = None) -> list[Correction]:
        """See ``Store.corrections``."""
        with self._open() as kept:
            found = [
                each
                for each in kept.corrections.values()
                if each.rep == rep and (item_ids is None or each.item in item_ids)
            ]
        return sorted(found, key=lambda each: (each.at, each.item, each.subject, each.value))

    def add_note(self, note: Note) -> None:
        """See ``Store.add_note``."""
        with self._open() as kept:
            if note.item not in kept.items and (note.item or not note.prospect):
                raise StoreError(f"there is no item {note.item} to write a note on", hint="was it pruned?")
            former = kept.notes.get(note.id)
            if former is None:
                kept.notes[note.id] = note
            elif former.rep == note.rep:
                kept.notes[note.id] = replace(former, text=note.text, visibility=note.visibility)

    def note_texts(self, rep: str) -> list[str]:
        """See ``NoteTexts.note_texts``."""
        with self._open() as kept:
            return [note.text for note in kept.notes.values() if note.rep == rep or note.visibility != "private"]

    def notes(self, item_id: str, rep: str) -> list[Note]:
        """See ``Store.notes``."""
        with self._open() as kept:
            return [note for note in readable(kept, rep) if note.item == item_id]

    def record(self, deeds: Sequence[Deed]) -> list[Deed]:
        """See ``TeamStore.record``."""
        with self._open() as kept:
            return [former for deed in deeds for former in record(kept, deed)]

    def standing(self, kind: str, subjects: Collection[str] | None = None, *, rep: str = "") -> Mapping[str, Standing]:
        """See ``TeamStore.standing``."""
        with self._open() as kept:
            return {
                subject: held
                for (of, holder, subject), held in sorted(kept.standing.items())
                if of == kind and holder == replace(held.deed, rep=rep).holder and held.deed.value
                and (subjects is None or subject in subjects)
            }  # fmt: skip

    def deeds(
        self, kinds: Collection[str] = (), *, subjects: Collection[str] | None = None, since: datetime | None = None
    ) -> list[Deed]:
        """See ``TeamStore.deeds``."""
        with self._open() as kept:
            return [
                deed
                for deed in kept.deeds
                if (not kinds or deed.kind in kinds)
                and (subjects is None or deed.subject in subjects)
                and (since is None or deed.at >= since)
            ]

    def prospect_notes(self, prospect: str, rep: str) -> list[Note]:
        """See ``TeamStore.prospect_notes``."""
        with self._open() as kept:
            of = {item.id for item in kept.items.values() if any(m.prospect == prospect for m in item.matches)}
            return [note for note in readable(kept, rep) if note.prospect == prospect or note.item in of]

    def add_document(self, document: Document) -> bool:
        """See ``DocumentStore.add_document``."""
        with self._open() as kept:
            if document.item not in kept.items:
                raise StoreError(
                    f"there is no item {document.item} to keep a document of", hint="it may have been pruned"
                )
            key = (document.item, document.url, document.sha256)
            known = key in kept.documents
            kept.documents.setdefault(key, document)
        return not known

    def documents(self, items: Collection[str]) -> list[Document]:
        """See ``DocumentStore.documents``."""
        with self._open() as kept:
            found = [each for each in kept.documents.values() if each.item in items]
        return sorted(found, key=lambda each: (each.fetched_at, each.item, each.url, each.sha256))

    def tallies(self, facet: str, since: datetime) -> list[Tally]:
        """See ``ReportingStore.tallies``."""
        with self._open() as kept:
            return kept_reports.tallies(kept, facet, since)

    def private_notes(self, prospect: str) -> Mapping[str, int]:
        """See ``ReportingStore.private_notes``."""
        with self._open() as kept:
            return kept_reports.private_notes(kept, prospect)

    def keepers(self, items: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """See ``ReportingStore.keepers``."""
        with self._open() as kept:
            return kept_reports.keepers(kept, items)

    def stale(self, rules_version: str, limit: int) -> list[Item]:
        """See ``Store.stale``."""
        with self._open() as kept:
            found = [item for item in kept.items.values() if item.rules_version != rules_version]
        return sorted(found, key=place, reverse=True)[: max(limit, 0)]

    def retag(self, items: Sequence[Item]) -> int:
        """See ``Store.retag``."""
        with self._open() as kept:
            there = [item for item in items if item.id in kept.items]
            for item in there:
                kept.items[item.id] = replace(
                    kept.items[item.id],
                    tags=item.tags,
                    matches=item.matches,
                    facts=item.facts,
                    rules_version=item.rules_version,
                )
        return len(there)

    def index(self, limit: int) -> int:
        """See ``Store.index``."""
        with self._open() as kept:
            work = list(kept.changes)[: max(limit, 0)]
            for item_id in work:
                del kept.changes[item_id]
                item = kept.items.get(item_id)
                if item is None:
                    kept.indexed.pop(item_id, None)
                else:
                    kept.indexed[item_id] = (*fold(item.title), "", *fold(item.text))
        return len(work)

    def mark(self, name: str) -> datetime | None:
        """See ``Store.mark``."""
        with self._open() as kept:
            return kept.marks.get(name)

    def set_mark(self, name: str, at: datetime) -> None:
        """See ``Store.set_mark``."""
        with self._open() as kept:
            kept.marks[name] = moment(micros(at))

    def marks(self, prefix: str) -> Mapping[str, datetime]:
        """See ``ComputedStore.marks``."""
        with self._open() as kept:
            return {name: at for name, at in kept.marks.items() if name.startswith(prefix)}

    def brought(self, since: datetime) -> Mapping[str, int]:
        """See ``CountStore.brought``."""
        with self._open() as kept:
            return Counter(item.source for item in kept.items.values() if item.listed >= since)

    def concerning(self) -> Mapping[str, int]:
        """See ``CountStore.concerning``."""
        with self._open() as kept:
            return Counter(
                prospect
                for item in kept.items.values()
                for prospect in {match.prospect for match in item.matches if match.confidence >= MATCH_THRESHOLD}
            )

    def add(self, items: Sequence[Item]) -> int:
        """See ``ComputedStore.add``."""
        with self._open() as kept:
            check_sources({item.source for item in items}, kept.sources)
            fresh = {item.id: item for item in items if item.id not in kept.items}
            kept.items.update(fresh)
            kept.changes.update(dict.fromkeys(fresh))
        return len(fresh)

    def spend(self, budget: str, requests: int, seconds: float, now: datetime) -> float:
        """See ``BudgetStore.spend``."""
        return self._ledger.spend(budget, requests, seconds, moment(micros(now)))

    def hold_budget(self, budget: str, until: datetime, now: datetime) -> None:
        """See ``BudgetStore.hold_budget``."""
        self._ledger.hold_budget(budget, moment(micros(until)), moment(micros(now)))

    def budget_held(self, budget: str, now: datetime) -> float:
        """See ``BudgetStore.budget_held``."""
        return self._ledger.budget_held(budget, moment(micros(now)))

    def check(self, *, whole: bool = False) -> None:
        """See ``Store.check``."""

    def prune(self, before: datetime, *, dismissed: bool = False, matched: bool = False, dry_run: bool = False) -> int:
        """See ``Store.prune``."""
        with self._open() as kept:
            spared = touched(kept, dismissed=dismissed)
            gone = [
                item
                for item in kept.items.values()
                if item.seen_at < before and (matched or not item.matches) and item.id not in spared
            ]
            for item in () if dry_run else gone:
                forget(kept, item)
        return len(gone)

    def backup(self, path: str) -> None:  # noqa: ARG002
        """Refused: what is only in memory has no database to copy."""
        raise StoreError("a store in memory cannot be backed up", hint="keep it in a file instead")

    def close(self) -> None:
        """See ``Store.close``."""
        with self._lock:
            self._data = None

    @contextmanager
    def _open(self) -> Iterator[Kept]:
        with self._lock:
            if self._data is None:
                raise StoreError("the store is closed")
            yield self._data
