"""Polls sources once without keeping anything: do their addresses answer?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from aggregator.config import Config
from feeds.connectors import connector
from feeds.fetch import Bounds, Fetcher
from feeds.model import Entry, FetchState, Page, Response, Source
from feeds.poll import poll

SLOW = 10.0
"""Seconds after which an answer is called slow."""


def try_sources(sources: Sequence[Source], config: Config) -> Iterator[tuple[Source, str, int]]:
    """Each source with what was wrong (empty where nothing was) and how many entries it had."""
    yield from asyncio.run(_try_all(sources, config))


async def _try_all(sources: Sequence[Source], config: Config) -> Iterable[tuple[Source, str, int]]:
    settings = config.settings.poll
    bounds = Bounds(deadline=float(settings.timeout), connections=20)
    async with Fetcher(bounds, contact=settings.contact) as fetcher:
        return await asyncio.gather(*(_try(source, fetcher) for source in sources))


async def _try(source: Source, fetcher: Fetcher) -> tuple[Source, str, int]:
    kind = connector(source.kind)

    async def read(source: Source, response: Response) -> Page[Entry]:
        return await asyncio.to_thread(kind.read, source, response)

    now = datetime.now(UTC)
    polled = await poll(
        source, FetchState(checked_at=now), send=fetcher.send, read=read, first=kind.first,
        dates=lambda entries: [each.published for each in entries if each.published], now=now, max_pages=1,
        terms=kind.ABOUT.terms,
    )  # fmt: skip
    state = polled.state
    wrong = state.reason if polled.outcome not in ("changed", "unchanged") else ""
    if state.moved_to:
        wrong = f"moved for good to {state.moved_to}"
    elif not wrong and not polled.entries:
        wrong = "answers, and holds nothing"
    return source, wrong, len(polled.entries)
