"""SqliteStore: every method of the protocol, each one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from aggregator.errors import StoreError
from aggregator.model import (
    AlertEntry,
    Applied,
    Batch,
    Claim,
    Correction,
    Deed,
    Delivery,
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
from aggregator.store.shared import check_state, cut, micros, moment
from aggregator.store.sqlite import (
    backup,
    budgets,
    counts,
    documents,
    holds,
    items,
    listing,
    outbox,
    pruning,
    queries,
    reporting,
    sources,
    team,
    triage,
)
from aggregator.store.sqlite.connection import Connections
from aggregator.store.sqlite.errors import is_damage
from aggregator.store.sqlite.search import SearchFile
from aggregator.store.words import parse
from feeds.model import Source


class SqliteStore:
    """The store in a SQLite file; ``patience`` is how many seconds it waits for another that is writing."""

    def __init__(self, path: str | Path, *, patience: float = 10.0) -> None:
        self.path = Path(path)
        self._main = Connections(self.path, patience)
        self._search = SearchFile(self._main, patience)
        try:
            self._main.prepare()
        except BaseException:
            self.close()
            raise

    def sync_sources(self, sources_: Sequence[Source], now: datetime) -> Synced:  # noqa: ARG002
        """See ``Store.sync_sources``."""
        wanted = sources.wanted(sources_)
        with self._main.reading() as db:
            if sources.is_synced(db, wanted):
                return Synced()
        with self._main.writing() as db:
            return sources.sync(db, wanted)

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
        with self._main.writing() as db:
            return sources.claim(db, now, worker, limit, lease, only, force)

    def release(self, worker: str, source_ids: Collection[str] | None = None) -> int:
        """See ``Store.release``."""
        with self._main.writing() as db:
            return sources.release(db, worker, source_ids)

    def claimed(self, now: datetime, only: Collection[str] | None = None) -> int:
        """See ``Store.claimed``."""
        with self._main.reading() as db:
            return sources.claimed(db, now, only)

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
        with self._main.reading() as db:
            return sources.count_due(db, now, only, force=force, unasked=unasked, most=most)

    def claimants(self) -> frozenset[str]:
        """See ``Store.claimants``."""
        with self._main.reading() as db:
            return sources.claimants(db)

    def forget_future(self, beyond: datetime) -> int:
        """See ``Store.forget_future``."""
        with self._main.reading() as db:
            if not sources.in_future(db, beyond):
                return 0
        with self._main.writing() as db:
            return sources.forget_future(db, beyond)

    def hold_hosts(self, until: Mapping[str, datetime]) -> None:
        """See ``Holds.hold_hosts``."""
        with self._main.writing() as db:
            holds.hold(db, until)

    def held_hosts(self, now: datetime) -> Mapping[str, datetime]:
        """See ``Holds.held_hosts``."""
        with self._main.reading() as db:
            return holds.held(db, now)

    def next_due(self) -> datetime | None:
        """See ``Store.next_due``."""
        with self._main.reading() as db:
            return sources.next_due(db)

    def source_statuses(self, *, retired: bool = False) -> list[SourceStatus]:
        """See ``Store.source_statuses``."""
        with self._main.reading() as db:
            return sources.statuses(db, retired)

    def known(self, source_id: str, keys: Collection[str]) -> Mapping[str, Known]:
        """See ``Store.known``."""
        with self._main.reading() as db:
            return items.known(db, source_id, keys)

    def hashes(self, source_id: str, limit: int) -> Mapping[str, str]:
        """See ``Store.hashes``."""
        with self._main.reading() as db:
            return items.hashes(db, source_id, limit)

    def apply(self, batches: Sequence[Batch], now: datetime) -> list[Applied]:
        """See ``Store.apply``."""
        with self._main.writing() as db:
            return items.apply(db, batches, now)

    def items(self, query: Query) -> ItemPage:
        """See ``Store.items``."""
        if not parse(query.words):
            with self._main.reading() as db:
                return _page(db, query)
        try:
            return self._found(query)
        except StoreError as error:
            if not is_damage(error):
                raise
        self._search.discard()
        return self._found(query)

    def ids(self, query: Query, limit: int = 0) -> list[str]:
        """See ``Listing.ids``."""
        if not parse(query.words):
            with self._main.reading() as db:
                return listing.ids(db, query, limit)
        with self._search.reading() as db:
            return [] if db is None else listing.ids(db, query, limit)

    def unread(self, rep: str, now: datetime, most: int) -> Mapping[str, int]:
        """See ``Listing.unread``."""
        with self._main.reading() as db:
            return listing.unread(db, rep, now, most)

    def per_day(self, since: datetime) -> Mapping[tuple[str, int], int]:
        """See ``Listing.per_day``."""
        with self._main.reading() as db:
            return listing.per_day(db, since)

    def newest(self) -> int:
        """See ``Listing.newest``."""
        with self._main.reading() as db:
            return listing.newest(db)

    def item(self, id_prefix: str) -> Item | None:
        """See ``Store.item``."""
        with self._main.reading() as db:
            return items.find(db, id_prefix)

    def versions(self, item_id: str) -> list[Version]:
        """See ``Store.versions``."""
        with self._main.reading() as db:
            return items.versions(db, item_id)

    def triage(
        self, rep: str, item_ids: Sequence[str], state: str, now: datetime, *, until: datetime | None = None
    ) -> list[Verdict]:
        """See ``Store.triage``."""
        check_state(state, until)
        with self._main.writing() as db:
            return triage.triage(db, rep, item_ids, state, now, until)

    def verdicts(self, rep: str, item_ids: Collection[str]) -> Mapping[str, Verdict]:
        """See ``Store.verdicts``."""
        with self._main.reading() as db:
            return triage.verdicts(db, rep, item_ids)

    def keep_counts(self, rep: str, since: datetime | None = None) -> Mapping[tuple[str, str], tuple[int, int]]:
        """See ``Store.keep_counts``."""
        with self._main.reading() as db:
            return triage.keep_counts(db, rep, since)

    def correct(self, corrections: Sequence[Correction]) -> None:
        """See ``Store.correct``."""
        with self._main.writing() as db:
            triage.correct(db, corrections)

    def uncorrect(self, corrections: Sequence[Correction]) -> int:
        """See ``Store.uncorrect``."""
        with self._main.writing() as db:
            return triage.uncorrect(db, corrections)

    def corrections(self, rep: str, item_ids: Collection[str] | None = None) -> list[Correction]:
        """See ``Store.corrections``."""
        with self._main.reading() as db:
            return triage.corrections(db, rep, item_ids)

    def add_note(self, note: Note) -> None:
        """See ``Store.add_note``."""
        with self._main.writing() as db:
            triage.add_note(db, note)

    def note_texts(self, rep: str) -> list[str]:
        """See ``NoteTexts.note_texts``."""
        with self._main.reading() as db:
            return triage.note_texts(db, rep)

    def notes(self, item_id: str, rep: str) -> list[Note]:
        """See ``Store.notes``."""
        with self._main.reading() as db:
            return triage.notes(db, item_id, rep)

    def record(self, deeds: Sequence[Deed]) -> list[Deed]:
        """See ``TeamStore.record``."""
        with self._main.writing() as db:
            return team.record(db, deeds)

    def standing(self, kind: str, subjects: Collection[str] | None = None, *, rep: str = "") -> Mapping[str, Standing]:
        """See ``TeamStore.standing``."""
        with self._main.reading() as db:
            return team.standing(db, kind, subjects, rep)

    def deeds(
        self, kinds: Collection[str] = (), *, subjects: Collection[str] | None = None, since: datetime | None = None
    ) -> list[Deed]:
        """See ``TeamStore.deeds``."""
        with self._main.reading() as db:
            return team.deeds(db, kinds, subjects, since)

    def prospect_notes(self, prospect: str, rep: str) -> list[Note]:
        """See ``TeamStore.prospect_notes``."""
        with self._main.reading() as db:
            return team.prospect_notes(db, prospect, rep)

    def add_document(self, document: Document) -> bool:
        """See ``DocumentStore.add_document``."""
        with self._main.writing() as db:
            return documents.add(db, document)

    def documents(self, items_: Collection[str]) -> list[Document]:
        """See ``DocumentStore.documents``."""
        with self._main.reading() as db:
            return documents.of_items(db, items_)

    def tallies(self, facet: str, since: datetime) -> list[Tally]:
        """See ``ReportingStore.tallies``."""
        with self._main.reading() as db:
            return reporting.tallies(db, facet, since)

    def private_notes(self, prospect: str) -> Mapping[str, int]:
        """See ``ReportingStore.private_notes``."""
        with self._main.reading() as db:
            return reporting.private_notes(db, prospect)

    def keepers(self, items_: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        """See ``ReportingStore.keepers``."""
        with self._main.reading() as db:
            return reporting.keepers(db, items_)

    def stale(self, rules_version: str, limit: int) -> list[Item]:
        """See ``Store.stale``."""
        with self._main.reading() as db:
            return items.stale(db, rules_version, limit)

    def retag(self, items_: Sequence[Item]) -> int:
        """See ``Store.retag``."""
        with self._main.writing() as db:
            return items.retag(db, items_)

    def index(self, limit: int) -> int:
        """See ``Store.index``."""
        return self._search.index(limit)

    def mark(self, name: str) -> datetime | None:
        """See ``Store.mark``."""
        with self._main.reading() as db:
            row = db.execute("SELECT at FROM marks WHERE name = ?", (name,)).fetchone()
            return moment(row[0]) if row else None

    def set_mark(self, name: str, at: datetime) -> None:
        """See ``Store.set_mark``."""
        with self._main.writing() as db:
            db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, micros(at)))

    def marks(self, prefix: str) -> Mapping[str, datetime]:
        """See ``ComputedStore.marks``."""
        with self._main.reading() as db:
            sql = "SELECT name, at FROM marks WHERE name >= ? AND name < ?"
            rows = db.execute(sql, (prefix, prefix + chr(0x10FFFF)))
            return {name: moment(at) for name, at in rows}

    def brought(self, since: datetime) -> Mapping[str, int]:
        """See ``CountStore.brought``."""
        with self._main.reading() as db:
            return counts.brought(db, since)

    def concerning(self) -> Mapping[str, int]:
        """See ``CountStore.concerning``."""
        with self._main.reading() as db:
            return counts.concerning(db)

    def add(self, items_: Sequence[Item]) -> int:
        """See ``ComputedStore.add``."""
        with self._main.writing() as db:
            return items.add(db, items_)

    def begin(self, delivery: Delivery, *, after: str = "") -> bool:
        """See ``OutboxStore.begin``."""
        with self._main.writing() as db:
            return outbox.begin(db, delivery, after)

    def settle(
        self, delivery_id: str, state: str, at: datetime, *, words: str = "", alerts: Sequence[AlertEntry] = ()
    ) -> None:
        """See ``OutboxStore.settle``."""
        with self._main.writing() as db:
            outbox.settle(db, delivery_id, state, at, words)
            outbox.log(db, alerts)

    def deliveries(
        self, channel: str = "", *, states: Collection[str] = (), since: datetime | None = None, limit: int = 100
    ) -> list[Delivery]:
        """See ``OutboxStore.deliveries``."""
        with self._main.reading() as db:
            return outbox.deliveries(db, channel, states, since, limit)

    def forget_sent(self, before: datetime) -> int:
        """See ``OutboxStore.forget_sent``."""
        with self._main.writing() as db:
            return outbox.forget(db, before)

    def log_alerts(self, entries: Sequence[AlertEntry]) -> None:
        """See ``OutboxStore.log_alerts``."""
        with self._main.writing() as db:
            outbox.log(db, entries)

    def alert_log(
        self, alert: str = "", *, rep: str = "", since: datetime | None = None, limit: int = 1_000
    ) -> list[AlertEntry]:
        """See ``OutboxStore.alert_log``."""
        with self._main.reading() as db:
            return outbox.logged(db, alert, rep, since, limit)

    def spend(self, budget: str, requests: int, seconds: float, now: datetime) -> float:
        """See ``BudgetStore.spend``."""
        with self._main.writing() as db:
            return budgets.spend(db, budget, requests, seconds, now)

    def hold_budget(self, budget: str, until: datetime, now: datetime) -> None:
        """See ``BudgetStore.hold_budget``."""
        with self._main.writing() as db:
            budgets.hold(db, budget, until, now)

    def budget_held(self, budget: str, now: datetime) -> float:
        """See ``BudgetStore.budget_held``."""
        with self._main.reading() as db:
            return budgets.held(db, budget, now)

    def check(self, *, whole: bool = False) -> None:
        """See ``Store.check``."""
        self._main.check(whole=whole)

    def prune(self, before: datetime, *, dismissed: bool = False, matched: bool = False, dry_run: bool = False) -> int:
        """See ``Store.prune``."""
        with self._main.reading() if dry_run else self._main.writing() as db:
            return pruning.prune(db, before, dismissed=dismissed, matched=matched, dry_run=dry_run)

    def backup(self, path: str) -> None:
        """See ``Store.backup``."""
        backup.write(self._main, Path(path))

    def close(self) -> None:
        """See ``Store.close``."""
        self._search.close()
        self._main.close()

    def _found(self, query: Query) -> ItemPage:
        with self._search.reading() as db:
            return ItemPage(()) if db is None else _page(db, query)


def _page(db: sqlite3.Connection, query: Query) -> ItemPage:
    limit = max(query.limit, 0)
    rows = queries.page(db, query, limit + 1) if limit else []
    more = len(rows) > limit
    shown = rows[:limit]
    return ItemPage(tuple(items.load(db, [row[0] for row in shown])), cut(*shown[-1][1:]) if more else "")
