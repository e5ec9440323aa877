"""Polls claimed sources and applies what they brought: the corridor through stops 2 to 6 of an item's walk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from msgspec.structs import replace

from aggregator.model import Applied, Batch, Claim, Item
from aggregator.once import Once
from aggregator.pipeline.decide import decide, wanted_keys
from aggregator.store.base import Store
from aggregator.turns import Turns
from aggregator.workers import Work, Workers
from feeds.connectors import connector
from feeds.fetch.room import Room
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
GROUP = 200
"""Polls stored in one transaction at most."""
GATHER = 0.1
"""Seconds for which polls are gathered before they are stored: a transaction costs as much as ten of them."""
KNOWN = 500
"""Stored items of a source, the latest, that are compared with what it brings before that is matched and tagged."""
AFTER_FAULT = 3600.0
"""Seconds until a source on which leadline itself failed is tried again."""
OFFLINE = 20
"""So many polls of a round that found no network, and none that found one, end it."""
_NO_WORD = frozenset({"offline", "held", "guard", "secret", "local"})
"""Failures that say nothing for a network."""
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
    kind: str = ""
    """Of a failure to get an answer: ``FetchError.kind``."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh came to."""

    results: tuple[Result, ...] = ()
    held: int = 0
    """Sources that were due but that another poll held."""
    stopped: bool = False
    offline: bool = False
    """There was no network: nothing is held against the sources, which stay due."""
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
    shared: Collection[str] = ()
    """Addresses that several sources have: each is asked once for all of them."""
    together: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Source → those that are the same request: where one is due, all are read, for the answer serves them, too."""
    max_entries: int = 5_000
    """Entries of one answer that are taken."""


@dataclass(slots=True)
class Refresh:
    """One round over the sources that are due: claim, fetch, read, decide, apply."""

    store: Store
    workers: Workers
    send: Callable[[Request], Awaitable[Response]]
    plan: Plan
    now: Callable[[], datetime]
    progress: Callable[[Result], None] = lambda _result: None
    pauses: Callable[[], Mapping[str, float]] = dict
    """What hosts asked for since the last call: host → seconds."""
    room: Room = field(default_factory=Room)
    """Bytes of answers that may wait to be read or stored; above its limit no further source is asked."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    results: list[Result] = field(default_factory=list)
    _polled: asyncio.Queue[tuple[Claim, Polled[Item]] | None] = field(init=False)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)
    _once: Once = field(init=False)
    _sizes: Counter[str] = field(default_factory=Counter)
    """Bytes of a source's answers that wait to be read or stored."""
    _turns: Turns = field(init=False)
    _landed: asyncio.Event = field(default_factory=asyncio.Event)
    _left: Sequence[str] = ()
    """When forced: the ids that are still to be asked."""
    _seen: set[str] = field(default_factory=set)
    _exhausted: bool = False
    _unsure: list[tuple[Claim, Polled[Item]]] = field(default_factory=list)
    """Polls that found no network, while none of the round has found one."""
    _online: bool = False
    _without: int = 0
    """How many polls found no network."""
    _given_up: bool = False

    def __post_init__(self) -> None:
        self._polled = asyncio.Queue(maxsize=2 * GROUP)
        self._turns = Turns(self.plan.per_host)
        self._once = Once(self.send)
        self._left = tuple(self.plan.only or ())

    async def run(self) -> None:
        """Go on until nothing is due any more or ``stop`` is set; what was fetched by then is stored."""
        writer = asyncio.create_task(self._write())
        try:
            await self._ask_all(writer)
        finally:
            self._ending.set()
            if not writer.done():
                await self._polled.put(None)
            await writer
            await self._once.close()
            await self._settle()
            if self._seen:
                await asyncio.to_thread(self.store.release, self.plan.worker)

    async def _ask_all(self, writer: asyncio.Task[None]) -> None:
        """Keep ``concurrency`` sources in flight, claiming more as there is room."""
        flying: set[asyncio.Task[None]] = set()
        stopping = asyncio.create_task(self.stop.wait())
        for ending in (stopping, writer):
            ending.add_done_callback(lambda _task: self._landed.set())
        while not (self.stop.is_set() or self._given_up or writer.done()):
            self._landed.clear()
            await self._launch(flying)
            if not flying and not self._turns and self._exhausted:
                break
            await self._landed.wait()
        stopping.cancel()
        await _finish(flying, GRACE)

    async def _launch(self, flying: set[asyncio.Task[None]]) -> None:
        """Send out what has a turn; claim more where all that wait have none."""
        while len(flying) < self.plan.concurrency and self.room.held <= self.room.limit and not self.stop.is_set():
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
            fresh += await self._claim_along(fresh)
            for claim in fresh:
                self._turns.add(claim)
            if fresh:
                return True
            self._exhausted = self._exhausted or not self.plan.force
        return False

    async def _claim_along(self, claims: Sequence[Claim]) -> list[Claim]:
        """Claim what the answers to these claims serve as well, due or not: one request for everybody who wants it."""
        if self.plan.force:  # all that are to be asked are named
            return []
        ids = {each for claim in claims for each in self.plan.together.get(claim.source.id, ())} - self._seen
        if self.plan.only is not None:
            ids &= set(self.plan.only)
        if not ids:
            return []
        self._seen.update(ids)
        return await asyncio.to_thread(
            self.store.claim_due,
            self.now(), worker=self.plan.worker, limit=len(ids), lease=LEASE, only=sorted(ids), force=True,
        )  # fmt: skip

    async def _ask(self, claim: Claim) -> None:
        try:
            polled = await self._poll(claim)
        except Exception as error:  # a fault of ours in one source must not end the round for the others
            log.exception("polling %s", claim.source.id)
            polled = _broken(claim, error, self.now())
        self._note_network(polled.kind)
        self._hold(claim, polled.size - self._sizes[claim.source.id])
        await self._polled.put((claim, polled))

    def _hold(self, claim: Claim, size: int) -> None:
        """Count so many bytes of a source's answers more, or less: what waits to be read, then what was polled."""
        self._sizes[claim.source.id] += size
        self.room.hold(size)

    def _note_network(self, kind: str) -> None:
        """Learn from a poll whether there is a network; after many that found none, give the round up."""
        self._online = self._online or kind not in _NO_WORD
        self._without += kind == "offline"
        self._given_up = not self._online and self._without >= OFFLINE

    async def _poll(self, claim: Claim) -> Polled[Item]:
        now = self.now()
        first = claim.state.is_first
        kind = connector(claim.source.kind)

        asked = self._once.send if claim.source.url in self.plan.shared else self.send

        async def send(request: Request) -> Response:
            response = await asked(request)
            self._hold(claim, len(response.body))
            return response

        async def read(source: Source, response: Response) -> Page[Item]:
            known = {} if first else await asyncio.to_thread(self.store.hashes, source.id, KNOWN)
            work = Work(
                now=now, first=first, new_within=self.plan.new_within, known=known, max_entries=self.plan.max_entries
            )
            try:
                return await self.workers.read(source, response, work)
            finally:  # the next page may need its room
                self._hold(claim, -len(response.body))

        return await poll(
            claim.source,
            claim.state,
            send=send,
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
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHER):
                    await self._ending.wait()
            while not self._polled.empty() and len(group) < GROUP:
                group.append(self._polled.get_nowait())
            last = None in group
            polls = [each for each in group if each is not None]
            polls = self._sorted_out(polls)
            if polls:
                await self._apply(polls)

    def _sorted_out(self, polls: list[tuple[Claim, Polled[Item]]]) -> list[tuple[Claim, Polled[Item]]]:
        """What is to be stored: what found no network waits until another poll of the round has found one."""
        if self._online:
            waiting, self._unsure = self._unsure, []
            return waiting + polls
        self._unsure += [each for each in polls if each[1].kind == "offline"]
        return [each for each in polls if each[1].kind != "offline"]

    @property
    def is_offline(self) -> bool:
        """Whether nobody could be asked for want of a network."""
        return bool(self._unsure)

    async def _settle(self) -> None:
        """At the end: one host alone may have itself to blame; several that found no network had none."""
        alone = len({urlsplit(claim.source.url).netloc for claim, _ in self._unsure}) == 1 and has_route()
        if self._unsure and (self._online or alone):
            known, self._unsure = self._unsure, []
            await self._apply(known)
        for claim, polled in self._unsure:
            result = Result(claim.source, "failed", polled.state.reason, kind=polled.kind)
            self.results.append(result)
            self.progress(result)

    async def _apply(self, polls: Sequence[tuple[Claim, Polled[Item]]]) -> None:
        batches, applied = await asyncio.to_thread(self._store, polls)
        for (claim, polled), batch, done in zip(polls, batches, applied, strict=True):
            result = _result(claim.source, polled, batch, done)
            self.results.append(result)
            self.progress(result)
            self._hold(claim, -self._sizes[claim.source.id])
        self._landed.set()

    def _store(self, polls: Sequence[tuple[Claim, Polled[Item]]]) -> tuple[list[Batch], list[Applied]]:
        batches = [replace(self._decide(claim, polled), url=claim.source.url) for claim, polled in polls]
        now = self.now()
        if paused := self.pauses():
            self.store.hold_hosts({host: now + timedelta(seconds=left) for host, left in paused.items()})
        return batches, self.store.apply(batches, now)

    def _decide(self, claim: Claim, polled: Polled[Item]) -> Batch:
        """Of a source that was never read nothing is stored, and of a poll without entries nothing is asked."""
        ask = bool(polled.entries) and not claim.state.is_first
        known = self.store.known(polled.source_id, wanted_keys(polled.entries)) if ask else {}
        return decide(polled, known, self.plan.worker)


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
        kind=polled.kind,
    )


def has_route() -> bool:
    """Whether this machine has a way to the public internet, as far as it knows itself; nothing is sent."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return True
    return False


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
