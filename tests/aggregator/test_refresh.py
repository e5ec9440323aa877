"""A round over sources: everyone is asked once, whatever is due again meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator import refresh
from aggregator.catalog import Recipe
from aggregator.model import Item
from aggregator.refresh import Plan, Refresh
from aggregator.store import Store, open_store
from aggregator.workers import Workers
from feeds.errors import FetchError
from feeds.fetch import Room
from feeds.model import Page, Request, Response, Source
from feeds.politeness import DEFAULT_PACE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCES = tuple(Source(f"s{number}", f"https://h{number % 7}.test/{number}") for number in range(45))


class Web:
    """Answers nothing but failures, and counts who was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    async def send(self, request: Request) -> Response:
        self.asked[request.url] += 1
        await asyncio.sleep(0)
        raise FetchError("refused", "nobody is at home")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that was told of the sources, of which few are claimed at once."""
    monkeypatch.setattr(refresh, "CLAIMS", 10)
    monkeypatch.setattr(refresh, "MOST_WAITING", 20)
    store = open_store(":memory:")
    store.sync_sources(SOURCES, NOW)
    return store


def run(
    store: Store,
    web: Web,
    worker: str = "w",
    *,
    now: datetime = NOW,
    force: bool = False,
    concurrency: int = 4,
    room: Room | None = None,
    workers: Any = None,
    clock: Callable[[], datetime] | None = None,
    made: list[Refresh] | None = None,
) -> Refresh:
    """Refresh once."""
    plan = Plan(
        worker,
        concurrency=concurrency,
        new_within=60.0,
        pace=DEFAULT_PACE,
        only=[source.id for source in SOURCES] if force else None,
        force=force,
    )

    async def go() -> Refresh:
        readers = workers or Workers(Recipe((), ()), 1)
        refresh = Refresh(store, readers, web.send, plan, clock or (lambda: now), room=room or Room())
        if made is not None:
            made.append(refresh)
        await refresh.run()
        return refresh

    return asyncio.run(go())


def test_every_due_source_is_asked_once(store: Store) -> None:
    web = Web()
    assert len(run(store, web).results) == len(SOURCES)
    assert set(web.asked.values()) == {1}
    assert store.claimants() == frozenset()
    assert not run(store, web).results


def test_a_forced_round_asks_everyone_once(store: Store) -> None:
    web = Web()
    run(store, web)
    assert len(run(store, web, force=True).results) == len(SOURCES)
    assert set(web.asked.values()) == {2}


def test_what_waited_too_long_for_its_host_is_left_to_the_next_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim runs out: another poll may ask it, so this one must not."""
    web = Web()
    monkeypatch.setattr(refresh, "MARGIN", timedelta(seconds=refresh.LEASE))
    assert not run(store, web).results
    assert not web.asked
    assert store.claimants() == frozenset()
    assert store.count_due(NOW) == len(SOURCES)


def test_what_another_holds_is_left_to_it(store: Store) -> None:
    web = Web()
    held = {claim.source.url for claim in store.claim_due(NOW, worker="other", limit=12, lease=60)}
    assert len(run(store, web, force=True).results) == len(SOURCES) - 12
    assert not held & set(web.asked)
    assert len(run(store, web, now=NOW + timedelta(minutes=2)).results) == 12


def test_a_host_that_has_room_again_while_claims_are_looked_for_is_asked_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last claim finds nothing, and takes longer than everything that was in flight."""
    store = open_store(":memory:")
    store.sync_sources(SOURCES, NOW)
    claim = store.claim_due

    def slow(*arguments: Any, **options: Any) -> Any:
        time.sleep(0.02)
        return claim(*arguments, **options)

    monkeypatch.setattr(store, "claim_due", slow)
    web = Web()
    assert len(run(store, web, concurrency=100).results) == len(SOURCES)


def test_memory_in_flight_is_bounded(store: Store) -> None:
    """While so many bytes wait to be stored, nobody else is asked; all are in the end."""
    most = 0

    class Heavy(Web):
        async def send(self, request: Request) -> Response:
            nonlocal most
            self.asked[request.url] += 1
            most = max(most, len(self.asked) - len(made[0].results))
            return Response(request.url, 404, {}, b"x" * 1000)

    made: list[Refresh] = []
    done = run(store, Heavy(), room=Room(5000), made=made)
    assert len(done.results) == len(SOURCES)
    assert most <= 5 + 4 + 1


def test_what_waits_to_be_read_is_in_flight(store: Store) -> None:
    """Its bytes count from the moment that they came; in the end none is counted any more."""
    counted: list[float] = []

    class Quick(Web):
        async def send(self, request: Request) -> Response:
            return Response(request.url, 200, {}, b"x" * 1000)

    class Slow:
        async def read(self, _source: Source, _response: Response, _work: Any) -> Page[Item]:
            await asyncio.sleep(0.01)
            counted.append(room.held)
            return Page()

    room = Room(5000)
    done = run(store, Quick(), room=room, workers=Slow(), concurrency=10)
    assert len(done.results) == len(SOURCES)
    assert min(counted) >= 1000
    assert max(counted) >= 5000
    assert room.held == 0


def test_pages_need_no_more_room_than_one_of_them(store: Store) -> None:
    """What was read of a source makes room for its next page: many large ones end."""

    class Paged(Web):
        async def send(self, request: Request) -> Response:
            await room.reserve(4000)
            room.release(4000)
            self.asked[request.url] += 1
            return Response(request.url, 200, {}, b"x" * 4000)

    class Reader:
        async def read(self, _source: Source, response: Response, _work: Any) -> Page[Item]:
            number = int(response.url.partition("#")[2] or 0)
            return Page(next=Request(f"{response.url.partition('#')[0]}#{number + 1}") if number < 4 else None)

    room = Room(5000)
    web = Paged()
    done = run(store, web, room=room, workers=Reader(), concurrency=8)
    assert {result.outcome for result in done.results} == {"changed"}
    assert sum(web.asked.values()) == 5 * len(SOURCES)
    assert room.held == 0


def test_after_the_machine_slept_each_source_is_asked_once(store: Store) -> None:
    """The clock jumps past every lease in the middle of a round: what was not asked is left to the next one."""

    class Sleepy(Web):
        async def send(self, request: Request) -> Response:
            self.asked[request.url] += 1
            if len(self.asked) == 20:
                clock[0] += timedelta(seconds=refresh.LEASE + 60)
            raise FetchError("timeout", "late")

    clock = [NOW]
    web = Sleepy()
    first = run(store, web, clock=lambda: clock[0])
    assert 20 <= len(first.results) < len(SOURCES)
    assert all(result.outcome == "failed" for result in first.results)
    second = run(store, web, clock=lambda: clock[0])
    assert len(first.results) + len(second.results) == len(SOURCES)
    assert set(web.asked.values()) == {1}


class Offline(Web):
    """A machine without a network; it comes back for one host, if any."""

    def __init__(self, back: str = "") -> None:
        super().__init__()
        self.back = back

    async def send(self, request: Request) -> Response:
        self.asked[request.url] += 1
        if self.back and self.back in request.url:
            return Response(request.url, 404)
        raise FetchError("offline", "there is no network to the server")


def test_without_a_network_sources_stay_due(store: Store) -> None:
    """Nothing is held against them, and soon nobody is asked any more."""
    web = Offline()
    done = run(store, web)
    assert done.is_offline
    assert 0 < len(done.results) < len(SOURCES)
    assert {result.kind for result in done.results} == {"offline"}
    assert store.count_due(NOW) == len(SOURCES)
    assert store.claimants() == frozenset()
    assert {status.state.status for status in store.source_statuses()} == {"new"}


def test_one_answer_shows_that_there_is_a_network(store: Store) -> None:
    """Then the others' failures are their own."""
    done = run(store, Offline(back="h1.test"), concurrency=100)
    assert not done.is_offline
    assert len(done.results) == len(SOURCES)
    assert store.count_due(NOW) == 0
