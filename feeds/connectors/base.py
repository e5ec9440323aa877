"""What a connector is: the two questions that every source of entries answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from feeds.model import Budget, Entry, FetchState, Page, Request, Response, Source, Terms

__all__ = ["About", "Budget", "Connector"]


@dataclass(frozen=True, slots=True)
class About:
    """What a connector says of itself: for the catalog, for `leadline source`, for the guide."""

    title: str
    """The source's proper name: ``SEC EDGAR submissions``."""
    brings: str
    """What it brings, in a sentence."""
    limits: str
    """Its limits and terms in words, as its publisher states them."""
    example: str
    """A ``[[sources]]`` table in TOML that works once identifiers and key are there."""
    needs: tuple[str, ...] = ()
    """Options that must be there, usually identifiers of the prospect (``cik``); ``a|b`` for either."""
    takes: tuple[str, ...] = ()
    """Options that may be there."""
    url: str = ""
    """Its address where the source's table names none; ``${name}`` is an option, percent-encoded."""
    hosts: tuple[str, ...] = ()
    """The hosts that it contacts; empty where the source's address says it."""
    key: str = ""
    """Whether and how it needs a key (``Source.auth``), in words; empty for none, ``optional …`` if it may have one."""
    contact: bool = False
    """Whether it must not be asked without the user's contact in the User-Agent."""
    budgets: tuple[Budget, ...] = ()
    every: float | None = None
    """Seconds between polls where the user says nothing."""
    waits: Mapping[int, float] = field(default_factory=dict)
    """Statuses by which the server means "wait", and the seconds (Contracts Finder: 403 → 300)."""
    nothing: tuple[int, ...] = ()
    """Statuses by which the server means "no records" (SAM.gov: 404)."""
    publisher: str = ""
    """Default of ``Source.publisher``."""
    types: tuple[str, ...] = ()
    """Default of ``Source.types``."""
    source_class: str = "public"
    """Default of ``Source.source_class``."""
    anew: bool = False
    """Whether an answer is read although it is that of last time: what is still gone, or the next window, counts."""
    moves: bool = True
    """Whether permanent redirects are learnt; not where any web page is readable: a parked domain would be, too."""
    local: bool = False
    """Whether it reads files of this machine: its requests have ``file:`` addresses, its items are internal unless the
    user says otherwise, and no pack may bring it."""

    @property
    def terms(self) -> Terms:
        """What goes along with each of its requests."""
        return Terms(self.budgets, self.waits, self.nothing, self.contact, self.local, self.anew, self.moves)

    @property
    def needs_key(self) -> bool:
        """Whether nothing can be asked without a key."""
        return bool(self.key) and not self.key.startswith("optional")


class Connector(Protocol):
    """Reads one kind of source. It never fetches, waits or remembers: it is two functions of values, and ``ABOUT``.

    One poll is a conversation. The poller sends what ``first`` asks for, hands the answer to ``read``, and
    goes on for as long as the page names a ``next`` request. What must last until the next poll (a cursor,
    the time of the newest record) goes out in ``Page.cursor`` and comes back in ``FetchState.cursor``.

    Left to the poller, so that every source is treated alike: conditional requests (``If-None-Match``,
    ``If-Modified-Since``), the source's own headers and their secrets, limits on size, time, redirects and
    addresses, politeness, and everything a status other than 200 means.
    """

    ABOUT: About

    def first(self, source: Source, state: FetchState) -> Request:
        """The request that a poll of this source begins with; ``state.checked_at`` is the present moment.

        Raises ``LeadlineError`` if the source lacks an option that the connector needs.
        """
        ...

    def read(self, source: Source, response: Response) -> Page[Entry]:
        """The entries in an answer, whose body is already decoded from any content coding.

        Entries stand in document order; titles are plain text, links absolute, HTML untrusted, times in UTC.
        Faults that could be lived with are named in ``Page.problems``. Raises ``ReadError`` for what cannot
        be read, and nothing else, whatever the bytes are.
        """
        ...
