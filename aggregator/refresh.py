"""Polls claimed sources and applies what they brought: the corridor through stops 2 to 6 of an item's walk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from aggregator.model import Applied, Batch, Claim, Item
from aggregator.pipeline.decide import decide, wanted_keys
from aggregator.store.base import Store
from aggregator.turns import Turns
from aggregator.workers import Work, Workers
from feeds.connectors import connector
from feeds.model import Page, Polled, Request, Response, Source
from feeds.politeness import Pace
from feeds.poll import poll

log = logging.getLogger(__name__)

LEASE = 300.0
"""Seconds for which a source is claimed; a poll of it ends long before."""
CLAIMS = 200
"""Sources claimed in one transaction at most."""
MOST_WAITING = 1_000
"""Sources claimed and waiting for their host at most; they must be asked before their lease ends."""
MARGIN = timedelta(seconds=60)
"""What must be left of a claim when its source is asked."""
GROUP = 100
"""Polls stored in one transaction at most."""
KNOWN = 500
"""Stored items of a source, the latest, that are compared with what it brings before that is matched and tagged."""
AFTER_FAULT = 3600.0
"""Seconds until a source on which leadline itself failed is tried again."""
GRACE = 3.0
"""Seconds that a stopped refresh leaves to what is in flight."""


@dataclass(frozen=True, slots=True)
class Result:
    """What polling one source came to."""

    source: Source
    outcome: str
    """``changed``, ``unchanged``, ``failed``, ``gone``, ``held`` (its quota is spent) or ``lost`` (another poll took
    the source over)."""
    reason: str = ""
    new: int = 0
    changed: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh came to."""

    results: tuple[Result, ...] = ()
    held: int = 0
    """Sources that were due but that another poll held."""
    stopped: bool = False
    seconds: float = 0.0

    @property
    def new(self) -> int:
        """New items over all sources."""
        return sum(result.new for result in self.results)

    @property
    def failed(self) -> tuple[Result, ...]:
        """The sources that gave no answer that could be used."""
        return tuple(result for result in self.results if result.outcome in ("failed", "gone"))


@dataclass(frozen=True, slots=True)
class Plan:
    """Which sources a refresh takes, for whom, and how many at once."""

    worker: str
    """Who claims; unique for each process and round."""
    concurrency: int
    new_within: float
    pace: Pace
    per_host: int = 2
    only: Collection[str] | None = None
    """These sources alone. A forced refresh must name its sources."""
    force: bool = False
    """Ask also what is not due; still with validators, so that it costs the server little."""


@dataclass(slots=True)
class Refresh:
    """One round over the sources that are due: claim, fetch, read, decide, apply."""

    store: Store
    workers: Workers
    send: Callable[[Request], Awaitable[Response]]
    plan: Plan
    now: Callable[[], datetime]
    progress: Callable[[Result], None] = lambda _result: None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    results: list[Result] = field(default_factory=list)
    _polled: asyncio.Queue[tuple[Source, Polled[Item]] | None] = field(init=False)
    _turns: Turns = field(init=False)
    _landed: asyncio.Event = field(default_factory=asyncio.Event)
    _left: Sequence[str] = ()
    """When forced: the ids that are still to be asked."""
    _seen: set[str] = field(default_factory=set)
    _exhausted: bool = False

    def __post_init__(self) -> None:
        self._polled = asyncio.Queue(maxsize=2 * GROUP)
        self._turns = Turns(self.plan.per_host)
        self._left = tuple(self.plan.only or ())

    async def run(self) -> None:
        """Go on until nothing is due any more or ``stop`` is set; what was fetched by then is stored."""
        writer = asyncio.create_task(self._write())
        try:
            await self._ask_all(writer)
        finally:
            if not writer.done():
                await self._polled.put(None)
            await writer
            if self._seen:
                await asyncio.to_thread(self.store.release, self.plan.worker)

    async def _ask_all(self, writer: asyncio.Task[None]) -> None:
        """Keep ``concurrency`` sources in flight, claiming more as there is room."""
        flying: set[asyncio.Task[None]] = set()
        stopping = asyncio.create_task(self.stop.wait())
        for ending in (stopping, writer):
            ending.add_done_callback(lambda _task: self._landed.set())
        while not (self.stop.is_set() or writer.done()):
            self._landed.clear()
            await self._launch(flying)
            if not flying:
                break
            await self._landed.wait()
        stopping.cancel()
        await _finish(flying, GRACE)

    async def _launch(self, flying: set[asyncio.Task[None]]) -> None:
        """Send out what has a turn; claim more where all that wait have none."""
        while len(flying) < self.plan.concurrency and not self.stop.is_set():
            claim = self._turns.take()
            if claim is not None and claim.until <= self.now() + MARGIN:
                self._turns.done(claim)  # it waited for its host too long: given back at the end, asked next round
            elif claim is not None:
                task = asyncio.create_task(self._ask(claim))
                flying.add(task)
                task.add_done_callback(partial(self._land, flying, claim))
            elif len(self._turns) >= MOST_WAITING or not await self._claim():
                return

    def _land(self, flying: set[asyncio.Task[None]], claim: Claim, task: asyncio.Task[None]) -> None:
        flying.discard(task)
        self._turns.done(claim)
        self._landed.set()

    async def _claim(self) -> bool:
        """Claim the next sources; whether there were any."""
        while not self._exhausted:
            only = self.plan.only
            if self.plan.force:  # what was just asked is due again at once, so each is named once
                only, self._left = self._left[:CLAIMS], self._left[CLAIMS:]
                self._exhausted = not self._left
            claims = await asyncio.to_thread(
                self.store.claim_due,
                self.now(), worker=self.plan.worker, limit=CLAIMS, lease=LEASE, only=only, force=self.plan.force,
            )  # fmt: skip
            fresh = [claim for claim in claims if claim.source.id not in self._seen]
            self._seen.update(claim.source.id for claim in fresh)
            for claim in fresh:
                self._turns.add(claim)
            if fresh:
                return True
            self._exhausted = self._exhausted or not self.plan.force
        return False

    async def _ask(self, claim: Claim) -> None:
        try:
            polled = await self._poll(claim)
        except Exception as error:  # a fault of ours in one source must not end the round for the others
            log.exception("polling %s", claim.source.id)
            polled = _broken(claim, error, self.now())
        await self._polled.put((claim.source, polled))

    async def _poll(self, claim: Claim) -> Polled[Item]:
        now = self.now()
        first = claim.state.is_first
        kind = connector(claim.source.kind)

        async def read(source: Source, response: Response) -> Page[Item]:
            known = {} if first else await asyncio.to_thread(self.store.hashes, source.id, KNOWN)
            work = Work(now=now, first=first, new_within=self.plan.new_within, known=known)
            return await self.workers.read(source, response, work)

        return await poll(
            claim.source,
            claim.state,
            send=self.send,
            read=read,
            first=kind.first,
            terms=kind.ABOUT.terms,
            dates=_dates,
            now=now,
            pace=self.plan.pace,
        )

    async def _write(self) -> None:
        """Store what was polled, many sources in one transaction, until None comes."""
        last = False
        while not last:
            group = [await self._polled.get()]
            while not self._polled.empty() and len(group) < GROUP:
                group.append(self._polled.get_nowait())
            last = None in group
            polls = [each for each in group if each is not None]
            if polls:
                await self._apply(polls)

    async def _apply(self, polls: Sequence[tuple[Source, Polled[Item]]]) -> None:
        batches = await asyncio.to_thread(self._decide, [polled for _, polled in polls])
        applied = await asyncio.to_thread(self.store.apply, batches, self.now())
        for (source, polled), batch, done in zip(polls, batches, applied, strict=True):
            result = _result(source, polled, batch, done)
            self.results.append(result)
            self.progress(result)

    def _decide(self, polls: Sequence[Polled[Item]]) -> list[Batch]:
        return [
            decide(
                polled,
                self.store.known(polled.source_id, wanted_keys(polled.entries)) if polled.entries else {},
                self.plan.worker,
            )
            for polled in polls
        ]


def _broken(claim: Claim, error: Exception, now: datetime) -> Polled[Item]:
    state = replace(
        claim.state,
        status="failed",
        reason=f"leadline itself failed on it ({type(error).__name__}); please report this",
        checked_at=now,
        failed_since=claim.state.failed_since or now,
        failures=claim.state.failures + 1,
        next_at=now + timedelta(seconds=AFTER_FAULT),
        next_why="leadline failed on it an hour before",
    )
    return Polled(claim.source.id, "failed", state)


def _dates(items: Sequence[Item]) -> list[datetime]:
    return [item.published for item in items if item.published is not None]


def _result(source: Source, polled: Polled[Item], batch: Batch, applied: Applied) -> Result:
    if applied.lost:
        return Result(source, "lost", "another poll took it over")
    return Result(
        source=source,
        outcome=polled.outcome,
        reason=polled.state.next_why if polled.outcome == "held" else polled.state.reason,
        new=applied.new,
        changed=applied.changed,
        seen=len(polled.entries) - len(batch.new) - len(batch.changed),
    )


async def _finish(tasks: Collection[asyncio.Task[None]], grace: float) -> None:
    """Let tasks end by themselves for so long, then cancel the rest; the first error of any is raised."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=grace)
    for task in late:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended
