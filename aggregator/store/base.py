"""The Store protocol and its promises; every back end passes ``tests/aggregator/store/test_contract.py``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.model import (
    Applied,
    Batch,
    Claim,
    Correction,
    Item,
    ItemPage,
    Known,
    Note,
    Query,
    SourceStatus,
    Synced,
    Verdict,
    Version,
)
from aggregator.store.budgets import BudgetStore
from aggregator.store.computed import ComputedStore
from aggregator.store.counts import CountStore
from aggregator.store.documents import DocumentStore
from aggregator.store.holds import Holds
from aggregator.store.listing import Listing
from aggregator.store.note_texts import NoteTexts
from aggregator.store.outbox import OutboxStore
from aggregator.store.reporting import ReportingStore
from aggregator.store.team import TeamStore
from feeds.model import Source


class Store(
    Listing,
    TeamStore,
    ComputedStore,
    BudgetStore,
    CountStore,
    Holds,
    NoteTexts,
    OutboxStore,
    DocumentStore,
    ReportingStore,
    Protocol,
):
    """Keeps everything that leadline knows.

    Promises, each with a contract test:

    - One method is one transaction: it happens whole or not at all, whatever is killed.
    - Any thread may call any method; several processes may share one database.
    - Times in and out are aware UTC datetimes.
    - Pages are keyset pages: what is inserted meanwhile neither repeats nor hides an item.
    - Only ``StoreError`` and its children come out.
    - Nothing that a user did is lost: dismissed is a state, retired sources keep their items.

    Sources and polling: ``sync_sources``, ``count_due``, ``claim_due``, ``release``, ``claimed``, ``claimants``,
    ``forget_future``, ``source_statuses``, ``next_due``; ``hold_hosts``, ``held_hosts`` (``holds.py``).
    Items: ``known``, ``hashes``, ``apply``, ``items``, ``item``, ``versions``.
    Triage: ``triage``, ``verdicts``, ``keep_counts``, ``correct``, ``uncorrect``, ``corrections``, ``add_note``,
    ``notes``; ``record``, ``standing``, ``deeds``, ``prospect_notes`` (see ``TeamStore``).
    Documents: ``add_document``, ``documents``; reports: ``tallies``, ``private_notes``, ``keepers``.
    Derived data: ``stale``, ``retag``, ``index``.
    Computed items: ``add`` (``computed.py``).
    What is sent: ``begin``, ``settle``, ``deliveries``, ``forget_sent``, ``log_alerts``, ``alert_log`` (``outbox.py``).
    Quotas of requests: ``spend``, ``hold_budget``, ``budget_held`` (see ``BudgetStore``).
    Counts: ``brought``, ``concerning`` (see ``CountStore``).
    Marks and upkeep: ``mark``, ``marks``, ``set_mark``, ``check``, ``prune``, ``backup``, ``close``.
    """

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> Synced:
        """Take over the list of sources: add the new, update the changed, retire the missing, revive the returned.

        A source is known by its id; its state and items stay. A changed ``url``, ``kind`` or ``options`` clears what
        belongs to the old address (validators, body hash, cursor, moved_to, a ``gone`` status) and makes it due now.
        """
        ...

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
        """Claim up to ``limit`` sources that are due, longest due first, for ``lease`` seconds.

        A source is due when it is not retired nor ``gone``, its ``next_at`` has come, and no living claim holds it.
        ``only`` restricts to these ids. ``force`` ignores ``next_at`` and ``gone``, never another's living claim.
        """
        ...

    def release(self, worker: str, source_ids: Collection[str] | None = None) -> int:
        """Give back the worker's claims (all, or these) without a result; how many were given back."""
        ...

    def claimed(self, now: datetime, only: Collection[str] | None = None) -> int:
        """How many sources living claims hold."""
        ...

    def count_due(
        self,
        now: datetime,
        *,
        only: Collection[str] | None = None,
        force: bool = False,
        unasked: bool = False,
        most: int = 0,
    ) -> int:
        """How many sources ``claim_due`` would give, were there no limit and no claims.

        ``unasked`` counts those alone that were never asked; ``most`` ends the counting.
        """
        ...

    def claimants(self) -> frozenset[str]:
        """The workers that hold claims, living or dead."""
        ...

    def forget_future(self, beyond: datetime) -> int:
        """Make due, and free of claims, what a clock that ran ahead put off past ``beyond``; how many there were."""
        ...

    def next_due(self) -> datetime | None:
        """When the next source falls due; None if there is none."""
        ...

    def source_statuses(self, *, retired: bool = False) -> list[SourceStatus]:
        """Every source with its state and number of items, by name; retired ones only when asked for."""
        ...

    def known(self, source_id: str, keys: Collection[str]) -> Mapping[str, Known]:
        """What is stored of a source under any of these keys or twin keys: key → Known (key before twin key)."""
        ...

    def hashes(self, source_id: str, limit: int) -> Mapping[str, str]:
        """Key → content hash of the items that a source brought last."""
        ...

    def apply(self, batches: Sequence[Batch], now: datetime) -> list[Applied]:
        """Store batches in one transaction, each with its source's new state, and end their claims.

        A batch whose source is claimed by another worker is left out and marked ``lost``. Of one whose source was given
        another address meanwhile (``Batch.url``) the items are stored, the state is not: it speaks of the old one. An
        item whose id is already stored is not doubled. A changed item keeps its former title and text as a version
        (the newest 20 are kept), its ``seen_at``, verdicts and notes.
        """
        ...

    def items(self, query: Query) -> ItemPage:
        """The items that a query asks for, latest listed first (``Item.listed``), then by id.

        Words find only what is indexed.
        """
        ...

    def item(self, id_prefix: str) -> Item | None:
        """The item with this id, or with the only id that starts so (6 characters at least)."""
        ...

    def versions(self, item_id: str) -> list[Version]:
        """Former texts of an item, newest first."""
        ...

    def triage(
        self, rep: str, item_ids: Sequence[str], state: str, now: datetime, *, until: datetime | None = None
    ) -> list[Verdict]:
        """Set the rep's state of these items; returns the former verdicts (``new`` where there was none), for undo."""
        ...

    def verdicts(self, rep: str, item_ids: Collection[str]) -> Mapping[str, Verdict]:
        """The rep's verdicts on these items, where there are any."""
        ...

    def keep_counts(self, rep: str, since: datetime | None = None) -> Mapping[tuple[str, str], tuple[int, int]]:
        """How the rep's verdicts since a moment fall: (signal, source) → items kept, items dismissed.

        Kept, qualified and handed over count as kept; snoozed ones do not count. An item counts once under each of
        its signals, an untagged one under the signal ``""``, and each once more under ``"*"``.
        """
        ...

    def correct(self, corrections: Sequence[Correction]) -> None:
        """Keep corrections; one replaces the same rep's former word on the same tag or prospect of the same item."""
        ...

    def uncorrect(self, corrections: Sequence[Correction]) -> int:
        """Take corrections back, whatever they said and when; how many there were."""
        ...

    def corrections(self, rep: str, item_ids: Collection[str] | None = None) -> list[Correction]:
        """The rep's corrections, all or of these items, the earliest first."""
        ...

    def add_note(self, note: Note) -> None:
        """Keep a note on an item or on a prospect, or the new wording or visibility of one's own."""
        ...

    def notes(self, item_id: str, rep: str) -> list[Note]:
        """What this rep may read on an item, oldest first: his own, and what others shared."""
        ...

    def stale(self, rules_version: str, limit: int) -> list[Item]:
        """Items that other rules or prospects tagged, newest first."""
        ...

    def retag(self, items: Sequence[Item]) -> int:
        """Replace tags, matches, facts and ``rules_version`` of these items; how many there were."""
        ...

    def index(self, limit: int) -> int:
        """Bring up to ``limit`` changed items into the full-text index; how many were done (0: it is up to date)."""
        ...

    def mark(self, name: str) -> datetime | None:
        """A remembered moment, such as the last digest of a rep."""
        ...

    def set_mark(self, name: str, at: datetime) -> None:
        """Remember a moment."""
        ...

    def check(self, *, whole: bool = False) -> None:
        """Raise StoreError where the database is found damaged; only ``whole`` looks at every page of a large one."""
        ...

    def prune(self, before: datetime, *, dismissed: bool = False, matched: bool = False, dry_run: bool = False) -> int:
        """Delete items first seen before that concern no prospect and that no rep ever touched; how many.

        ``dismissed`` takes also those that reps did nothing with but dismiss, ``matched`` those of prospects;
        ``dry_run`` only counts. What is pruned is remembered: while unedited it does not come back as new.
        """
        ...

    def backup(self, path: str) -> None:
        """Write a whole, consistent copy of the database to a new file."""
        ...

    def close(self) -> None:
        """Let go of files; a closed store must not be used."""
        ...
