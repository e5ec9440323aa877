"""Runs one refresh from start to end: event loop, fetcher and workers made, signals heeded, everything closed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from aggregator.catalog import Catalog
from aggregator.config import PollSettings, beside
from aggregator.refresh import Plan, Refresh, Report, Result
from aggregator.store.base import Store
from aggregator.workers import Workers
from feeds.fetch import USER_AGENT, Bounds, BudgetGate, Fetcher, Room
from feeds.model import Source
from feeds.politeness import Pace


def poll_due(
    store: Store,
    catalog: Catalog,
    now: Callable[[], datetime],
    *,
    worker: str,
    only: Collection[str] | None = None,
    force: bool = False,
    progress: Callable[[Result], None] = lambda _result: None,
    stop: threading.Event | None = None,
) -> Report:
    """Poll every due source once.

    It ends early when ``stop`` is set; without one, on Ctrl-C and SIGTERM. What is in flight then gets a moment.
    """
    settings = catalog.settings.poll
    plan = Plan(
        worker=worker,
        concurrency=settings.concurrency,
        new_within=float(settings.new_within),
        pace=Pace(floor=float(settings.at_least), ceiling=float(settings.at_most)),
        per_host=settings.per_host,
        only=[source.id for source in catalog.sources] if force and only is None else only,
        force=force,
        shared=_shared(catalog.sources),
        together=together(catalog.sources),
        max_entries=settings.max_entries,
    )
    started = time.monotonic()
    workers = Workers(catalog.recipe, settings.workers or os.cpu_count() or 1)
    try:
        workers.start(warm=store.count_due(now(), only=plan.only, force=force, unasked=True, most=1) > 0)
        refresh = asyncio.run(_run(store, workers, settings, _ca(catalog), plan, now, progress, stop))
    finally:
        workers.close()
    held = store.claimed(now(), only)
    return Report(tuple(refresh.results), held, refresh.stop.is_set(), refresh.is_offline, time.monotonic() - started)


def _ca(catalog: Catalog) -> str:
    path = catalog.config.path
    return beside(path.parent if path else Path(), catalog.settings.poll.ca)


def _shared(sources: Sequence[Source]) -> frozenset[str]:
    """The addresses that more than one source has."""
    counts = Counter(source.url for source in sources)
    return frozenset(url for url, count in counts.items() if count > 1)


def together(sources: Sequence[Source]) -> dict[str, list[str]]:
    """Each feed that others ask for in the same way → all of them."""
    same: defaultdict[object, list[str]] = defaultdict(list)
    for each in sources:
        if each.kind == "feed":
            asked = (each.url, each.headers, each.allow_private, each.auth, each.ca, each.client_cert, each.proxy)
            same[asked].append(each.id)
    return {id_: ids for ids in same.values() if len(ids) > 1 for id_ in ids}


async def _run(
    store: Store,
    workers: Workers,
    settings: PollSettings,
    ca: str,
    plan: Plan,
    now: Callable[[], datetime],
    progress: Callable[[Result], None],
    stop: threading.Event | None,
) -> Refresh:
    room = Room(float(settings.in_flight))
    fetcher = Fetcher(
        bounds(settings),
        user_agent=user_agent(settings.contact),
        contact=settings.contact,
        budgets=BudgetGate(store, now=now),
        proxy=settings.proxy,
        ca=ca,
        room=room,
    )
    async with fetcher:
        for host, until in store.held_hosts(now()).items():
            fetcher.gate.hold(host, (until - now()).total_seconds())
        refresh = Refresh(store, workers, fetcher.send, plan, now, progress, fetcher.gate.pauses, room)
        heeding = _watching(stop, refresh.stop) if stop else _signals(refresh.stop)
        async with heeding:
            await refresh.run()
        return refresh


def user_agent(contact: str) -> str:
    """Who asks, and where to complain: the user's own contact where one is configured."""
    return USER_AGENT.replace("(", f"({contact}; ", 1) if contact else USER_AGENT


def bounds(settings: PollSettings) -> Bounds:
    """The bounds of a fetch as configured."""
    return Bounds(
        deadline=float(settings.timeout),
        max_wire=int(settings.max_wire),
        max_decoded=int(settings.max_body),
        max_header=int(settings.max_header),
        redirects=settings.redirects,
        per_host=settings.per_host,
        gap=float(settings.gap),
        connections=settings.concurrency,
    )


@contextlib.asynccontextmanager
async def _watching(stop: threading.Event, told: asyncio.Event) -> AsyncIterator[None]:
    """Pass another thread's ``stop`` on while this lasts."""

    async def watch() -> None:
        while not stop.is_set():  # noqa: ASYNC110 - a thread sets it, not this loop
            await asyncio.sleep(0.1)
        told.set()

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()


@contextlib.asynccontextmanager
async def _signals(stop: asyncio.Event) -> AsyncIterator[None]:
    """Make Ctrl-C and SIGTERM set ``stop`` while this lasts; only the main thread of a process gets signals."""
    loop = asyncio.get_running_loop()
    heeded = []
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, stop.set)
                heeded.append(number)
    try:
        yield
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
