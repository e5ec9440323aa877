"""Memory in flight: answers wait for room, and none waits for ever."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher, Room
from feeds.fetch.hops import Hop
from feeds.model import Request, Response
from tests.transports import FakeTransport, Told

LARGE = 1_000_000


@dataclass
class Streamed(Told):
    """An answer that comes in pieces, and counts how much of all answers is there at once."""

    counts: list[int] | None = None

    async def body(self) -> AsyncIterator[bytes]:
        """A hundredth at a time."""
        assert self.counts is not None
        step = max(1, len(self.content) // 100)
        for start in range(0, len(self.content), step):
            self.counts[0] += step
            self.counts[1] = max(self.counts)
            yield self.content[start : start + step]
            await asyncio.sleep(0)


def fetched(
    body: bytes, limit: float, *, coding: str = "", deadline: float = 20.0, slow: float = 0.001
) -> tuple[Sequence[Response | BaseException], float]:
    """Thirty answers of different hosts at once, each used for a moment: what came, and the most bytes at once."""
    counts = [0, 0]
    room = Room(limit)

    def handle(_hop: Hop) -> Told:
        return Streamed(200, body, {"Content-Encoding": coding} if coding else {}, counts)

    async def one(fetcher: Fetcher, number: int) -> Response:
        response = await fetcher.send(Request(f"http://h{number}.example/"))
        room.hold(len(response.body))
        counts[1] = max(counts[1], int(room.held))
        await asyncio.sleep(slow)
        room.hold(-len(response.body))
        counts[0] -= len(body)
        return response

    async def run() -> Sequence[Response | BaseException]:
        bounds = Bounds(max_decoded=LARGE, deadline=deadline)
        async with Fetcher(bounds, transport=FakeTransport(handle), room=room) as fetcher:
            return await asyncio.gather(*(one(fetcher, number) for number in range(30)), return_exceptions=True)

    found = asyncio.run(run())
    assert room.held == 0
    return found, counts[1]


def test_large_answers_wait_for_room() -> None:
    """Those under way have no more than what is taken in of any answer unasked."""
    found, most = fetched(b"x" * LARGE, 3 * LARGE)
    assert [isinstance(each, Response) for each in found] == [True] * 30
    assert most <= 3 * LARGE + 30 * 270_000


def test_without_a_limit_all_come_at_once() -> None:
    _, most = fetched(b"x" * LARGE, float("inf"))
    assert most > 20 * LARGE


def test_what_has_to_be_unpacked_waits_for_room() -> None:
    """Small on the wire, large in memory."""
    found, most = fetched(gzip.compress(bytes(LARGE)), 3 * LARGE, coding="gzip")
    assert [isinstance(each, Response) for each in found] == [True] * 30
    assert most <= 3 * LARGE


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_an_answer_larger_than_all_room_is_let_in_alone(coding: str) -> None:
    body = gzip.compress(bytes(LARGE)) if coding else b"x" * LARGE
    found, _ = fetched(body, 10, coding=coding)
    assert [isinstance(each, Response) for each in found] == [True] * 30


def test_waiting_for_room_does_not_count_to_the_deadline() -> None:
    """All but a few wait longer than an answer may take."""
    found, _ = fetched(b"x" * LARGE, LARGE, deadline=0.4, slow=0.05)
    assert [isinstance(each, Response) for each in found] == [True] * 30


def test_a_failure_gives_its_room_back() -> None:
    """Damaged, too large: the next is let in."""
    found, _ = fetched(gzip.compress(bytes(LARGE))[:-20], 10, coding="gzip")
    assert [isinstance(each, FetchError) for each in found] == [True] * 30
