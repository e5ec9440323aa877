"""``Aggregator``: the one door for every front end; it reads the clock and delegates everything else."""

from __future__ import annotations

import heapq
import math
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from aggregator import catalog as catalogs
from aggregator import query as queries
from aggregator.claimants import worker_lives, worker_name
from aggregator.config import Config
from aggregator.daemon import Daemon, Heartbeat, heartbeat, hold
from aggregator.errors import LeadlineError
from aggregator.learning import Learning
from aggregator.model import (
    TRIAGE_STATES,
    Correction,
    Item,
    Prospect,
    Query,
    Score,
    SourceStatus,
    Tally,
    Verdict,
    Version,
)
from aggregator.pipeline.corrections import answers, apply_corrections, whatever_it_means
from aggregator.store import open_store
from aggregator.store.base import Store
from aggregator.team import Team, View
from feeds.model import Source
from feeds.tables import Seconds, did_you_mean

if TYPE_CHECKING:
    from aggregator.accounts import AccountRow
    from aggregator.adjusting import Adjusting
    from aggregator.alerting import Alerting
    from aggregator.asking import Answers
    from aggregator.board import Board
    from aggregator.delivering import Delivering
    from aggregator.digest.build import Digest
    from aggregator.digesting import Digesting, Start
    from aggregator.documents import Copied, Documents
    from aggregator.gathering import Gathering
    from aggregator.packs.installs import Packs
    from aggregator.pipeline.procurements import Thread
    from aggregator.pipeline.story_keys import StoryKey
    from aggregator.refresh import Report, Result
    from aggregator.source_health import SourceHealth
    from aggregator.tagging.tagger import NearMiss, Opinion
    from aggregator.tenders import Tenders
    from aggregator.trying import Trial
    from aggregator.upkeep import Upkeep

LONGEST_WAIT = timedelta(days=8)
"""No source is ever put off so far by a clock that is right."""
INDEX_SHARE = 0.03
"""How much longer indexing may make a poll; a search, or the next poll, does the rest."""
PAGE = 500
"""Items read from the store at once."""
STORY_ITEMS = 2_000
"""Items around one that are looked through for the same story."""
FRESHEN = 2_000
"""Items tagged anew at most before a list or digest is shown, when rules or prospects were edited."""
MANY = 50
"""Of more ids than this a message does not list all."""
DERIVE_CHUNK = 500
"""Items indexed or tagged anew in one transaction."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item is where it is."""

    item: Item
    scores: list[tuple[Prospect | None, Score]]
    story: tuple[Item, ...]
    """Other items that tell the same story."""
    near: tuple[NearMiss, ...]
    """Rules that nearly tagged it."""
    opinions: tuple[Opinion, ...] = ()
    """What its wording says of types that rules alone did not give it."""
    corrections: tuple[Correction, ...] = ()
    """The rep's own, already in force in ``item``."""
    key: StoryKey | None = None
    """By what it is told apart from other stories."""
    publishers: int = 1
    """How many publishers tell the story."""
    thread: Thread | None = None
    """The procurement that it is a notice of."""
    source: Source | None = None
    """What brought it, as now configured."""
    packs: tuple[str, ...] = ()
    """The packs whose rules tagged it."""


class Aggregator:
    """Everything that leadline can do, as methods whose arguments are ids, queries and dates."""

    def __init__(self, config: Config, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.config = config
        self.now = clock
        self.rep = config.settings.rep
        self._store = store
        self.reload()

    def reload(self) -> None:
        """Take over what packs and overlay have become: sources are added, changed and retired; no item is lost."""
        self.catalog = catalogs.load(self.config)
        self._by_id = {source.id: source for source in self.catalog.sources}
        prospects = [prospect.id for prospect in self.catalog.prospects]
        self.learning = Learning(self._store, self.rep, self.now, prospects)
        self.team = Team(self._store, self.rep, self.now, prospects, self._packed_views)
        self.__dict__.pop("board", None)
        self._store.sync_sources(self.catalog.sources, self.now())

    @cached_property
    def board(self) -> Board:
        """What a desk shows: rows, counts, details. Loaded when asked for, as most of what follows: a command starts
        without what it does not do."""
        from aggregator.board import Board

        return Board(self._store, self.learning, self.team, self.catalog, self.rep, lambda: self.now())

    def _packed_views(self) -> list[View]:
        return [View(view.id, view.query, view.pack) for view in self.catalog.views]

    @cached_property
    def packs(self) -> Packs:
        """The packs that are installed, and what can be done with them."""
        from aggregator.packs.installs import Packs

        return Packs(self.config, self.now)

    @cached_property
    def adjusting(self) -> Adjusting:
        """Muting, new addresses and updates of what packs bring, each with its way back."""
        from aggregator.adjusting import Adjusting

        return Adjusting(lambda: self.catalog, lambda: self.packs, self.reload)

    @classmethod
    def open(cls, config: Config) -> Aggregator:
        """The Aggregator of a config and its database, which is made if need be. Raises StoreError."""
        return cls(config, open_store(config.database))

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def check(self) -> None:
        """Look every page of the database over. Raises StoreError where one is damaged."""
        self._store.check(whole=True)

    # Sources

    def sources(self, *, retired: bool = False) -> list[SourceStatus]:
        """Every source with its state."""
        return self._store.source_statuses(retired=retired)

    def source_name(self, source_id: str) -> str:
        """What to call a source; its id where it has no name or is no longer configured."""
        source = self._by_id.get(source_id)
        return (source.name if source else "") or source_id

    def source_ids(self, sources: Collection[str], prospects: Collection[str]) -> frozenset[str] | None:
        """Ids of these sources and of these prospects' own; None for no restriction. Raises for an unknown one."""
        if not sources and not prospects:
            return None
        for wanted in sources:
            if wanted not in self._by_id:
                hint = did_you_mean(wanted, sorted(self._by_id)) if self._by_id else "no [[sources]] are configured"
                raise LeadlineError(f"no source has the id {wanted!r}", hint=hint)
        self._check_prospects(prospects)
        return frozenset(sources) | {source.id for source in self.catalog.sources if source.prospect in prospects}

    def health(self, *, retired: bool = False) -> list[SourceHealth]:
        """Every source with its state, and what it brings."""
        from aggregator.source_health import WEEKS, health_of

        now = self.now()
        counts = self._store.keep_counts(self.rep)
        brought = self._store.brought(now - timedelta(weeks=WEEKS))
        return [health_of(status, brought, counts, now) for status in self.sources(retired=retired)]

    def try_source(self, source: Source, *, raw: bool = False) -> Trial:
        """Ask a source once, configured or not, and store nothing of it."""
        from aggregator.trying import try_source

        return try_source(self._store, self.catalog, source, self.now, raw=raw)

    def count_due(self, *, only: Collection[str] | None = None, force: bool = False) -> int:
        """How many sources a refresh would ask now."""
        return self._store.count_due(self.now(), only=only, force=force)

    def next_due(self) -> datetime | None:
        """When the next source falls due."""
        return self._store.next_due()

    def refresh(
        self,
        *,
        only: Collection[str] | None = None,
        force: bool = False,
        progress: Callable[[Result], None] = lambda _result: None,
        stop: threading.Event | None = None,
    ) -> Report:
        """Poll what is due and store what it brings; then bring search and tags up to date.

        Setting ``stop`` from another thread ends it early; without one, Ctrl-C and SIGTERM do.
        """
        from aggregator.polling import poll_due
        from aggregator.refresh import Report

        self._store.check()
        self._clear_the_way()
        if not self._store.count_due(self.now(), only=only, force=force, most=1):
            self.compute()
            return Report()
        report = poll_due(
            self._store, self.catalog, self.now,
            worker=worker_name(), only=only, force=force, progress=progress, stop=stop,
        )  # fmt: skip
        if not report.stopped:
            self.retag()
            self.compute()
            self.index(within=INDEX_SHARE * report.seconds)
        return report

    def _clear_the_way(self) -> None:
        """Give back what polls of this machine held that no longer run, and what a clock that ran ahead put off."""
        self._store.forget_future(self.now() + LONGEST_WAIT)
        for name in self._store.claimants():
            if not worker_lives(name):
                self._store.release(name)

    @cached_property
    def upkeep(self) -> Upkeep:
        """Copies of the database, and pruning."""
        from aggregator.upkeep import Upkeep

        return Upkeep(self._store, self.config.database, self.now)

    def daemon(self) -> AbstractContextManager[Daemon]:
        """Be the daemon of the database while it lasts. Raises StoreBusy where another is."""
        return hold(self.config.database, self.now())

    def heartbeat(self) -> Heartbeat | None:
        """The last sign of life of the database's daemon, if one runs or died."""
        return heartbeat(self.config.database)

    def update_packs(self) -> list[str]:
        """If it is time, take newer packs and say so; a failure leaves the old ones at work, and is said too."""
        if not self.packs.due:
            return []
        try:
            taken, problems = self.packs.update_due()
        except LeadlineError as error:
            return [f"packs could not be updated: {error}"]
        if taken:
            self.reload()
        lines = [f"updated pack {plan.told}" for plan in taken]
        lines += [f"pack {id_} {each.version} waits: {each.why}" for id_, each in self.packs.state.waiting.items()]
        return lines + [f"{each.what}: {each.words}; what was here stays in force" for each in problems]

    # Derived data

    def retag(self, progress: Callable[[int], None] = lambda _count: None, *, most: int = 0) -> int:
        """Tag and match anew what other rules or prospects did, newest first.

        In chunks, so that it can be stopped anywhere. ``most`` bounds how many; 0 does all. How many were done.
        """
        version = self.catalog.recipe.version
        done = 0
        while items := self._store.stale(version, DERIVE_CHUNK):
            done += self._store.retag([self._meant(item) for item in items])
            progress(done)
            if 0 < most <= done:
                break
        return done

    def compute(self) -> int:
        """Store what follows from stored items by now (a contract's end in view, a hiring surge); how many are new."""
        from aggregator.computing import Computing

        return Computing(self._store, self.now, self._meant).run()

    def _meant(self, item: Item) -> Item:
        return self.catalog.preparer.decide_meaning(item, self._by_id.get(item.source) or Source(item.source, ""))

    def _freshen(self) -> None:
        """Before reading: the newest items answer to the present rules and prospects; the rest follow with a poll."""
        self.retag(most=FRESHEN)

    def index(self, *, within: float = math.inf) -> int:
        """Bring the full-text index up to date, or as far as ``within`` seconds allow; how many items were done."""
        done, started = 0, time.monotonic()
        while time.monotonic() - started < within and (count := self._store.index(DERIVE_CHUNK)):
            done += count
        return done

    # Items

    def query(self, text: str) -> Query:
        """A query from what a user typed. Raises QueryError, also for an unknown prospect or source."""
        query = queries.parse(self._expanded(text), self.now(), rep=self.rep)
        self._check_prospects(query.prospects)
        self._check_sources(query.sources)
        return query

    def _expanded(self, text: str) -> str:
        """A query with each ``@name`` replaced by the view of that name. Raises QueryError where there is none."""
        if "@" not in text:
            return text
        views = {view.name: view.query for view in self.team.views()}

        def put(found: re.Match[str]) -> str:
            name = found[1].strip('"')
            if name not in views:
                raise queries.QueryError(f"no view is named {name!r}", hint=did_you_mean(name, list(views) or ["none"]))
            return views[name]

        return re.sub(r'(?<!\S)@("[^"]+"|[^\s"]+)', put, text)

    def search(self, text: str, *, limit: int = 50) -> Iterator[Item]:
        """Items that a query finds, latest first; ``limit`` 0 gives all."""
        query = self.query(text)
        self.learning.refresh()
        self._freshen()
        if query.words:
            self.index()
        return self.items(query, limit=limit)

    def items(self, query: Query, *, limit: int = 0) -> Iterator[Item]:
        """All items of a query as the rep corrected them, page by page; ``limit`` 0 gives all."""
        if query.score_from is not None or query.score_to is not None:
            plain = self.items(replace(query, score_from=None, score_to=None))
            return islice(self.board.within(query, plain), limit or None)
        corrected = self.learning.by_item()
        if not corrected:
            return self._stored_items(query, limit)
        others = (item for item in self._stored_items(query) if item.id not in corrected)
        mine = (
            apply_corrections(item, corrected[item.id])
            for item in self._stored_items(whatever_it_means(query, list(corrected)))
        )
        both = heapq.merge(others, (item for item in mine if answers(query, item)), key=_place, reverse=True)
        return islice(both, limit or None)

    def _stored_items(self, query: Query, limit: int = 0) -> Iterator[Item]:
        left, query = limit or None, replace(query, limit=min(limit or PAGE, PAGE))
        while True:
            page = self._store.items(query)
            yield from page.items[:left]
            left = None if left is None else left - len(page.items)
            if not page.next or (left is not None and left <= 0):
                return
            query = replace(query, after=page.next)

    def item(self, id_prefix: str) -> Item | None:
        """One item by its id or the only id that starts so."""
        item = self._store.item(id_prefix)
        return item and self.learning.corrected(item)

    def one_item(self, id_prefix: str) -> Item:
        """As ``item``, but raises LeadlineError if there is none."""
        item = self.item(id_prefix)
        if item is None:
            raise LeadlineError(
                f"no single item has an id that starts with {id_prefix!r}",
                hint="`leadline items` lists ids; give at least 6 characters",
            )
        return item

    def explain(self, id_prefix: str) -> Explanation:
        """Everything that led to an item's match, tags, story and score. Raises LeadlineError if there is no such."""
        from aggregator.pipeline.scoring import count_publishers
        from aggregator.pipeline.stories import story_key

        item = self.one_item(id_prefix)
        tagger, source = self.catalog.preparer.tagger, self._by_id.get(item.source)
        declared = source.types if source else ()
        near = tagger.near_misses(item.title, item.text, fields=item.fields, declared=declared)
        story = self.story(item)
        publishers = count_publishers((item, *story), self._by_id)
        return Explanation(
            item=item,
            scores=self.scores(item, publishers=publishers),
            story=story,
            near=near,
            opinions=tagger.opinions(item.title, item.text, fields=item.fields, declared=declared),
            corrections=tuple(self.learning.corrections(item)),
            key=story_key(item, self._by_id),
            publishers=publishers,
            thread=self.tenders.of([item]).get(item.id),
            source=source,
            packs=tuple(dict.fromkeys(tag.pack for tag in item.tags if tag.pack)),
        )

    def story(self, item: Item) -> tuple[Item, ...]:
        """The other items that tell the same story."""
        from aggregator.pipeline.stories import LOOK_BACK, group

        around = Query(
            dated_from=item.dated - LOOK_BACK, dated_to=item.dated + LOOK_BACK, rep=self.rep, states=TRIAGE_STATES,
            prospects=tuple(match.prospect for match in item.matches),
        )  # fmt: skip
        near = {each.id: each for each in (*self.items(around, limit=STORY_ITEMS), item)}
        stories = group(list(near.values()), self._by_id)
        mine = next(story for story in stories if any(each.id == item.id for each in story.items))
        return tuple(each for each in mine.items if each.id != item.id)

    def told_by(self, item: Item) -> int:
        """How many publishers tell the story of an item."""
        from aggregator.pipeline.scoring import count_publishers

        return count_publishers((item, *self.story(item)), self._by_id)

    def publishers(self, items: Sequence[Item]) -> dict[str, int]:
        """How many publishers tell the story of each of these items, as far as these items themselves show."""
        return self.board.publishers(items)

    @cached_property
    def documents(self) -> Documents:
        """Local copies of what items link to."""
        from aggregator.documents import Documents

        return Documents(self._store, self.config, self.rep, self.now)

    @property
    def gathering(self) -> Gathering:
        """Call sheets and dossiers of what is stored now."""
        from aggregator.gathering import Gathering

        self.learning.refresh()
        self._freshen()
        return Gathering(
            self._store, self.catalog, self.team, self.rep, self.now,
            lambda query, limit: self.items(query, limit=limit),
        )  # fmt: skip

    def copy_documents(self, item: Item) -> list[Copied]:
        """Fetch local copies of an item's link and files; what became of each."""
        return self.documents.copy(item, self._by_id.get(item.source))

    def tallies(self, facet: str, since: datetime) -> list[Tally]:
        """Counts for a report (see ``ReportingStore.tallies``)."""
        return self._store.tallies(facet, since)

    @cached_property
    def tenders(self) -> Tenders:
        """Procurements as threads of notices."""
        from aggregator.tenders import Tenders

        return Tenders(lambda query, limit: self.items(query, limit=limit), self.versions, self.rep)

    def threads(self, *, prospects: Collection[str] = ()) -> list[Thread]:
        """All procurements, or those of some prospects, the latest notice first. Raises for an unknown prospect."""
        self._check_prospects(prospects)
        self.learning.refresh()
        self._freshen()
        return self.tenders.threads(prospects)

    def versions(self, item_id: str) -> list[Version]:
        """Former texts of an item, newest first."""
        return self._store.versions(item_id)

    def scores(self, item: Item, *, publishers: int = 1) -> list[tuple[Prospect | None, Score]]:
        """The item's score for each prospect that it matches; for none where it matches none.

        ``publishers`` is how many publishers tell its story.
        """
        return self.board.scores(item, publishers=publishers)

    def forget(self, name: str = "") -> None:
        """Let only what the rep keeps and dismisses from now on count: of a signal, of a source, or altogether."""
        self.learning.forget(name, sources={status.source.id for status in self.sources(retired=True)} if name else ())

    def triage(self, item_ids: Sequence[str], state: str, *, until: datetime | None = None) -> list[Verdict]:
        """Set the rep's state of items; returns the former verdicts, for undo."""
        self.learning.refresh()
        return self._store.triage(self.rep, item_ids, state, self.now(), until=until)

    def undo(self, verdicts: Sequence[Verdict]) -> None:
        """Put verdicts back as they were."""
        self.learning.refresh()
        alike: dict[tuple[str, str, datetime | None], list[str]] = {}
        for verdict in verdicts:
            alike.setdefault((verdict.rep, verdict.state, verdict.until), []).append(verdict.item)
        for (rep, state, until), ids in alike.items():
            self._store.triage(rep, ids, state, self.now(), until=until)

    def prospects(self) -> list[Prospect]:
        """Every prospect, at the stage that it was last moved to."""
        return self.team.moved(self.catalog.prospects)

    def prospect(self, name: str) -> Prospect:
        """The prospect of an id, at its stage. Raises LeadlineError where there is none."""
        self._check_prospects([name])
        return next(each for each in self.prospects() if each.id == name)

    def accounts(self, *, only: Collection[str] = ()) -> list[AccountRow]:
        """Every prospect, or these, with its sources, items and score. Raises for an unknown prospect."""
        from aggregator.accounts import SCORED, account_rows

        self._check_prospects(only)
        digest = self.digest(since=SCORED, prospects=only)
        scores = {each.prospect.id: each.account.value for each in digest.sections if each.prospect}
        prospects = [each for each in self.prospects() if not only or each.id in only]
        lacking = self.catalog.not_configured
        return account_rows(prospects, self.catalog.sources, lacking, self._store.concerning(), scores)

    def look_up(self, name: str) -> Answers:
        """Ask public records who a name may mean; nothing is stored."""
        from aggregator.asking import look_up

        return look_up(self._store, self.catalog.settings.poll, name, self.now)

    def verdicts(self, item_ids: Collection[str]) -> dict[str, Verdict]:
        """The rep's verdicts on items."""
        return dict(self._store.verdicts(self.rep, item_ids))

    def note_texts(self) -> list[str]:
        """The words of all notes that the rep may read."""
        return self._store.note_texts(self.rep)

    # Digest

    def digest(
        self,
        *,
        since: str | None = None,
        prospects: Collection[str] = (),
        external: bool = False,
        target: str = "",
        sections: Collection[str] = (),
        notices: tuple[str, ...] = (),
    ) -> Digest:
        """The digest since a moment: ``24h``, ``7d``, a date, ``last`` (the one before), or as configured.

        ``external`` leaves internal items out; ``target`` is whom it is for, this reader if empty; ``sections`` are
        those of ``digest.build.SECTIONS`` to show, all if none is named.
        """
        from aggregator.digest.build import Limits

        now = self.now()
        self.learning.refresh()
        start = self._start(since, target, now)
        self._check_prospects(prospects)
        self._freshen()
        settings = self.catalog.settings.digest
        return self.digesting.make(
            start, now, [p for p in self.prospects() if not prospects or p.id in prospects],
            only=prospects, external=external, keeps=self.learning.keeps(), sections=sections, notices=notices,
            limits=Limits(settings.per_prospect, settings.per_source, settings.top),
        )  # fmt: skip

    def digest_delivered(self, digest: Digest) -> None:
        """Remember a digest that was read here, as the start of the next ``--since last``.

        One of some prospects or sections only is not remembered: it would hide the news of the others.
        """
        from aggregator.digesting import channel

        if digest.is_whole:
            self.delivering.read_here(channel("", digest.rep), digest.made_at, self.recent(digest))
            self._store.set_mark(f"digest:{digest.rep}", digest.made_at)

    def recent(self, digest: Digest) -> tuple[str, ...]:
        """Which items of a digest the next one must not tell again."""
        from aggregator.digesting import recent

        return recent(digest, lambda query, limit: self.items(query, limit=limit))

    @cached_property
    def digesting(self) -> Digesting:
        """Makes digests."""
        from aggregator.digesting import Digesting

        return Digesting(
            self._store, self.rep, items=lambda query, limit: self.items(query, limit=limit), tenders=self.tenders,
            team=self.team, pack_news=self._pack_news,
        )  # fmt: skip

    def _pack_news(self, since: datetime) -> list[str]:
        """What happened to packs; read without the machinery of ``packs``, which reading does not need."""
        from aggregator.packs.merge import library_of

        return [each.words for each in library_of(self.config).state.notices if each.at > since]

    @cached_property
    def delivering(self) -> Delivering:
        """Sends digests and alerts to targets."""
        from aggregator.delivering import Delivering

        folder = self.config.path.parent if self.config.path else Path()
        return Delivering(
            self._store, self.rep, self.now, self.config.targets, self.team,
            folder=folder, contact=self.catalog.settings.poll.contact,
        )  # fmt: skip

    @cached_property
    def alerting(self) -> Alerting:
        """Tells at once what alerts wait for."""
        from aggregator.alerting import Alerting

        return Alerting(
            self._store, self.rep, self.now, self.config.alerts, self.delivering,
            query=self.query, items=lambda query, limit: self.items(query, limit=limit), story=self.story,
            tenders=self.tenders, scores=self.scores,
        )  # fmt: skip

    def moment(self, text: str) -> datetime:
        """A moment that has passed, as users write it: ``24h``, ``7d``, a date. Raises LeadlineError."""
        return _moment(text, self.now())

    def _start(self, since: str | None, target: str, now: datetime) -> Start:
        from aggregator.digesting import Start

        default = now - timedelta(seconds=float(self.catalog.settings.digest.since))
        if since is None:
            return Start(default)
        return self.digesting.after_the_last(target, default) if since == "last" else Start(_moment(since, now))

    def _check_sources(self, wanted: Collection[str]) -> None:
        known = {status.source.id for status in self._store.source_statuses(retired=True)} if wanted else set()
        for each in wanted:
            if each not in known:
                hint = did_you_mean(each, sorted(known)) if 0 < len(known) <= MANY else "`leadline sources` lists them"
                raise LeadlineError(f"no source has the id {each!r}", hint=hint)

    def _check_prospects(self, wanted: Collection[str]) -> None:
        known = [prospect.id for prospect in self.catalog.prospects]
        for each in wanted:
            if each not in known:
                from aggregator.source_tables import near_prospect

                raise LeadlineError(f"no prospect has the id {each!r}", hint=near_prospect(each, known))


def _place(item: Item) -> tuple[datetime, str]:
    """Where an item stands in a list, the last first."""
    return item.listed, item.id


def _moment(text: str, now: datetime) -> datetime:
    try:
        return now - timedelta(seconds=Seconds.read(text))
    except (ValueError, OverflowError):
        pass
    try:
        parsed = datetime.fromisoformat(text)
        moment = (parsed if parsed.tzinfo else parsed.astimezone()).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise LeadlineError(
            f"cannot tell when {text!r} is", hint="24h, 7d, 2026-11-20, 2026-11-20T08:00, or last"
        ) from None
    if moment > now:
        raise LeadlineError(f"{text!r} is still to come", hint="24h, 7d, a date that has passed, or last")
    return moment
