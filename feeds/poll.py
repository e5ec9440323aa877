"""Asks one source for its news: its connector's request, the answer, the next page, until done."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Generic, TypeVar

from msgspec.structs import replace

from feeds.errors import BudgetSpentError, FetchError, HostHeldError, LeadlineError, ReadError
from feeds.guard import origin
from feeds.model import NO_TERMS, FetchState, Page, Polled, Request, Response, Source, Terms
from feeds.politeness import DEFAULT_PACE, Pace, parse_retry_after
from feeds.state import (
    after_failure,
    after_gone,
    after_news,
    after_nothing_new,
    after_unreadable,
    plain,
    while_held,
    while_spent,
)

T = TypeVar("T")
log = logging.getLogger(__name__)

LOCAL_PAGES = 1_000
"""Files read of one folder in one poll at most: they cost nobody else anything."""
MOST_PAGES = 50
"""Pages asked for in one poll at most where the oldest stand first: fewer might never reach the newest."""

_READABLE = frozenset({200, 201, 203})
_LOGIN = frozenset({401, 402, 403, 407})
_BUSY = frozenset({429, 503})
"""Answers that say nothing of the document: a 304 to the next request is good news."""
_BAD_ANSWERS = frozenset({"protocol", "too-large", "header-too-large", "encoding", "redirects"})
"""Failures after which a 304 would prove nothing: an answer came, and could not be used."""


async def poll(
    source: Source,
    state: FetchState,
    *,
    send: Callable[[Request], Awaitable[Response]],
    read: Callable[[Source, Response], Awaitable[Page[T]]],
    first: Callable[[Source, FetchState], Request],
    dates: Callable[[Sequence[T]], Sequence[datetime]],
    now: datetime,
    pace: Pace = DEFAULT_PACE,
    max_pages: int = 10,
    terms: Terms = NO_TERMS,
) -> Polled[T]:
    """Ask the source once; what it brought, and the state to store with it in one transaction.

    Never raises but when cancelled: failures are an outcome. Polls whatever ``next_at`` says: who is due is
    the store's to say. ``dates`` gives entries' publication times; ``terms`` are those of the source's publisher.
    ``state.changed_at`` is left to the caller, who knows what was new.
    """
    asking = _Asking(source, state, send, read, dates, now, pace, _pages(terms, max_pages), terms)
    try:
        return await asking.ask(first)
    except BudgetSpentError as error:
        return asking.end("held", while_spent(state, str(error), error.seconds, now))
    except HostHeldError as error:
        return replace(asking.end("failed", while_held(state, str(error), error.seconds, now)), kind=error.kind)
    except FetchError as error:
        passing, unreadable = error.kind in ("offline", "local"), error.kind in _BAD_ANSWERS
        return replace(asking.fail(str(error), passing=passing, unreadable=unreadable), kind=error.kind)
    except ReadError as error:
        return asking.fail(_with_feeds(error), unreadable=True)
    except LeadlineError as error:
        return asking.fail(str(error), unreadable=True)
    except Exception as error:
        log.debug("polling %s failed", source.id, exc_info=True)
        return asking.fail(f"leadline could not handle this source ({type(error).__name__})", unreadable=True)


@dataclass(slots=True)
class _Asking(Generic[T]):
    """One poll of one source under way."""

    source: Source
    state: FetchState
    send: Callable[[Request], Awaitable[Response]]
    read: Callable[[Source, Response], Awaitable[Page[T]]]
    dates: Callable[[Sequence[T]], Sequence[datetime]]
    now: datetime
    pace: Pace
    max_pages: int
    terms: Terms
    origin: tuple[str, str, int] = ("", "", 0)
    """Of the first request: the source's key goes nowhere else."""
    requests: int = 0
    size: int = 0
    reached: str = ""
    """The cursor so far."""
    spent: BudgetSpentError | None = None
    """Why the pages after the first could not be asked for."""
    entries: list[T] = field(default_factory=list)

    async def ask(self, first: Callable[[Source, FetchState], Request]) -> Polled[T]:
        """Send the first request and judge its answer by its status."""
        request = first(self.source, replace(self.state, checked_at=self.now, moved_to=""))
        if self.terms.local:
            self.terms = replace(self.terms, within=request.url)
        else:
            self.origin = origin(request.url)
        learns = self.terms.moves and request.url == self.source.url and request.method == "GET"
        if not learns:
            self.state = replace(self.state, moved_to="")
        elif self.state.moved_to:
            request = replace(request, url=self.state.moved_to)
        request = self._conditional(self._addressed(request))
        response = await self._get(request)
        if response.status in self.terms.nothing:
            none = after_nothing_new(self.source, self.state, response, self.now, self.pace)
            return self.end("unchanged", replace(none, etag="", last_modified=""))
        if response.status == 304:
            return self._not_modified(request, response)
        if response.status == 410 and not self.state.moved_to:
            return self.end("gone", after_gone(self.state, "the server says that it is gone for good", self.now))
        if response.status not in _READABLE:
            unreadable = response.status not in _BUSY
            reason = _status_in_words(response) + self._left_behind(response)
            return self.fail(reason, response=response, unreadable=unreadable)
        return await self._take(response, learns)

    def fail(
        self,
        reason: str,
        *,
        response: Response | None = None,
        unreadable: bool = False,
        passing: bool = False,
    ) -> Polled[T]:
        """The poll failed; the original address is tried next if a learnt one was asked and there is a network."""
        state = self.state if passing else replace(self.state, moved_to="")
        if unreadable:
            state = after_unreadable(state)
        retry = self._asked_wait(response) if response else None
        state = after_failure(self.source, state, reason, self.now, self.pace, retry_after=retry, passing=passing)
        return self.end("failed", state)

    def end(self, outcome: str, state: FetchState) -> Polled[T]:
        """The poll is over."""
        return Polled(self.source.id, outcome, state, tuple(self.entries), self.requests, self.size)

    async def _get(self, request: Request) -> Response:
        self.requests += 1
        response = await self.send(request)
        self.size += len(response.body)
        return replace(response, asked=request, cursor=self.state.cursor, reached=self.reached or self.state.cursor)

    def _left_behind(self, response: Response) -> str:
        """A word on the headers that a redirect to another origin made it lose, where a login was missed."""
        if response.status not in _LOGIN or not self.source.headers or _same_origin(self.source.url, response.url):
            return ""
        scheme, host, _ = origin(response.url)
        return f"; its headers do not go where it was redirected to, {scheme}://{host}: change its address if it moved"

    def _asked_wait(self, response: Response) -> float | None:
        """Seconds that the server asks to wait, by a header or by a status that its publisher means so."""
        told = parse_retry_after(response.headers.get("retry-after", ""), self.now)
        meant = self.terms.waits.get(response.status)
        return max(told or 0.0, meant) if meant is not None else told

    def _conditional(self, request: Request) -> Request:
        """With the validators, byte for byte; never before something readable was stored."""
        state = self.state
        if state.is_first or request.method != "GET":
            return request
        validators = (("If-None-Match", state.etag), ("If-Modified-Since", state.last_modified))
        return replace(request, headers=(*request.headers, *(pair for pair in validators if pair[1])))

    def _not_modified(self, request: Request, response: Response) -> Polled[T]:
        if not any(name in ("If-None-Match", "If-Modified-Since") for name, _ in request.headers):
            return self.fail("the server answered 304 Not Modified, which nobody asked for", unreadable=True)
        return self.end("unchanged", after_nothing_new(self.source, self.state, response, self.now, self.pace))

    async def _take(self, response: Response, learns: bool) -> Polled[T]:
        if not response.body.strip() and not self.terms.local:
            raise ReadError("the answer is empty")
        digest = hashlib.blake2b(response.body, digest_size=16).hexdigest()
        if digest == self.state.body_hash and not self.terms.anew:
            same = after_nothing_new(self.source, self.state, response, self.now, self.pace)
            return self.end("unchanged", self._moved(same, response, learns))
        page = await self.read(self.source, response)
        self.entries.extend(page.entries)
        self.reached = page.cursor
        cursor, problems, whole = await self._follow(page)
        state = after_news(
            self.source,
            self.state,
            response,
            self.now,
            published=self.dates(self.entries),
            asked=page.rhythm,
            pace=self.pace,
        )
        if self.spent:
            state = while_spent(replace(state, body_hash=""), str(self.spent), self.spent.seconds, self.now)
            return self.end("changed", self._moved(after_unreadable(state), response, learns))
        if not whole:
            state = after_unreadable(replace(self.state, body_hash="", answered_at=self.now))
            state = after_failure(self.source, state, problems[-1], self.now, self.pace)
            return self.end("changed", self._moved(state, response, learns))
        if (
            self.terms.anew and page.next and not self.terms.local
        ):  # unchanged first pages would hide what the last ones add
            state = after_unreadable(state)
        state = replace(state, body_hash=digest, cursor=cursor, reason=plain("; ".join(problems)))
        return self.end("changed", self._moved(state, response, learns))

    async def _follow(self, page: Page[T]) -> tuple[str, list[str], bool]:
        """Read the pages after the first: the cursor to keep, what was wrong, and whether none is missing."""
        cursor = page.cursor
        problems = list(page.problems)
        seen: set[tuple[str, bytes]] = set()
        while page.next is not None:
            key = (page.next.url, page.next.body)
            if key in seen or len(seen) >= self.max_pages - 1:
                problems.append(f"there were more pages than the {len(seen) + 1} that were read")
                break
            seen.add(key)
            try:
                page = await self._next_page(page.next)
            except (FetchError, ReadError) as error:
                self.spent = error if isinstance(error, BudgetSpentError) else None
                problems.append(f"page {len(seen) + 1}: {error}")
                return cursor, problems, False
            self.entries.extend(page.entries)
            problems.extend(page.problems)
            self.reached = cursor = page.cursor or cursor
        return cursor or self.state.cursor, problems, True

    async def _next_page(self, request: Request) -> Page[T]:
        response = await self._get(self._addressed(request))
        if response.status in self.terms.nothing:
            return Page()
        if response.status not in _READABLE:
            raise ReadError(_status_in_words(response))
        return await self.read(self.source, response)

    def _addressed(self, request: Request) -> Request:
        """The request with what the source adds: networks, its publisher's terms, headers and key where they may go.

        Headers go to the source's own server, the key to the one that was asked first.
        """
        headers = request.headers
        if self.source.headers and _same_origin(self.source.url, request.url):
            given = {name.lower() for name, _ in headers}
            headers = (*headers, *(pair for pair in self.source.headers if pair[0].lower() not in given))
        keyed = not self.terms.local and origin(request.url) == self.origin
        return replace(
            request,
            headers=headers,
            allow_private=self.source.allow_private,
            ca=self.source.ca,
            client_cert=self.source.client_cert if keyed else "",
            proxy=self.source.proxy,
            auth=self.source.auth if keyed else "",
            terms=self.terms,
        )

    def _moved(self, state: FetchState, response: Response, learns: bool) -> FetchState:
        """With the address that permanent redirects led to: it has just answered with something readable."""
        target = response.moved_to
        if not learns or not target or target == self.source.url:
            return state
        here, there = origin(self.source.url), origin(target)
        downgrade = here[0] == "https" and there[0] == "http"
        if downgrade or (self.source.headers and here != there):
            return state
        return replace(state, moved_to=target)


def _pages(terms: Terms, usual: int) -> int:
    return LOCAL_PAGES if terms.local else max(usual, MOST_PAGES) if terms.anew else usual


def _same_origin(url: str, other: str) -> bool:
    try:
        return origin(url) == origin(other)
    except FetchError:
        return False


def _status_in_words(response: Response) -> str:
    try:
        words = f"{response.status} {HTTPStatus(response.status).phrase}"
    except ValueError:
        words = str(response.status)
    if response.headers.get("cf-mitigated") == "challenge":
        return f"the server answered {words}: it lets only browsers through"
    if response.status in _LOGIN:
        return f"the server answered {words}: a login is needed, or it does not let us in"
    return f"the server answered {words}"


def _with_feeds(error: ReadError) -> str:
    feeds = [plain(feed)[:200] for feed in error.feeds[:3]]
    return f"{error}; it names these feeds: {', '.join(feeds)}" if feeds else str(error)
