"""Processes that read answers and prepare items, apart from the event loop: parsing holds the interpreter's lock."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

from aggregator.catalog import Recipe
from aggregator.model import Item
from aggregator.pipeline.prepare import Preparer
from feeds.connectors import connector
from feeds.errors import ReadError
from feeds.model import Page, Response, Source

READ_DEADLINE = 30.0
"""Seconds after which reading one answer is given up and the workers are replaced."""
ORPHAN_CHECK = 2.0
"""Seconds between a worker's looks at whether the process that it works for still lives."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to know besides source and answer."""

    now: datetime
    first: bool
    """Whether the source has never been read before."""
    new_within: float
    """Seconds; see ``PollSettings.new_within``."""


_recipe: list[Recipe] = []
"""In a worker: what it was started with."""
_compiled: list[tuple[Recipe, Preparer]] = []


def preparer_for(recipe: Recipe) -> Preparer:
    """The compiled recipe, kept for the next answer."""
    if not _compiled or (_compiled[0][0] is not recipe and _compiled[0][0] != recipe):
        _compiled[:] = [(recipe, recipe.build())]
    return _compiled[0][1]


class Workers:
    """A pool of reading processes that survives a worker's death.

    Call ``start`` while this process has a single thread: then workers are forked, which is quickest. Each worker
    compiles the rules when it reads its first answer, so that a poll that brings nothing new never pays for it.
    """

    def __init__(self, recipe: Recipe, processes: int) -> None:
        self._recipe = recipe
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Make the processes now instead of at the first answer."""
        self._started().submit(_nothing)

    async def read(self, source: Source, response: Response, work: Work) -> Page[Item]:
        """One answer as prepared items. Raises ReadError, also where the worker died or took too long."""
        pool = self._started()
        try:
            future = pool.submit(_read, source, response, work)
            return await asyncio.wait_for(asyncio.wrap_future(future), READ_DEADLINE)
        except TimeoutError:
            self._discard(pool)
            raise ReadError(f"reading it took longer than {READ_DEADLINE:.0f} s") from None
        except (BrokenProcessPool, RuntimeError):
            self._discard(pool)
            raise ReadError("the process that read it was stopped or died") from None

    def close(self) -> None:
        """End the processes; what they work on is dropped."""
        if self._pool is not None:
            self._discard(self._pool)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes, _context(), initializer=_start, initargs=(self._recipe, os.getpid())
            )
        return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        processes = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def _context() -> multiprocessing.context.BaseContext:
    """Forking is quickest, and safe only while this process has a single thread."""
    can_fork = hasattr(os, "fork") and threading.active_count() == 1
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if can_fork else "forkserver" if "forkserver" in methods else "spawn")


def _start(recipe: Recipe, parent: int) -> None:
    """Ready a worker: rules compiled, deaf to Ctrl-C (the parent decides), and gone when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "setitimer"):

        def leave_if_orphaned(_signal: int, _frame: FrameType | None) -> None:
            if os.getppid() != parent:
                os._exit(0)

        if multiprocessing.parent_process() is not None and os.getppid() == parent:
            signal.signal(signal.SIGALRM, leave_if_orphaned)
            signal.setitimer(signal.ITIMER_REAL, ORPHAN_CHECK, ORPHAN_CHECK)
    _recipe[:] = [recipe]


def _nothing() -> None:
    """Work for a worker that is only to be started."""


def _read(source: Source, response: Response, work: Work) -> Page[Item]:
    page = connector(source.kind).read(source, response)
    return preparer_for(_recipe[0]).prepare_page(page, source, work.now, first=work.first, new_within=work.new_within)
