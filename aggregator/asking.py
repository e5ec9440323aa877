"""Asks Wikidata and EDGAR's list of tickers who a name may mean; what fails is said, and the rest goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from aggregator.config import PollSettings
from aggregator.polling import bounds, user_agent
from aggregator.store.base import Store
from feeds.errors import LeadlineError, ReadError
from feeds.fetch import BudgetGate, Fetcher
from feeds.identities import (
    TICKERS,
    WIKIDATA,
    Candidate,
    entities_request,
    read_entities,
    read_search,
    read_tickers,
    search_request,
    tickers_request,
)
from feeds.model import Request, Response


@dataclass(frozen=True, slots=True)
class Places:
    """Where the two are asked."""

    wikidata: str = WIKIDATA
    tickers: str = TICKERS
    allow_private: tuple[str, ...] = ()


PLACES = Places()
Send = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Answers:
    """Who a name may mean, and which of the two could not be asked."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()


def look_up(store: Store, settings: PollSettings, name: str, now: Callable[[], datetime]) -> Answers:
    """Ask both, keeping to their quotas. Never raises for what they answer or fail to."""
    return asyncio.run(_look_up(store, settings, name, now, PLACES))


async def _look_up(
    store: Store, settings: PollSettings, name: str, now: Callable[[], datetime], places: Places
) -> Answers:
    gate = BudgetGate(store, now=now)
    agent = user_agent(settings.contact)
    async with Fetcher(bounds(settings), user_agent=agent, contact=settings.contact, budgets=gate) as fetcher:

        async def send(request: Request) -> Response:
            answer = await fetcher.send(replace(request, allow_private=places.allow_private))
            if answer.status != 200:
                raise ReadError(f"the server answered {answer.status}")
            return answer

        found: list[Candidate] = []
        notes: list[str] = []
        asked = (("Wikidata", _wikidata(send, name, places)), ("EDGAR's list of tickers", _edgar(send, name, places)))
        for title, answer in asked:
            try:
                found += await answer
            except LeadlineError as error:
                notes.append(f"{title} could not be asked: {error}")
    return Answers(tuple(found), tuple(notes))


async def _wikidata(send: Send, name: str, places: Places) -> tuple[Candidate, ...]:
    ids = read_search(await send(search_request(name, url=places.wikidata)))
    return read_entities(await send(entities_request(ids, url=places.wikidata))) if ids else ()


async def _edgar(send: Send, name: str, places: Places) -> tuple[Candidate, ...]:
    return read_tickers(await send(tickers_request(url=places.tickers)), name)
