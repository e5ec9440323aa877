"""Who holds claims: a name for the process that polls, and whether the process of a name still lives."""

from __future__ import annotations

import os
import socket
import time

_ENDED = frozenset("ZXx")
"""States of a process that has ended, though its parent has not looked yet."""


def worker_name() -> str:
    """Who polls: host, process, and when it began, so that a dead one can be told from one that took its number."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}:{time.monotonic_ns()}"


def worker_lives(name: str) -> bool:
    """Whether a worker may still be at work; one of another host always may."""
    parts = name.rsplit(":", 3)
    if len(parts) < 4 or parts[0] != socket.gethostname() or not parts[1].isdigit():
        return True
    pid = int(parts[1])
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return _began(pid) == parts[2]


def spoken(name: str) -> str:
    """A worker's name for people: its process and host."""
    host, pid = [*name.rsplit(":", 3), ""][:2]
    return f"process {pid} on {host}" if pid else name


def _began(pid: int) -> str:
    """When a process began, in ticks since boot; ``ended`` for one that is over; empty where the system is silent."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return "ended" if fields[0] in _ENDED else fields[19]
    except (OSError, IndexError):
        return ""
