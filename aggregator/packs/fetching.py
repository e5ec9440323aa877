"""Sends the few requests that packs need, one at a time, under the guard and the bounds of every fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aggregator.config import Config
from feeds.model import Request, Response

Send = Callable[[Request], Response]


@contextmanager
def sender(config: Config) -> Iterator[Send]:
    """A function that sends one request and waits for its answer; the network is touched only when it is called."""
    import asyncio

    runner: asyncio.Runner | None = None
    fetcher = None

    def send(request: Request) -> Response:
        nonlocal runner, fetcher
        from feeds.fetch import Bounds, Fetcher
        from feeds.packs.archive import MAX_TOTAL

        if runner is None or fetcher is None:
            runner = asyncio.Runner()
            bounds = Bounds(
                deadline=float(config.settings.poll.timeout), max_wire=2 * MAX_TOTAL, max_decoded=2 * MAX_TOTAL
            )
            fetcher = runner.run(Fetcher(bounds).__aenter__())
        return runner.run(fetcher.send(request))

    try:
        yield send
    finally:
        if runner is not None:
            if fetcher is not None:
                runner.run(fetcher.__aexit__(None, None, None))
            runner.close()
