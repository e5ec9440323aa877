"""Redirects decided: where a hop leads, and what goes along there. Pure: nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urldefrag, urljoin

from feeds.errors import FetchError
from feeds.guard import check_url, origin

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
VALIDATORS = frozenset({"if-none-match", "if-modified-since"})
_TRAVEL = VALIDATORS | {"accept", "accept-language", "accept-encoding", "user-agent", "a-im"}
"""The only headers that go along to another origin: none can be a credential."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a walk along redirects, its secrets already in place: never shown."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes
    allowed: tuple[str, ...] = ()
    ca: str = ""
    client_cert: str = ""
    proxy: str = ""

    def __repr__(self) -> str:
        return f"<{self.method} request>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one hop was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_target(target: str, allowed: tuple[str, ...], seen: Container[str]) -> None:
    """Raise FetchError where the target must not be asked, or was."""
    if target in seen:
        raise FetchError("redirects", "the redirects go round in a circle")
    try:
        check_url(target, allowed)
    except FetchError as error:
        raise FetchError(error.kind, f"the server redirects elsewhere: {error}", hint=error.hint) from None


def target_of(hop: Hop, answer: Answer) -> str:
    """Where a redirect leads, absolute and encoded; empty for any other answer."""
    location = answer.headers.get("location", "").strip()
    if answer.status not in _REDIRECTS or not location:
        return ""
    encoded = re.sub(r"[^\x21-\x7e]", lambda found: quote(found[0], errors="replace"), location)
    try:
        return urldefrag(urljoin(hop.url, encoded)).url
    except ValueError:
        raise FetchError("redirects", "the server redirected to an address that cannot be read") from None


def next_hop(hop: Hop, target: str, status: int) -> Hop:
    """The request for the target: credentials stay at their origin, a POST becomes a GET where it should."""
    hop = replace(hop, url=target) if origin(hop.url) == origin(target) else _stripped(hop, target)
    if hop.method in ("GET", "HEAD") or status in (307, 308):
        return hop
    headers = {name: value for name, value in hop.headers.items() if name != "content-type"}
    return replace(hop, method="GET", body=b"", headers=headers)


def _stripped(hop: Hop, target: str) -> Hop:
    if hop.body:
        raise FetchError("redirects", "the server redirected a request with a body to another site")
    kept = {name: value for name, value in hop.headers.items() if name in _TRAVEL}
    return replace(hop, url=target, headers=kept, client_cert="")
