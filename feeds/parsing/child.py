"""Work in a process that can be killed: limited in time and memory, sharing nothing but the answer."""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

SECONDS = 5.0
"""Wall time of one piece of work."""
CPU_SECONDS = 3.0
"""CPU time of one: what is done before and after it takes time as well."""
MEMORY = 300_000_000
"""Bytes that the work may take over what the process had."""
MAX_ANSWER = 50_000_000


class GaveUpError(Exception):
    """The work did not end: out of time, out of memory, or broken; the message says which, in words."""


def run(work: Callable[..., Any], name: str, *arguments: str) -> Any:
    """What ``work(*arguments)`` returns (JSON values), done in a child; ``name`` is its ``module:function``.

    The child is forked where that is safe (one thread, not macOS) and started anew elsewhere.
    """
    if hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1:
        return _answer(_forked(work, arguments))
    return _started(name, arguments)


def _forked(work: Callable[..., Any], arguments: tuple[str, ...]) -> bytes:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads that run no Python hold no lock of ours
        child = os.fork()
    if not child:
        _in_child(work, arguments, writing)
    os.close(writing)
    try:
        return _collect(reading, time.monotonic() + SECONDS)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _in_child(work: Callable[..., Any], arguments: tuple[str, ...], writing: int) -> None:
    """Never returns, and runs none of the parent's exit handlers."""
    gc.disable()  # the parent's objects are not ours to visit: each visit copies a page
    try:
        answer = _limited(work, arguments)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)


def _limited(work: Callable[..., Any], arguments: tuple[str, ...]) -> bytes:
    try:
        _limit()
        return json.dumps({"answer": work(*arguments)}, ensure_ascii=False).encode("utf-8", "replace")
    except MemoryError:
        return b'{"error": "it needs too much memory"}'
    except Exception as error:
        return json.dumps({"error": f"it breaks the parser ({type(error).__name__})"}).encode()


def _limit() -> None:
    """Limits on this process from here on; where the system has none, the deadline alone holds."""
    signal.alarm(0)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = math.ceil(used.ru_utime + used.ru_stime + CPU_SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with open("/proc/self/statm", encoding="ascii") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _collect(pipe: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise GaveUpError(f"it takes longer than {SECONDS:.0f} seconds")
        part = os.read(pipe, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER:
            raise GaveUpError("it grows too large")


def _started(name: str, arguments: tuple[str, ...]) -> Any:
    module, _, function = name.partition(":")
    code = f"from feeds.parsing.child import serve; from {module} import {function}; serve({function})"
    paths = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(  # noqa: S603 — our own interpreter and code; the document goes to its standard input
            [sys.executable, "-c", code],
            input=json.dumps(arguments).encode(),
            capture_output=True,
            timeout=SECONDS + 2,
            check=False,
            env={**os.environ, "PYTHONPATH": paths},
        )
    except subprocess.TimeoutExpired:
        raise GaveUpError(f"it takes longer than {SECONDS:.0f} seconds") from None
    return _answer(done.stdout)


def serve(work: Callable[..., Any]) -> None:
    """Be the child of ``run`` where it could not fork: arguments from stdin, answer to stdout."""
    arguments = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_limited(work, tuple(arguments)))


def _answer(data: bytes) -> Any:
    if not data:
        raise GaveUpError("the parser was stopped by its limits")
    try:
        said = json.loads(data)
    except ValueError:
        raise GaveUpError("the parser broke off") from None
    if "error" in said:
        raise GaveUpError(said["error"])
    return said["answer"]
