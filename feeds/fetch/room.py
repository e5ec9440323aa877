"""Memory in flight: how many bytes of answers may be there at once: on their way, waiting to be read, or stored."""

from __future__ import annotations

import asyncio
import math

SMALL = 256_000
"""Bytes of a plain body that are taken in without asking: what is larger, or has to be unpacked, needs room."""


class Room:
    """Room for so many bytes; whoever wants more at once waits, but a single answer is always let in."""

    def __init__(self, limit: float = math.inf) -> None:
        self.limit = limit
        self.held = 0.0
        """Bytes of answers that came and are not done with."""
        self._reserved = 0.0
        self._freed = asyncio.Event()

    async def reserve(self, size: float) -> None:
        """Wait for room for an answer that may become so large."""
        while self.held + self._reserved and self.held + self._reserved + size > self.limit:
            await self._freed.wait()
        self._reserved += size

    def release(self, size: float) -> None:
        """The answer has come, or will not: what is kept of it is held."""
        self._reserved -= size
        self._wake()

    def hold(self, size: float) -> None:
        """So many bytes came; negative where they are done with."""
        self.held += size
        if size < 0:
            self._wake()

    def _wake(self) -> None:
        self._freed.set()
        self._freed.clear()


class Intake:
    """One answer's claim on a room; waiting for it does not count to the answer's deadline."""

    def __init__(self, room: Room, most: int, deadline: asyncio.Timeout) -> None:
        self._room, self._most, self._deadline = room, most, deadline
        self._reserved = False
        self.waited = 0.0

    async def widen(self) -> None:
        """Go on only when there is room for as much as an answer may have."""
        if self._reserved or self._room.limit == math.inf:
            return
        loop = asyncio.get_running_loop()
        began, at = loop.time(), self._deadline.when()
        self._deadline.reschedule(None)
        await self._room.reserve(self._most)
        self._reserved = True
        self.waited += loop.time() - began
        self._deadline.reschedule(None if at is None else at + loop.time() - began)

    def end(self) -> None:
        """Give the claim back."""
        if self._reserved:
            self._reserved = False
            self._room.release(self._most)
