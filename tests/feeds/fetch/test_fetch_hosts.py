"""Courtesy to hosts: how many at once, and who is left alone."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from feeds.errors import FetchError, HostHeldError
from feeds.fetch import Bounds, Fetcher, HostGate
from feeds.fetch.hops import Hop
from feeds.model import Request
from tests.transports import FakeTransport, Told


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def kinds(gate: HostGate, paths: int, error: str = "", host: str = "a.example") -> tuple[list[str], int, int]:
    """Send so many requests to a host at once: what came of each, how many arrived, the most at once."""
    arrived = busy = most = 0

    async def handle(request: Hop) -> Told:
        nonlocal arrived, busy, most
        arrived, busy = arrived + 1, busy + 1
        most = max(most, busy)
        await asyncio.sleep(0.001)
        busy -= 1
        if error:
            raise FetchError("unreachable", "no")
        return Told(200, b"x")

    async def one(fetcher: Fetcher, number: int) -> str:
        try:
            return str((await fetcher.send(Request(f"http://{host}/{number}"))).status)
        except FetchError as failure:
            return failure.kind

    async with Fetcher(Bounds(), transport=FakeTransport(handle), gate=gate) as fetcher:
        found = await asyncio.gather(*(one(fetcher, number) for number in range(paths)))
    return found, arrived, most


@pytest.mark.parametrize("per_host", [1, 2, 5])
def test_a_host_gets_few_requests_at_once(per_host: int) -> None:
    """As many as the bounds say, and all in the end."""
    found, arrived, most = asyncio.run(kinds(HostGate(per_host), 12))
    assert (found, arrived, most) == (["200"] * 12, 12, per_host)


def test_all_hosts_together_get_so_many_requests_at_once() -> None:
    """The others wait, and their deadline does not run meanwhile."""
    busy = most = 0

    async def handle(request: Hop) -> Told:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.02)
        busy -= 1
        return Told(200, b"x")

    async def run() -> None:
        bounds = Bounds(connections=3, deadline=0.15)
        async with Fetcher(bounds, transport=FakeTransport(handle)) as fetcher:
            await asyncio.gather(*(fetcher.send(Request(f"http://{n}.example/")) for n in range(30)))

    asyncio.run(run())
    assert most == 3


def test_a_dead_host_is_dialled_once() -> None:
    """The others fail at once with the same reason; after a while, or when asked to, it is tried again."""

    async def run() -> None:
        clock = Clock()
        gate = HostGate(clock=clock)
        assert (await kinds(gate, 10, "refuses"))[:2] == (["unreachable"] * 10, 1)
        assert (await kinds(gate, 3))[:2] == (["unreachable"] * 3, 0)
        assert (await kinds(gate, 3, host="b.example"))[:2] == (["200"] * 3, 3)
        gate.forget_dead()
        assert (await kinds(gate, 3))[:2] == (["200"] * 3, 3)
        assert (await kinds(gate, 1, "refuses"))[:2] == (["unreachable"], 1)
        clock.now += 61
        assert (await kinds(gate, 3))[:2] == (["200"] * 3, 3)

    asyncio.run(run())


@pytest.mark.parametrize(("retry_after", "pause"), [("120", 120.0), ("", 60.0), ("garbage", 60.0), ("0", 0.0)])
def test_a_429_holds_the_host_for_everyone(retry_after: str, pause: float) -> None:
    """Until its Retry-After, or a minute if it names none."""
    clock = Clock()
    status = 429
    asked = 0

    def handle(request: Hop) -> Told:
        nonlocal asked
        asked += 1
        return Told(status, b"", {"Retry-After": retry_after})

    async def run() -> None:
        nonlocal status
        async with Fetcher(transport=FakeTransport(handle), gate=HostGate(clock=clock)) as fetcher:
            assert (await fetcher.send(Request("http://a.example/1"))).status == 429
            status = 200
            if pause:
                clock.now += pause - 1
                with pytest.raises(HostHeldError) as caught:
                    await fetcher.send(Request("http://a.example/2"))
                assert caught.value.seconds == pytest.approx(1.0)
                assert asked == 1
            clock.now += 2
            assert (await fetcher.send(Request("http://a.example/3"))).status == 200

    asyncio.run(run())


@pytest.mark.parametrize("status", [503, 500, 404])
def test_other_statuses_hold_nobody(status: int) -> None:
    """One bad route must not stop all sources of a host."""

    def handle(request: Hop) -> Told:
        return Told(status, b"", {"Retry-After": "999"})

    async def run() -> list[int]:
        async with Fetcher(transport=FakeTransport(handle)) as fetcher:
            return [(await fetcher.send(Request("http://a.example/"))).status for _ in range(2)]

    assert asyncio.run(run()) == [status, status]


def test_one_429_of_a_host_that_answers_others_holds_only_its_address() -> None:
    """A rate limit of one address, or a trap, must not cost its neighbours; three in a row mean everyone."""
    clock = Clock()

    def handle(request: Hop) -> Told:
        status = 429 if urlsplit(request.url).path.startswith("/limited") else 200
        return Told(status, b"", {"Retry-After": "120"})

    async def run() -> list[int]:
        async with Fetcher(transport=FakeTransport(handle), gate=HostGate(clock=clock)) as fetcher:
            paths = ["good", "limited1", "limited2", "good", "limited1", "limited2", "limited3"]
            seen = [(await fetcher.send(Request(f"http://a.example/{path}"))).status for path in paths]
            with pytest.raises(HostHeldError):
                await fetcher.send(Request("http://a.example/good"))
            return seen

    assert asyncio.run(run()) == [200, 429, 429, 200, 429, 429, 429]


def test_a_host_that_never_answers_in_time_is_given_up_for_the_round() -> None:
    """Hundreds of sources of a silent host must not hold a round up for hours; a slow one among good ones is let be."""
    asked: list[str] = []

    async def handle(request: Hop) -> Told:
        asked.append(urlsplit(request.url).path)
        if urlsplit(request.url).path == "/slow":
            await asyncio.sleep(9)
        return Told(200, b"x")

    async def run() -> list[str]:
        seen: list[str] = []
        async with Fetcher(Bounds(deadline=0.01), transport=FakeTransport(handle)) as fetcher:
            for path in ["slow", "slow", "slow", "good", *["slow"] * 6]:
                try:
                    await fetcher.send(Request(f"http://a.example/{path}"))
                    seen.append("")
                except FetchError as error:
                    seen.append(error.kind)
        return seen

    assert asyncio.run(run()) == ["timeout"] * 3 + [""] + ["timeout"] * 6
    assert len(asked) == 4 + 4


def test_a_gap_lies_between_requests_to_one_host() -> None:
    """Starts are spread; other hosts do not wait."""

    async def run() -> list[float]:
        gate = HostGate(per_host=5, gap=0.1)
        loop = asyncio.get_running_loop()
        starts: list[float] = []

        async def one() -> None:
            async with gate.turn("a.example"):
                starts.append(loop.time())

        await asyncio.gather(*(one() for _ in range(4)))
        return starts

    starts = asyncio.run(run())
    assert all(later - earlier > 0.05 for earlier, later in pairwise(starts))


@pytest.mark.parametrize(("allowed", "naps"), [((), 2), (("10.0.0.0/8",), 0)])
def test_a_server_of_ones_own_needs_no_gap(
    allowed: tuple[str, ...], naps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gap is for hosts on the public internet."""
    slept: list[float] = []

    async def nap(seconds: float) -> None:
        slept.append(seconds)

    async def run() -> None:
        bounds = Bounds(per_host=1, gap=0.1)
        async with Fetcher(bounds, transport=FakeTransport(lambda _hop: Told())) as fetcher:
            for number in range(3):
                await fetcher.send(Request(f"http://a.example/{number}", allow_private=allowed))

    monkeypatch.setattr("feeds.fetch.hosts.asyncio.sleep", nap)
    asyncio.run(run())
    assert len(slept) == naps


def test_a_cancelled_request_gives_its_turn_back() -> None:
    """Else a host would be shut for ever."""

    async def run() -> int:
        gate = HostGate(per_host=1)

        async def hang() -> None:
            async with gate.turn("a.example"):
                await asyncio.sleep(60)

        tasks = [asyncio.create_task(hang()) for _ in range(3)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with gate.turn("a.example"):
            return 1

    assert asyncio.run(run()) == 1
