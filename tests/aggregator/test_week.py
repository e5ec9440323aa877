"""A week of polling under a clock of our own: who is asked, how often, and how gently."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from aggregator.model import Item
from aggregator.refresh import Plan, Refresh
from aggregator.store import Store, open_store
from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher, HostGate
from feeds.fetch.hops import Hop
from feeds.model import Page, Response, Rhythm, Source
from feeds.politeness import Pace
from tests.transports import FakeTransport, Told

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 7
TICK = timedelta(minutes=15)
HOUR = 3600.0
PACE = Pace(floor=HOUR / 4, ceiling=24 * HOUR)
HOSTS = 40
KINDS: dict[str, tuple[int, float]] = {
    "busy": (4, HOUR / 4),
    "hourly": (20, HOUR),
    "slow": (200, 12 * HOUR),
    "daily": (200, 24 * HOUR),
    "ttl": (10, 6 * HOUR),
    "own": (10, 2 * HOUR),
}
"""How many sources there are of a kind, and how often each is to be asked: by its rhythm, its ttl, the user's word."""


@dataclass
class World:
    """What the sources say at any moment, and who asked when."""

    now: datetime = START
    asked: defaultdict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    busy: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    tried: Counter[tuple[str, datetime]] = field(default_factory=Counter)

    async def answer(self, hop: Hop) -> Told:
        """One answer of a server."""
        host, name = urlsplit(hop.url).netloc, urlsplit(hop.url).path.strip("/")
        self.tried[host, self.now] += 1
        self.asked[name].append(self.now)
        self.busy[host] += 1
        self.most[host] = max(self.most[host], self.busy[host])
        await asyncio.sleep(0)
        self.busy[host] -= 1
        if host == "down.test":
            raise FetchError("refused", "the server refused the connection")
        if host == "throttling.test":
            return Told(429, b"", {"Retry-After": "7200"})
        if name.startswith("unavailable"):
            return Told(503, b"", {"Retry-After": str(int(6 * HOUR))})
        etag = f'"{int(self.now.timestamp() // interval(name))}"'
        if hop.headers.get("if-none-match") == etag:
            return Told(304)
        return Told(200, etag.encode(), {"ETag": etag})

    async def read(self, source: Source, _response: Response, work: Any) -> Page[Item]:
        """What a worker would make of an answer: entries at the source's own rhythm."""
        every = interval(source.id)
        rhythm = 12 * HOUR if source.id.startswith("own") else HOUR if source.id.startswith("ttl") else every
        slot = int(work.now.timestamp() // rhythm)
        items = tuple(entry(source.id, slot - back, rhythm, work.now) for back in range(5))
        return Page(items, rhythm=Rhythm(ttl=every if source.id.startswith("ttl") else None))


def entry(source: str, slot: int, rhythm: float, now: datetime) -> Item:
    """An entry that was published at the start of a slot."""
    published = datetime.fromtimestamp(slot * rhythm, UTC)
    key = f"{source}-{slot}"
    return Item(key, source, key, "", "", key, f"twin-{key}", key, now, published=published)


def interval(name: str) -> float:
    """How often a source is to be asked."""
    return KINDS.get(name.rstrip("0123456789"), (0, HOUR))[1]


def sources() -> Iterator[Source]:
    """All of them, spread over the hosts; and some that fare badly."""
    number = 0
    for kind, (count, every) in KINDS.items():
        for n in range(count):
            number += 1
            own = every if kind == "own" else None
            yield Source(f"{kind}{n}", f"https://h{number % HOSTS}.test/{kind}{n}", every=own)
    for kind, host, count in (("down", "down", 20), ("limited", "throttling", 20), ("unavailable", "h1", 5)):
        for n in range(count):
            yield Source(f"{kind}{n}", f"https://{host}.test/{kind}{n}")


async def one_round(store: Store, world: World) -> None:
    """Poll what is due, as a process of its own would: it knows nothing but what the store kept."""
    gate = HostGate(2, clock=lambda: world.now.timestamp())
    for host, until in store.held_hosts(world.now).items():
        gate.hold(host, (until - world.now).total_seconds())
    async with Fetcher(Bounds(), transport=FakeTransport(world.answer), gate=gate) as fetcher:
        readers: Any = world
        plan = Plan("w", concurrency=50, new_within=HOUR, pace=PACE)
        await Refresh(store, readers, fetcher.send, plan, lambda: world.now, pauses=gate.pauses).run()


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world after a week of rounds."""
    world = World()
    folder: Path = tmp_path_factory.mktemp("week")
    store = open_store(str(folder / "leads.db"))
    store.sync_sources(list(sources()), START)

    async def live() -> None:
        while world.now < START + timedelta(days=DAYS):
            if store.count_due(world.now, most=1):
                await one_round(store, world)
            world.now += TICK

    asyncio.run(live())
    store.close()
    return world


def gaps(asked: Sequence[datetime]) -> list[float]:
    """Seconds between one asking and the next, and from the last to the end of the week."""
    ends = [*asked[1:], START + timedelta(days=DAYS)]
    return [(after - before).total_seconds() for before, after in zip(asked, ends, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_source_starves_and_none_is_asked_too_often(week: World, kind: str) -> None:
    """Each at its interval: never sooner, later by no more than the jitter and the time between two rounds."""
    count, every = KINDS[kind]
    for number in range(count):
        asked = week.asked[f"{kind}{number}"]
        assert asked[0] == START
        assert max(gaps(asked)) <= every * 1.1 + TICK.total_seconds()
        assert min(gaps(asked)[:-1]) >= every


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_as_many_polls_a_day_as_planned(week: World, kind: str) -> None:
    """Jitter and waiting for the next round stretch an interval by a tenth and a round at most."""
    count, every = KINDS[kind]
    polls = sum(len(week.asked[f"{kind}{number}"]) for number in range(count)) / count
    planned = DAYS * 24 * HOUR / every
    longest = DAYS * 24 * HOUR / (1.1 * every + TICK.total_seconds())
    assert longest <= polls <= planned + 1


def test_no_host_has_more_at_once_than_its_share(week: World) -> None:
    assert set(week.most.values()) <= {1, 2}
    assert len(week.most) == HOSTS + 2


def test_a_host_that_is_down_is_dialled_once_a_round(week: World) -> None:
    dialled = [count for (host, _), count in week.tried.items() if host == "down.test"]
    assert set(dialled) == {1}
    assert len(dialled) > DAYS


def test_sources_of_a_host_that_is_down_are_tried_for_ever(week: World) -> None:
    """At least once a day the host is tried, until the end."""
    tried = sorted(at for (host, at) in week.tried if host == "down.test")
    assert max(gaps(tried)) <= 24 * HOUR * 1.1 + TICK.total_seconds()


def test_a_pause_that_a_host_asked_for_holds_for_all_its_sources_and_outlives_the_process(week: World) -> None:
    """Between two answers of a host that asks for two hours, whoever asked, lie two hours."""
    tried = sorted(at for (host, at) in week.tried if host == "throttling.test")
    assert len(tried) > DAYS
    assert min(gaps(tried)[:-1]) >= 2 * HOUR
    assert all(count == 1 for (host, _), count in week.tried.items() if host == "throttling.test")


def test_a_pause_that_an_address_asked_for_is_its_own(week: World) -> None:
    """A 503 with a Retry-After keeps its own source away; neighbours on the host go on (they are among the kinds)."""
    for number in range(5):
        asked = week.asked[f"unavailable{number}"]
        assert len(asked) > DAYS
        assert min(gaps(asked)[:-1]) >= 6 * HOUR
