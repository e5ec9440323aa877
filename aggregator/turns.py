"""Claimed sources waiting for their host: hosts take turns, prospects at a host too; none has many in flight. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from urllib.parse import urlsplit

from aggregator.model import Claim


class Turns:
    """Gives out claims so that one slow host, however many sources it has, does not keep the others waiting.

    Nor does, at a host, a prospect with many sources there keep those of others waiting.
    """

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._waiting: defaultdict[str, dict[str, deque[Claim]]] = defaultdict(dict)
        """Host → prospect → claims, the prospect whose turn it is first."""
        self._flying: Counter[str] = Counter()
        self._ready: dict[str, None] = {}
        """Hosts that have a source waiting and room for it, in the order of their turns."""
        self._count = 0

    def __len__(self) -> int:
        """How many are waiting."""
        return self._count

    def add(self, claim: Claim) -> None:
        """Let a claim wait for its turn."""
        host = _host(claim)
        self._waiting[host].setdefault(claim.source.prospect, deque()).append(claim)
        self._count += 1
        self._make_ready(host)

    def take(self) -> Claim | None:
        """The next claim whose host has room; it is in flight until ``done``. None while no host has."""
        host = next(iter(self._ready), None)
        if host is None:
            return None
        del self._ready[host]
        prospects = self._waiting[host]
        name = next(iter(prospects))
        queue = prospects.pop(name)
        claim = queue.popleft()
        if queue:
            prospects[name] = queue
        self._count -= 1
        self._flying[host] += 1
        self._make_ready(host)
        return claim

    def done(self, claim: Claim) -> None:
        """Give back the room that a claim had."""
        host = _host(claim)
        self._flying[host] -= 1
        self._make_ready(host)

    def _make_ready(self, host: str) -> None:
        if self._waiting[host] and self._flying[host] < self._per_host:
            self._ready.setdefault(host)


def _host(claim: Claim) -> str:
    try:
        return urlsplit(claim.state.moved_to or claim.source.url).netloc.lower()
    except ValueError:
        return ""
