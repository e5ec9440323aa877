"""Courtesy to hosts: few requests at once, a gap between them, and memory of who asked for a pause or is down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from feeds.errors import FetchError


class HostHeld(FetchError):
    """A host asked for a pause that has not ended; ``seconds`` are left of it."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__("held", message)
        self.seconds = seconds


class HostGate:
    """Lets at most ``per_host`` requests at once through to a host, ``gap`` seconds apart; lives as long as a Fetcher."""

    def __init__(self, per_host: int = 2, gap: float = 0.0, dead_for: float = 60.0) -> None: ...

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at the host; raises FetchError at once when it is held or was found dead."""
        raise NotImplementedError
        yield

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody through to the host for so long (it answered 429)."""

    def forget_dead(self) -> None:
        """Try dead hosts again (a new round, or the user asked by hand)."""
