"""What reading one answer may cost the worker that reads it: processor time and memory, whatever the reader is."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from feeds.errors import ReadError

CPU_SECONDS = 5.0
"""Of this process alone; the child that repairs a broken feed has limits of its own."""
MEMORY = 300_000_000
"""Bytes above what the process has before it reads."""
SMALL = 100_000
"""Bytes of an answer below which memory is not looked at."""

_ready: list[bool] = []


def prepare() -> None:
    """Make this process, which must be a worker of ours, heed the limit on time; where the system has such a clock."""
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, _late)
        _ready[:] = [True]


@contextmanager
def reading(size: int) -> Iterator[None]:
    """Limits for reading an answer of so many bytes: ReadError where it takes longer, MemoryError where more."""
    former = _limit_memory() if size >= SMALL else None
    if _ready:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS, 0.5)  # again, should somebody have swallowed the first
    try:
        try:
            yield
        finally:
            if _ready:
                signal.setitimer(signal.ITIMER_PROF, 0.0)
    finally:
        if former is not None:
            _set_memory(*former)


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise ReadError(f"reading it takes longer than {CPU_SECONDS:g} seconds")


def _limit_memory() -> tuple[int, int] | None:
    """The limits that were in force; None where there is nothing to limit by."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + MEMORY
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
        return soft, hard
    return None


def _set_memory(soft: int, hard: int) -> None:
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
