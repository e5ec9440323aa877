"""Sends one Request: the only file that opens a socket; sizes, times, redirects and addresses are bounded here."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from feeds.hosts import HostGate
from feeds.model import Request, Response

USER_AGENT = "leadline/0.1 (+https://github.com/leadline/leadline; feed reader)"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one fetch may cost. Seconds and bytes."""

    deadline: float = 20.0
    """For the whole fetch with its redirects; waiting for a turn at a host does not count."""
    connect: float = 10.0
    max_wire: int = 5_000_000
    max_decoded: int = 10_000_000
    max_header: int = 64_000
    redirects: int = 5
    per_host: int = 2
    gap: float = 0.0
    """Seconds between two requests to one host."""
    connections: int = 100


class Fetcher:
    """An async context manager; connections, host courtesy and TLS settings live as long as it does."""

    def __init__(
        self,
        bounds: Bounds = Bounds(),
        *,
        user_agent: str = USER_AGENT,
        transport: httpx.AsyncBaseTransport | None = None,
        gate: HostGate | None = None,
    ) -> None: ...

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    async def send(self, request: Request) -> Response:
        """The answer, whatever its status. Only FetchError is raised: its ``kind`` counts, its words are for the user."""
        raise NotImplementedError
