"""The promises of deliveries and of the log of alerts, held against every back end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model import AlertEntry, Delivery
from aggregator.store import Store, open_store

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "sqlite"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = open_store(":memory:" if request.param == "memory" else str(tmp_path / "leads.db"))
    yield opened
    opened.close()


def a_delivery(id_: str, at: datetime, channel: str = "digest ops jo") -> Delivery:
    return Delivery(id_, channel, "digest", "ops", "jo", at, at, ("a1", "b2"), "w")


def test_a_delivery_comes_back_as_it_was_entered_and_then_as_settled(outbox: Store, now: datetime) -> None:
    assert outbox.begin(a_delivery("one", now))
    assert outbox.deliveries() == [a_delivery("one", now)]
    outbox.settle("one", "failed", now + HOUR, words="refused")
    [back] = outbox.deliveries()
    assert (back.state, back.done_at, back.words, back.items) == ("failed", now + HOUR, "refused", ("a1", "b2"))


def test_only_who_knows_the_latest_may_begin(outbox: Store, now: datetime) -> None:
    assert outbox.begin(a_delivery("one", now))
    assert not outbox.begin(a_delivery("two", now))
    assert outbox.begin(a_delivery("two", now), after="one")
    assert not outbox.begin(a_delivery("three", now), after="one")
    assert outbox.begin(a_delivery("other", now, "digest ops ann"))
    assert [each.id for each in outbox.deliveries("digest ops jo")] == ["two", "one"]


def test_of_many_at_once_one_begins(outbox: Store, now: datetime) -> None:
    began: list[bool] = []
    threads = [
        threading.Thread(target=lambda n=n: began.append(outbox.begin(a_delivery(f"d{n}", now)))) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(began) == [False] * 5 + [True]


def test_deliveries_are_found_by_state_and_time(outbox: Store, now: datetime) -> None:
    outbox.begin(a_delivery("one", now))
    outbox.settle("one", "sent", now)
    outbox.begin(a_delivery("two", now + HOUR), after="one")
    assert [each.id for each in outbox.deliveries(states=["sent"])] == ["one"]
    assert [each.id for each in outbox.deliveries(since=now + HOUR)] == ["two"]
    assert [each.id for each in outbox.deliveries(limit=1)] == ["two"]


def test_what_is_old_is_forgotten_but_the_marks(outbox: Store, now: datetime) -> None:
    for number, state in enumerate(("sent", "sent", "failed", "failed")):
        outbox.begin(a_delivery(f"d{number}", now), after=f"d{number - 1}" if number else "")
        outbox.settle(f"d{number}", state, now)
    outbox.log_alerts([AlertEntry("deals", "jo", "a1", now, "known", "told")])
    assert outbox.forget_sent(now) == 0
    assert outbox.forget_sent(now + HOUR) == 3
    assert [each.id for each in outbox.deliveries()] == ["d3", "d1"]
    assert outbox.alert_log() == []


def test_the_log_of_alerts_is_read_latest_first(outbox: Store, now: datetime) -> None:
    first = AlertEntry("deals", "jo", "a1", now, "held", "over the limit", {"phase": "planned"})
    outbox.log_alerts([first])
    outbox.begin(a_delivery("one", now))
    second = AlertEntry("deals", "jo", "a1", now + HOUR, "sent", "new", {"phase": "completed"}, "one")
    outbox.settle("one", "sent", now + HOUR, alerts=[second])
    assert outbox.alert_log("deals", rep="jo") == [second, first]
    assert outbox.alert_log(since=now + HOUR) == [second]
    assert outbox.alert_log("other") == []
    assert outbox.alert_log(rep="ann") == []
