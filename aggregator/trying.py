"""Asks a source once and stores nothing of it: what was sent, what came back, and what a poll would make of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urldefrag

import msgspec
from msgspec.structs import replace

from aggregator.catalog import Catalog
from aggregator.model import Item
from aggregator.pipeline.decide import decide, wanted_keys
from aggregator.polling import bounds, user_agent
from aggregator.store.base import Store
from aggregator.workers import Work, Workers
from feeds import __version__
from feeds.connectors import connector
from feeds.connectors.records import collecting, without_contacts
from feeds.errors import FetchError, LeadlineError, ReadError
from feeds.fetch import BudgetGate, Fetcher
from feeds.model import FetchState, Page, Polled, Request, Response, Source
from feeds.politeness import Pace
from feeds.poll import poll
from feeds.text import clean

RAW = 2_000
"""Characters shown of an answer that cannot be read."""
_SECRET = re.compile(r"([?&](?:[\w.-]*(?:key|token|secret|passw|auth|signature)[\w.-]*|sig|pwd)=)[^&#]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


class Exchange(msgspec.Struct, frozen=True):
    """One request as it was sent, its secrets as references, and what came back."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: int = 0
    """0 where there was no answer."""
    content_type: str = ""
    size: int = 0
    """Decoded bytes."""
    seconds: float = 0.0
    etag: str = ""
    last_modified: str = ""
    answered_by: str = ""
    """The address that answered, where redirects led to another."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What asking a source once came to."""

    source: Source
    outcome: str
    """``read``, ``partly`` (some records are unreadable), ``failed`` or ``held`` (its quota is spent)."""
    reason: str = ""
    exchanges: tuple[Exchange, ...] = ()
    title: str = ""
    """What the document calls itself."""
    items: tuple[Item, ...] = ()
    new: frozenset[str] = frozenset()
    """Ids of items that a poll would store."""
    changed: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    more: bool = False
    """Whether further pages would follow."""
    feeds: tuple[str, ...] = ()
    """Feeds that a web page names, where it was no feed."""
    is_page: bool = False
    """Whether a web page was found where a feed was looked for."""
    raw: tuple[str, ...] = ()
    """Records that cannot be read, as they came but for contact persons."""


def try_source(
    store: Store, catalog: Catalog, source: Source, now: Callable[[], datetime], *, raw: bool = False
) -> Trial:
    """Ask for a source's first page as if for the first time. Its quota is counted; nothing else is stored."""
    workers = Workers(catalog.recipe, 1)
    try:
        workers.start()
        return asyncio.run(_Trying(store, catalog, source, now, workers).run(raw))
    finally:
        workers.close()


@dataclass(slots=True)
class _Trying:
    store: Store
    catalog: Catalog
    source: Source
    now: Callable[[], datetime]
    workers: Workers
    exchanges: list[Exchange] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    pages: list[Page[Item]] = field(default_factory=list)

    async def run(self, raw: bool) -> Trial:
        settings = self.catalog.settings.poll
        pace = Pace(floor=float(settings.at_least), ceiling=float(settings.at_most))
        gate = BudgetGate(self.store, now=self.now)
        agent = user_agent(settings.contact)
        kind = connector(self.source.kind)
        async with Fetcher(bounds(settings), user_agent=agent, contact=settings.contact, budgets=gate) as fetcher:
            polled = await poll(
                self.source, FetchState(),
                send=lambda request: self._send(fetcher, request), read=self._read, first=kind.first,
                dates=lambda items: [item.published for item in items if item.published],
                now=self.now(), pace=pace, max_pages=1, terms=replace(kind.ABOUT.terms, anew=False),
            )  # fmt: skip
        return self._judged(polled, raw)

    async def _send(self, fetcher: Fetcher, request: Request) -> Response:
        contact = self.catalog.settings.poll.contact
        agent = f"leadline/{__version__} {contact}" if request.terms.contact else user_agent(contact)
        sent = Exchange(
            request.method, shown_url(request.url), (("User-Agent", agent), *request.headers),
            request.body.decode("utf-8", "replace"),
        )  # fmt: skip
        try:
            answer = await fetcher.send(request)
        except FetchError as error:
            self.exchanges.append(replace(sent, error=str(error)))
            raise
        self.answers.append(replace(answer, asked=request))
        self.exchanges.append(
            replace(
                sent,
                status=answer.status,
                content_type=answer.headers.get("content-type", ""),
                size=len(answer.body),
                seconds=answer.seconds,
                etag=answer.headers.get("etag", ""),
                last_modified=answer.headers.get("last-modified", ""),
                answered_by=shown_url(answer.url) if shown_url(answer.url) != sent.url else "",
            )
        )
        return answer

    async def _read(self, source: Source, response: Response) -> Page[Item]:
        states = {each.source.id: each.state for each in self.store.source_statuses()}
        first = states.get(source.id, FetchState()).is_first
        work = Work(now=self.now(), first=first, new_within=float(self.catalog.settings.poll.new_within))
        page = await self.workers.read(source, response, work)
        self.pages.append(page)
        return page

    def _judged(self, polled: Polled[Item], raw: bool) -> Trial:
        outcome = {"changed": "read", "unchanged": "read", "held": "held"}.get(polled.outcome, "failed")
        problems = tuple(each for page in self.pages for each in page.problems)
        if outcome == "read" and any(" unreadable: " in each for each in problems):
            outcome = "partly"
        reason = polled.state.reason if outcome == "failed" else polled.state.next_why if outcome == "held" else ""
        batch = decide(polled, self.store.known(self.source.id, wanted_keys(polled.entries)), "trial")
        feeds, is_page = self._feeds() if outcome == "failed" and not self.pages else ((), False)
        return Trial(
            source=self.source,
            outcome=outcome,
            reason=reason,
            exchanges=tuple(self.exchanges),
            title=next((page.info.title for page in self.pages if page.info.title), ""),
            items=polled.entries,
            new=frozenset(item.id for item in batch.new),
            changed=frozenset(item.id for item in batch.changed),
            problems=problems,
            more=bool(self.pages) and self.pages[-1].next is not None,
            feeds=feeds,
            is_page=is_page,
            raw=tuple(self._raw(outcome)) if raw else (),
        )

    def _feeds(self) -> tuple[tuple[str, ...], bool]:
        """Feeds that the web page names which was found instead of one."""
        if self.source.kind != "feed" or not self.answers or self.answers[-1].status != 200:
            return (), False
        from feeds.parsing import parse
        from feeds.parsing.discover import is_web_page

        answer = self.answers[-1]
        try:
            parse(answer.body, answer.url, answer.headers.get("content-type", ""))
        except ReadError as error:
            return error.feeds, bool(error.feeds) or is_web_page(answer.body[:20_000].decode("utf-8", "replace"))
        return (), False

    def _raw(self, outcome: str) -> Sequence[str]:
        """The first records that cannot be read; of an answer that cannot be read as a whole, its beginning."""
        if not self.answers:
            return ()
        if outcome == "failed":
            return (_beginning(self.answers[-1].body),)
        with collecting() as rows:
            for answer in self.answers:
                try:
                    connector(self.source.kind).read(self.source, answer)
                except LeadlineError:
                    continue
        return [json.dumps(row, ensure_ascii=False, default=str) for row in rows]


def _beginning(body: bytes) -> str:
    """How an answer begins, without contact persons and mail addresses."""
    try:
        text = json.dumps(without_contacts(json.loads(body)), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = body[: 4 * RAW].decode("utf-8", "replace")
    return _MAIL.sub("…@…", clean(text[: 4 * RAW]))[:RAW]


def shown_url(url: str) -> str:
    """An address as it is sent, without secrets that somebody wrote into its query."""
    sent = urldefrag(url).url
    return _SECRET.sub(lambda found: found[0] if found[0].endswith("{auth}") else f"{found[1]}…", sent)
