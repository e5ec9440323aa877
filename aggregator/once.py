"""One request a round for all sources of one address: each reads the same answer for itself."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feeds.model import Request, Response

ROOM = 20_000_000
"""Bytes of answers that are kept for sources that have yet to ask; of what is dropped, another request is sent."""

Send = Callable[[Request], Awaitable[Response]]
Headers = tuple[tuple[str, str], ...]
Plain = tuple[object, ...]
"""All that makes two requests the same."""

_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was sent for everybody."""

    validators: Headers
    answer: asyncio.Task[Response]


class Once:
    """Sends what was not sent in this round yet, and gives the answer to whoever asks for the same again.

    Requests are the same where all but their validators is equal. An answer with a body serves everyone; a 304 serves
    those who sent the same validators, so that it takes two requests at most until all have the same.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._asked: defaultdict[Plain, list[_Asked]] = defaultdict(list)
        self._room = ROOM

    async def send(self, request: Request) -> Response:
        """The answer to a request, sent once. Raises what sending raised, for everyone alike."""
        plain, validators = _apart(request)
        for asked in self._asked[plain]:  # it may grow meanwhile
            response = await asyncio.shield(asked.answer)
            if response.status != 304 or asked.validators == validators:
                return response
        return await self._ask(request, plain, validators)

    async def _ask(self, request: Request, plain: Plain, validators: Headers) -> Response:
        asked = _Asked(validators, asyncio.ensure_future(_awaiting(self._send, request)))
        self._asked[plain].append(asked)
        response = await asyncio.shield(asked.answer)
        self._room -= len(response.body)
        while self._room < 0 and self._asked:
            self._drop(next(iter(self._asked)))
        return response

    def _drop(self, plain: Plain) -> None:
        for asked in self._asked.pop(plain):
            if asked.answer.done() and not asked.answer.cancelled() and asked.answer.exception() is None:
                self._room += len(asked.answer.result().body)

    async def close(self) -> None:
        """End what is still under way; nobody waits for it any more."""
        tasks = [asked.answer for each in self._asked.values() for asked in each]
        self._asked.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _awaiting(send: Send, request: Request) -> Response:
    return await send(request)


def _apart(request: Request) -> tuple[Plain, Headers]:
    """What a request is without its validators and its publisher's terms, and the validators."""
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in _VALIDATORS)
    validators = tuple(pair for pair in request.headers if pair[0].lower() in _VALIDATORS)
    plain = (
        request.url, request.method, kept, request.body, request.allow_private,
        request.ca, request.client_cert, request.proxy, request.auth,
    )  # fmt: skip
    return plain, validators
