"""A transport without a network: a function answers what is sent."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from feeds.fetch.hops import Hop


@dataclass
class Told:
    """What is answered."""

    status: int = 200
    content: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """As they would come in."""
        return [(name.encode(), value.encode()) for name, value in self.fields.items()]

    async def body(self) -> AsyncIterator[bytes]:
        """All of it at once."""
        yield self.content

    def close(self) -> None:
        """There is nothing to let go of."""


class FakeTransport:
    """Answers by a function; what that raises goes out as it is."""

    def __init__(self, handle: Callable[[Hop], Told | Awaitable[Told]]) -> None:
        self.handle = handle

    async def ask(self, hop: Hop) -> Told:
        """The function's answer."""
        answer = self.handle(hop)
        return await answer if inspect.isawaitable(answer) else answer

    async def close(self) -> None:
        """There is nothing to close."""
