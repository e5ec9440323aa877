"""Budgets: quick ones are paced, slow ones counted over restarts; who is held is held fairly, and no failure."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.store import Store, open_store
from feeds.errors import BudgetSpentError, HostHeldError
from feeds.fetch import BudgetGate
from feeds.ledger import Ledger, MemoryLedger
from feeds.model import Budget, FetchState, Page, Request, Response, Source, Terms
from feeds.poll import poll

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAILY = Budget("api.example", 3, 86400.0)
QUICK = Budget("quick.example", 10, 1.0)
SLOW = Budget("slow.example", 1, 5.0)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        monkeypatch.setattr("feeds.fetch.budgets.asyncio.sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds

    def clock(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def gate(self, ledger: Ledger | None = None) -> BudgetGate:
        return BudgetGate(ledger, clock=self.clock, now=self.now)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def take(gate: BudgetGate, *budgets: Budget, key: str = "", times: int = 1) -> None:
    async def run() -> None:
        for _ in range(times):
            await gate.take(budgets, key)

    asyncio.run(run())


def test_a_quick_budget_is_paced_at_half_its_rate(time: Time) -> None:
    """Two processes at once then keep it."""
    take(time.gate(), QUICK, times=4)
    assert time.slept == [0.2, 0.2, 0.2]


def test_a_slow_budget_waits_its_turn_even_between_processes(time: Time) -> None:
    ledger = MemoryLedger()
    take(time.gate(ledger), SLOW)
    take(time.gate(ledger), SLOW, times=2)
    assert time.slept == [5.0, 5.0]


def test_a_spent_quota_is_told_at_once_with_the_time_left(time: Time) -> None:
    gate = time.gate()
    take(gate, DAILY, times=3)
    time.seconds = 3600.0
    with pytest.raises(BudgetSpentError, match="the quota of api") as caught:
        take(gate, DAILY)
    assert "(3 requests a day)" in str(caught.value)
    assert caught.value.seconds == 86400.0 - 3600.0
    time.seconds = 86400.1
    take(gate, DAILY)


def test_each_key_has_a_quota_of_its_own(time: Time) -> None:
    gate = time.gate()
    take(gate, DAILY, key="one", times=3)
    take(gate, DAILY, key="two", times=3)
    with pytest.raises(BudgetSpentError):
        take(gate, DAILY, key="one")


def test_a_pause_holds_all_who_share_the_budget_in_every_process(time: Time) -> None:
    ledger = MemoryLedger()
    gate = time.gate(ledger)
    asyncio.run(gate.hold((QUICK,), 600.0))
    for each in (gate, time.gate(ledger)):
        with pytest.raises(HostHeldError, match="asked for a pause") as caught:
            take(each, QUICK)
        assert caught.value.seconds == 600.0
    time.seconds = 601.0
    take(gate, QUICK)


@pytest.fixture(params=["memory", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return ":memory:" if request.param == "memory" else str(tmp_path / "leads.db")


def test_stores_keep_the_count(place: str, time: Time) -> None:
    """Over a restart too; what a clock that ran ahead counted is forgotten."""
    store: Store = open_store(place)
    late = NOW + timedelta(days=400)
    assert store.spend("x", 2, 100.0, late) == 0.0
    assert [store.spend("x", 2, 100.0, NOW + timedelta(seconds=n)) for n in (0, 10)] == [0.0, 0.0]
    if place != ":memory:":
        store.close()
        store = open_store(place)
    assert store.spend("x", 2, 100.0, NOW + timedelta(seconds=40)) == 60.0
    assert store.spend("y", 2, 100.0, NOW) == 0.0
    assert store.spend("x", 2, 100.0, NOW + timedelta(seconds=101)) == 0.0
    store.hold_budget("y", NOW + timedelta(seconds=50), NOW)
    store.hold_budget("y", NOW + timedelta(seconds=20), NOW)
    assert (store.budget_held("y", NOW), store.spend("y", 9, 1.0, NOW)) == (50.0, 50.0)
    assert store.budget_held("y", NOW + timedelta(seconds=51)) == 0.0
    store.close()


def ask(source: Source, state: FetchState, gate: BudgetGate, now: datetime) -> Any:
    async def send(request: Request) -> Response:
        await gate.take(request.terms.budgets)
        return Response(request.url, 200, {}, now.isoformat().encode())

    async def read(_source: Source, _response: Response) -> Page[str]:
        return Page(("entry",))

    polling = poll(
        source, state, send=send, read=read, first=lambda source, _: Request(source.url), dates=lambda _: (), now=now,
        terms=Terms(budgets=(DAILY,)),
    )  # fmt: skip
    return asyncio.run(polling)


def test_who_waits_for_a_quota_is_held_not_failed(time: Time) -> None:
    gate = time.gate()
    take(gate, DAILY, times=3)
    polled = ask(Source("s", "https://api.example/"), FetchState(), gate, NOW)
    assert (polled.outcome, polled.state.status, polled.state.failures) == ("held", "new", 0)
    assert polled.state.next_why.startswith("held: the quota of api.example")
    assert polled.state.next_at
    assert timedelta(days=1) <= polled.state.next_at - NOW <= timedelta(days=1, seconds=601)


def test_a_quota_is_shared_fairly_whatever_the_ids(time: Time) -> None:
    """Ten sources that would like to be asked each hour, and three requests a day: in ten days each has about three."""
    gate = time.gate()
    sources = [Source(f"s{n}", f"https://api.example/{n}", every=3600.0) for n in range(10)]
    states = {source.id: FetchState() for source in sources}
    answered: Counter[str] = Counter()
    for minute in range(0, 10 * 24 * 60, 5):
        time.seconds = minute * 60.0
        due = [s for s in sources if (states[s.id].next_at or NOW) <= time.now()]
        for source in sorted(due, key=lambda s: (states[s.id].next_at or NOW, s.id)):
            polled = ask(source, states[source.id], gate, time.now())
            states[source.id] = polled.state
            answered[source.id] += polled.outcome == "changed"
    assert sum(answered.values()) >= 28
    assert set(answered) == set(states)
    assert set(answered.values()) <= {2, 3, 4}
