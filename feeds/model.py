"""Nouns of bringing-in: what is polled, what is asked, what is answered, what it says.

All times are aware UTC datetimes; all durations are seconds; all sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")

AUTH = "{auth}"
"""Stands in a Request (a header's value, its URL's query, its body) where the secret goes that ``Source.auth`` refers
to; it is put in when the request is sent, to the host first named only, and never shown."""
AUTH_BASIC = "{auth:basic}"
"""As AUTH, but the secret and a colon in base64: an HTTP Basic user name without a password."""


class Source(Struct, frozen=True):
    """One thing to poll. ``id`` is stable: editing the address or the name keeps what was stored."""

    id: str
    url: str
    kind: str = "feed"
    """Name of the connector that reads it (see ``feeds.connectors``)."""
    name: str = ""
    prospect: str = ""
    """Id of the prospect whose own source this is; every item is then about it."""
    types: tuple[str, ...] = ()
    """Content types or signals that every item has because the source declares it (``purchasing_history``)."""
    every: float | None = None
    """The user's own interval in seconds; None leaves it to the source's rhythm."""
    source_class: str = "public"
    """``public``, ``subscription``, ``crm`` or ``lan``."""
    scope: str = "external"
    """``external`` or ``internal``; stays on every item."""
    publisher: str = ""
    """``issuer``, ``regulator``, ``wire``, ``trade``, ``aggregator`` or empty."""
    reputation: float = 1.0
    headers: tuple[tuple[str, str], ...] = ()
    """Extra request headers; a value may be a secret reference (``env:NAME``), resolved when sending."""
    auth: str = ""
    """Reference to the secret that its connector needs: ``env:NAME``, ``file:PATH``, ``cmd:COMMAND``, ``keyring:…``."""
    allow_private: tuple[str, ...] = ()
    """Networks (CIDR) or addresses outside the public internet that this source may be fetched from."""
    ca: str = ""
    """A PEM file with the only certificate authorities to trust for it; empty for the usual ones."""
    client_cert: str = ""
    """A PEM file with certificate and key, shown to its own server alone."""
    proxy: str = ""
    """The proxy to ask it through; ``none`` for none at all, empty for the one in force for all."""
    pack: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What only its connector understands; the identifiers of its prospect that the connector needs are among them."""


class Budget(Struct, frozen=True):
    """At most so many requests in any so many seconds, over all sources that name it."""

    name: str
    """What shares it: ``sec.gov``, ``api.sam.gov``. Where a request carries a key, the key's fingerprint is added."""
    requests: int
    seconds: float
    """A slow budget is counted in the database and lasts over restarts; a quick one is paced by each process."""


class Terms(Struct, frozen=True):
    """What the publisher of a source asks of whoever sends it requests."""

    budgets: tuple[Budget, ...] = ()
    waits: Mapping[int, float] = field(default_factory=dict)
    """Statuses that mean "wait", and the seconds."""
    nothing: tuple[int, ...] = ()
    """Statuses that mean "no records"."""
    contact: bool = False
    """Whether the User-Agent must name the user's contact."""
    local: bool = False
    """Whether ``file:`` addresses may be read."""
    anew: bool = False
    """Whether the bytes of last time are read again: what counts is that they were answered again."""
    moves: bool = True
    """Whether the target of a permanent redirect is asked directly once it was readable; never where any page is."""
    within: str = ""
    """The ``file:`` address at or below which all that is read must lie; empty for the request's own."""


NO_TERMS = Terms()


class Request(Struct, frozen=True):
    """One HTTP request that a connector wants sent."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    allow_private: tuple[str, ...] = ()
    auth: str = ""
    """Reference to the secret that goes where AUTH or AUTH_BASIC stands; the poller fills it in."""
    terms: Terms = NO_TERMS
    """Filled in by the poller from what the connector says of itself."""
    ca: str = ""
    client_cert: str = ""
    proxy: str = ""


class Response(Struct, frozen=True):
    """One answer, its body decoded from any content coding."""

    url: str
    """The address that answered, after redirects."""
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; of a repeated name the values are joined by a comma."""
    body: bytes = b""
    fetched_at: datetime | None = None
    seconds: float = 0.0
    moved_to: str = ""
    """The target of the leading permanent redirects (301, 308), if any."""
    asked: Request | None = None
    """The request that it answers, as its connector made it: where paging stands in a body, the next page follows."""
    cursor: str = ""
    """The connector's own memory from before this poll (``FetchState.cursor``)."""
    reached: str = ""
    """The cursor that the pages before left in this poll; on the first page the same as ``cursor``."""


class Enclosure(Struct, frozen=True):
    """A file that an entry carries: a podcast, a document, a picture."""

    url: str
    media_type: str = ""
    length: int | None = None
    """Bytes, as the feed states them."""


class Entry(Struct, frozen=True):
    """One entry as its source gives it: text still in the source's markup, links absolute, times in UTC."""

    id: str = ""
    """The source's own identifier, verbatim (guid, atom:id, rdf:about, JSON id); empty where it gives none."""
    link: str = ""
    title: str = ""
    """Plain text on one line."""
    summary: str = ""
    """HTML as the source wrote it: untrusted."""
    content: str = ""
    """HTML as the source wrote it: untrusted."""
    author: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    language: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Typed fields of a structured record (form type, notice type, amounts, parties); empty for a feed entry."""


class FeedInfo(Struct, frozen=True):
    """What a document says of itself."""

    title: str = ""
    link: str = ""
    id: str = ""
    subtitle: str = ""
    author: str = ""
    language: str = ""
    updated: datetime | None = None


class Rhythm(Struct, frozen=True):
    """How often a document asks to be fetched."""

    ttl: float | None = None
    """Seconds, from RSS ``ttl`` or ``sy:updatePeriod``."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day in UTC, 0 to 23."""
    skip_days: frozenset[int] = frozenset()
    """Days of the week, Monday is 0."""


class Page(Struct, Generic[T], frozen=True):
    """One readable answer: its entries, in document order, and what to ask next."""

    entries: tuple[T, ...] = ()
    info: FeedInfo = FeedInfo()
    rhythm: Rhythm = Rhythm()
    problems: tuple[str, ...] = ()
    """What was wrong with the document though entries could be read, in words."""
    next: Request | None = None
    cursor: str = ""
    """The connector's own memory for the next poll; empty means unchanged."""


class FetchState(Struct, frozen=True):
    """What is remembered of a source between polls."""

    etag: str = ""
    """Byte for byte as the server sent it."""
    last_modified: str = ""
    """Byte for byte as the server sent it."""
    body_hash: str = ""
    cursor: str = ""
    status: str = "new"
    """``new`` (never asked), ``ok``, ``failed`` or ``gone`` (410: not asked again)."""
    reason: str = ""
    """Why it failed, or what was wrong though it answered, in words."""
    checked_at: datetime | None = None
    answered_at: datetime | None = None
    """The last time that a poll brought a readable answer or a 304."""
    changed_at: datetime | None = None
    """The last time that a poll brought a new item."""
    failed_since: datetime | None = None
    failures: int = 0
    next_at: datetime | None = None
    """Not to be asked before; None means now."""
    next_why: str = ""
    """Why then, in words."""
    moved_to: str = ""
    """The address that a permanent redirect led to and that has answered with a feed."""
    cadence: str = ""
    """How often it publishes and asks to be polled, as ``politeness.remember`` wrote it; holds behind a 304."""

    @property
    def is_first(self) -> bool:
        """Whether no poll has ever brought a readable answer."""
        return self.answered_at is None


class Polled(Struct, Generic[T], frozen=True):
    """What asking one source brought: its entries and the state to remember."""

    source_id: str
    outcome: str
    """``changed`` (readable answer), ``unchanged`` (304 or the same bytes), ``failed``, ``gone`` or ``held`` (its
    quota is spent)."""
    state: FetchState
    entries: tuple[T, ...] = ()
    requests: int = 0
    size: int = 0
    """Decoded bytes."""
    kind: str = ""
    """Of a failure to get an answer: ``FetchError.kind``."""
