"""Asks one source for its news: its connector's request, the answer, the next page, until done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from feeds.model import FetchState, Page, Polled, Request, Response, Source
from feeds.politeness import Pace

T = TypeVar("T")


async def poll(
    source: Source,
    state: FetchState,
    *,
    send: Callable[[Request], Awaitable[Response]],
    read: Callable[[Source, Response], Awaitable[Page[T]]],
    first: Callable[[Source, FetchState], Request],
    dates: Callable[[Sequence[T]], Sequence[datetime]],
    now: datetime,
    force: bool = False,
    pace: Pace = Pace(),
    max_pages: int = 10,
) -> Polled[T]:
    """Ask the source once; what it brought, and the state to store with it in one transaction.

    Never raises but when cancelled: failures are an outcome. Polls whatever ``next_at`` says: who is due is the
    store's to say. ``dates`` gives entries' publication times. ``force`` asks without validators and reads even the
    bytes that were read before. ``state.changed_at`` is left to the caller, who knows what was new.
    """
    raise NotImplementedError
