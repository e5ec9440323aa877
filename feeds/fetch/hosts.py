"""Courtesy to hosts: few requests at once, a gap between them, memory of who is down or asked for a pause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from feeds.errors import FetchError, HostHeldError

DEAD_KINDS = frozenset({"dns", "offline", "refused", "unreachable", "tls"})
"""Failures that the next request to the same host would meet as well."""

TIMEOUTS = 4
"""So many requests in a row without an answer in time mean that the host is down."""
REFUSALS = 3
"""So many 429s in a row are meant for everyone."""


@dataclass(slots=True)
class Host:
    """What is remembered of one host and port while a Fetcher lives."""

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    spare: int = 0
    """Slots that are added once the host has been reached: until then one request goes first, alone."""
    held_until: float = 0.0
    dead_until: float = 0.0
    dead: FetchError | None = None
    next_start: float = 0.0
    answered: bool = False
    """Whether it has ever answered anything but 429."""
    refusals: int = 0
    """How many 429s it has answered in a row."""
    late: int = 0
    """How many requests in a row ran out of time."""

    def reached(self) -> None:
        """The host answers: let the others in."""
        for _ in range(self.spare):
            self.slots.release()
        self.spare = 0


class HostGate:
    """Lets at most ``per_host`` requests through to a host at once, started ``gap`` seconds apart.

    The first request to a host goes alone. If it finds no connection, the others fail at once with the same
    reason, and the host is left alone for ``dead_for`` seconds.
    """

    def __init__(
        self,
        per_host: int = 2,
        gap: float = 0.0,
        *,
        dead_for: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_host = per_host
        self._gap = gap
        self._dead_for = dead_for
        self._clock = clock
        self._hosts: dict[str, Host] = {}
        self._asked: dict[str, float] = {}
        """Pauses that were asked for since the last ``pauses``: host → when they end."""

    @asynccontextmanager
    async def turn(self, name: str, *, paced: bool = True) -> AsyncIterator[Host]:
        """Wait for a turn at the host; FetchError at once if it is held (HostHeldError) or dead.

        One that is not ``paced`` (a server of the user's own) needs no gap.
        """
        host = self._host(name)
        self._refuse(name, host)
        async with host.slots:
            self._refuse(name, host)
            if paced:
                await self._keep_gap(host)
            try:
                yield host
            except FetchError as error:
                host.late = host.late + 1 if error.kind == "timeout" else 0
                if error.kind in DEAD_KINDS or host.late >= TIMEOUTS:
                    host.dead, host.dead_until = error, self._clock() + self._dead_for
                else:
                    host.reached()
                raise
            host.reached()

    def refused(self, name: str, seconds: float) -> None:
        """The host answered 429 and wants so long a pause: let nobody through to it.

        Where it has answered others well, it may mean that one address: only the third 429 in a row is for everyone.
        """
        host = self._host(name)
        host.refusals += 1
        if not host.answered or host.refusals >= REFUSALS:
            self.hold(name, seconds)
            self._asked[name] = host.held_until

    def answered(self, name: str) -> None:
        """The host answered something else than 429."""
        host = self._host(name)
        host.answered, host.refusals, host.late = True, 0, 0

    def hold(self, name: str, seconds: float) -> None:
        """Let nobody through to the host for so long."""
        host = self._host(name)
        host.held_until = max(host.held_until, self._clock() + seconds)

    def pauses(self) -> dict[str, float]:
        """The pauses that hosts asked for since the last call, and how many seconds are left of each."""
        asked, self._asked = self._asked, {}
        now = self._clock()
        return {name: until - now for name, until in asked.items() if until > now}

    def forget_dead(self) -> None:
        """Try dead hosts again: a new round has begun, or the user asks by hand."""
        for host in self._hosts.values():
            host.dead, host.dead_until = None, 0.0

    def _host(self, name: str) -> Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(spare=self._per_host - 1)
        return host

    def _refuse(self, name: str, host: Host) -> None:
        now = self._clock()
        if host.held_until > now:
            raise HostHeldError(f"{name} asked for a pause, which has not ended", host.held_until - now)
        if host.dead is not None and host.dead_until > now:
            raise FetchError(host.dead.kind, str(host.dead), hint=host.dead.hint)

    async def _keep_gap(self, host: Host) -> None:
        if not self._gap:
            return
        now = self._clock()
        start = max(now, host.next_start)
        host.next_start = start + self._gap
        if start > now:
            await asyncio.sleep(start - now)
