"""Polls claimed sources and applies what they brought: the corridor through stops 2 to 6 of an item's walk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from aggregator.errors import StoreError
from aggregator.model import Applied, Batch, Claim, Item
from aggregator.pipeline.decide import decide, wanted_keys
from aggregator.store.base import Store
from aggregator.workers import Work, Workers
from feeds.connectors import connector
from feeds.model import Page, Polled, Request, Response, Source
from feeds.poll import poll

LEASE = 300.0
"""Seconds for which a source is claimed; a poll of it ends long before."""
GROUP = 100
"""Polls stored in one transaction at most."""
GRACE = 3.0
"""Seconds that a stopped refresh leaves to what is in flight."""

Send = Callable[[Request], "asyncio.Future[Response]"]


@dataclass(frozen=True, slots=True)
class Result:
    """What polling one source came to."""

    source: Source
    outcome: str
    """``changed``, ``unchanged``, ``failed``, ``gone`` or ``lost`` (another poll took the source over)."""
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


@dataclass(slots=True)
class Refresh:
    """One round over the sources that are due."""

    store: Store
    workers: Workers
    send: Callable[[Source, Request], "asyncio.Future[Response] | asyncio.Task[Response]"]
    worker: str
    """Who claims; unique for each process and round."""
    now: Callable[[], datetime]
    new_within: float
    concurrency: int
    only: Collection[str] | None = None
    force: bool = False
    progress: Callable[[Result], None] | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _results: list[Result] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
