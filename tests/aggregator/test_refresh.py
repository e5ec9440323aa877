"""A round over sources: everyone is asked once, whatever is due again meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from aggregator import refresh
from aggregator.catalog import Recipe
from aggregator.refresh import Plan, Refresh
from aggregator.store import Store, open_store
from aggregator.workers import Workers
from feeds.errors import FetchError
from feeds.model import Request, Response, Source
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


def run(store: Store, web: Web, worker: str = "w", *, now: datetime = NOW, force: bool = False) -> Refresh:
    """Refresh once."""
    plan = Plan(
        worker,
        concurrency=4,
        new_within=60.0,
        pace=DEFAULT_PACE,
        only=[source.id for source in SOURCES] if force else None,
        force=force,
    )

    async def go() -> Refresh:
        made = Refresh(store, Workers(Recipe((), ()), 1), web.send, plan, lambda: now)
        await made.run()
        return made

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
