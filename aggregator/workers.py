"""Processes that read answers and prepare items, apart from the event loop: parsing holds the interpreter's lock."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from aggregator import reading_limits
from aggregator.catalog import Recipe
from aggregator.model import Item
from feeds.connectors import connector
from feeds.errors import ReadError
from feeds.model import Page, Response, Source

if TYPE_CHECKING:
    from aggregator.pipeline.prepare import Preparer

READ_DEADLINE = 30.0
"""Seconds after which reading one answer is given up and its worker replaced."""
ORPHAN_CHECK = 2.0
"""Seconds between a worker's looks at whether the process that it works for still lives."""


class Work(msgspec.Struct, frozen=True):
    """What a worker needs to know besides source and answer."""

    now: datetime
    first: bool
    """Whether the source has never been read before."""
    new_within: float
    """Seconds; see ``PollSettings.new_within``."""
    known: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Key → content hash of what is stored: an item that has not changed since is not given a meaning anew."""
    max_entries: int = 5_000
    """Entries of one answer that are taken."""


_recipe: list[Recipe] = []
"""In a worker: what it was started with."""
_compiled: list[tuple[Recipe, Preparer]] = []


def preparer_for(recipe: Recipe) -> Preparer:
    """The compiled recipe, kept for the next answer."""
    if not _compiled or (_compiled[0][0] is not recipe and _compiled[0][0] != recipe):
        _compiled[:] = [(recipe, recipe.build())]
        gc.freeze()  # rules live as long as the worker: looking through them for circles finds none
    return _compiled[0][1]


class Workers:
    """Processes that read, each one answer at a time: a death or a delay costs that answer and no other.

    Call ``start`` while this process has a single thread: then workers are forked, which is quickest. Each worker
    compiles the rules when it reads its first answer, so that a poll that brings nothing new never pays for it.
    """

    def __init__(self, recipe: Recipe, processes: int) -> None:
        self._recipe = recipe
        self._count = processes
        self._workers: list[_Worker] = []
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="worker")

    def start(self, *, warm: bool = False) -> None:
        """Make the processes; ``warm`` where it is known that there will be something to read.

        Then the rules are compiled once, here, and every worker is forked with them; where workers cannot be forked,
        each compiles them while the first answers are still on their way.
        """
        forked = _can_fork()
        if warm and forked:
            _warm(self._recipe)
        self._workers = [_Worker(self._recipe) for _ in range(self._count)]
        for worker in self._workers:
            if warm and not forked:
                worker.warm()
            self._free.put_nowait(worker)

    async def read(self, source: Source, response: Response, work: Work) -> Page[Item]:
        """One answer as prepared items. Raises ReadError, also where the worker died or took too long."""
        worker = await self._free.get()
        asked = asyncio.get_running_loop().run_in_executor(self._threads, worker.read, source, response, work)
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            worker.kill()
            await asyncio.gather(asked, return_exceptions=True)
            raise
        finally:
            self._free.put_nowait(worker)

    def close(self) -> None:
        """End the processes; what they work on is dropped."""
        for worker in self._workers:
            worker.kill()
        self._threads.shutdown()


class _Worker:
    """One process, made anew when it was lost."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._spawn()

    def read(self, source: Source, response: Response, work: Work) -> Page[Item]:
        """Let the process read; waits for it."""
        if not self.process.is_alive():
            self._spawn()
        try:
            self._pipe.send((source, response, work))
            if not self._pipe.poll(READ_DEADLINE):
                self.kill()
                raise ReadError(f"reading it took longer than {READ_DEADLINE:.0f} s")
            answer = self._pipe.recv_bytes()
        except (EOFError, OSError):
            self.kill()
            raise ReadError("the process that read it was stopped or died") from None
        if answer[:1] == _FAILED:
            raise pickle.loads(answer[1:])  # noqa: S301 - from a process of ours
        return _pages().decode(memoryview(answer)[1:])

    def warm(self) -> None:
        """Let the process make ready; does not wait for it."""
        with contextlib.suppress(OSError):  # one that is dead already is replaced when it is to read
            self._pipe.send(None)

    def kill(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()

    def _spawn(self) -> None:
        context = _context()
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, self._recipe, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()


def _can_fork() -> bool:
    """Forking is quickest, and safe only while this process has a single thread."""
    return hasattr(os, "fork") and threading.active_count() == 1


def _context() -> Any:
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if _can_fork() else "forkserver" if "forkserver" in methods else "spawn")


def _serve(pipe: Connection, recipe: Recipe, parent: int) -> None:
    """Be a worker: read what comes, until nobody is there any more."""
    _start(recipe, parent)
    with contextlib.suppress(EOFError, OSError):
        while True:
            asked = pipe.recv()
            if asked is None:
                _warm(_recipe[0])
            else:
                pipe.send_bytes(_answer(*asked))


def _warm(recipe: Recipe) -> None:
    """Load and compile what the first answer will need; a fault in that is told by the answer."""
    with contextlib.suppress(Exception):
        import feeds.parsing  # noqa: F401 - most sources are feeds

        preparer_for(recipe)


def _bounded(page: Page[Any], most: int) -> Page[Any]:
    """A page with its first entries, and a word on what was left out."""
    if len(page.entries) <= most:
        return page
    problem = f"only the first {most} of its {len(page.entries)} entries were taken"
    return replace(page, entries=page.entries[:most], problems=(*page.problems, problem))


_FAILED, _READ = b"!", b"="
"""What an answer of a worker begins with: a pickled exception follows, or a page as ``_pages`` reads it."""
_to_bytes = msgspec.msgpack.Encoder(enc_hook=str)


@cache
def _pages() -> msgspec.msgpack.Decoder[Page[Item]]:
    """Reads what a worker wrote, in a third of the time that unpickling takes; made when first needed."""
    return msgspec.msgpack.Decoder(Page[Item])


def _answer(source: Source, response: Response, work: Work) -> bytes:
    try:
        with reading_limits.reading(len(response.body)):
            page = connector(source.kind).read(source, response)
        page = _bounded(page, work.max_entries)
        prepared = preparer_for(_recipe[0]).prepare_page(
            page, source, work.now, first=work.first, new_within=work.new_within, known=work.known
        )
        return _READ + _to_bytes.encode(prepared)
    except MemoryError:
        return _FAILED + pickle.dumps(ReadError("it needs too much memory to be read"))
    except Exception as error:  # told to whoever asked, who knows whose fault it is
        return _FAILED + pickle.dumps(error)


def _start(recipe: Recipe, parent: int) -> None:
    """Ready a worker: deaf to Ctrl-C and SIGTERM (the parent decides), and gone when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    reading_limits.prepare()
    if hasattr(signal, "setitimer"):

        def leave_if_orphaned(_signal: int, _frame: FrameType | None) -> None:
            if os.getppid() != parent:
                os._exit(0)

        if multiprocessing.parent_process() is not None and os.getppid() == parent:
            signal.signal(signal.SIGALRM, leave_if_orphaned)
            signal.setitimer(signal.ITIMER_REAL, ORPHAN_CHECK, ORPHAN_CHECK)
    _recipe[:] = [recipe]
