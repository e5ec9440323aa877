"""Alerts: each story once, again with what is new, never over the rate, and every decision with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator import config
from aggregator.config_outbox import TargetTable
from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.model import Batch, Delivery, Fact, Item
from aggregator.outbox import Message
from aggregator.store import Store, open_store
from feeds.model import FetchState
from tests.samples import NOW, an_item

CONFIG = """\
database = "leadline.db"
rep = "jo"
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["Acme"]
[[sources]]
id = "wire"
url = "https://wire.example/feed"
[[sources]]
id = "trade"
url = "https://trade.example/feed"
[[sources]]
id = "crm"
url = "https://crm.example/feed"
scope = "internal"
[[targets]]
id = "team"
kind = "stdout"
[[alerts]]
id = "deals"
query = "type:strategy"
target = "team"
at_most = "2/1h"
"""


class Desk:
    """An Aggregator whose clock a test sets, its store, and what was sent."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        self.sent: list[Message] = []
        self.fails = False
        path = folder / "leadline.toml"
        path.write_text(CONFIG, encoding="utf-8")
        self.aggregator = Aggregator.open(config.read(path))
        self.aggregator.now = lambda: self.now
        self.store: Store = open_store(self.aggregator.config.database)
        monkeypatch.setattr("aggregator.delivering.send", self._send)

    def _send(self, _target: TargetTable, message: Message) -> None:
        if self.fails:
            raise LeadlineError("the line is dead")
        self.sent.append(message)

    def store_items(self, *items: Item, changed: bool = False) -> None:
        version = self.aggregator.catalog.recipe.version
        state = FetchState(status="ok", checked_at=self.now, answered_at=self.now)
        for item in items:
            made = (replace(item, rules_version=version),)
            batch = Batch(item.source, "w", state, () if changed else made, made if changed else ())
            self.store.claim_due(self.now, worker="w", limit=9, lease=60, only=[item.source], force=True)
            self.store.apply([batch], self.now)

    def run(self, *, dry_run: bool = False) -> list[tuple[str, str]]:
        [ran] = self.aggregator.alerting.run(dry_run=dry_run)
        self.error, self.notice = ran.error, ran.notice
        return [(entry.decision, entry.why) for entry in ran.entries]

    def decisions(self) -> list[str]:
        return [decision for decision, _ in self.run()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = Desk(tmp_path, monkeypatch)
    yield made
    made.store.close()
    made.aggregator.close()


def amount(number: float) -> Fact:
    return Fact("amount", str(number), "title", 0, 3, number=number, currency="EUR")


def a_deal(name: str = "Beta Logistics", source: str = "wire", hours: float = 0.5, **other: object) -> Item:
    return an_item(f"Acme acquires {name} for cash", source, hours, **other)


def later(desk: Desk, **span: float) -> None:
    desk.now = desk.now + timedelta(**span)


def test_a_new_item_is_told_once(desk: Desk) -> None:
    desk.store_items(a_deal())
    assert desk.run() == [("sent", "new")]
    assert desk.run() == []
    assert [message.subject for message in desk.sent] == ["leadline deals: Acme acquires Beta Logistics for cash"]
    assert "Two estates become one" in desk.sent[0].body


def test_the_same_story_from_another_source_is_not_told_again(desk: Desk) -> None:
    desk.store_items(a_deal())
    desk.run()
    later(desk, hours=2)
    desk.store_items(a_deal(source="trade", hours=-1.9))
    assert desk.run() == [("known", "its story was told; no new phase, amount or deadline")]
    assert len(desk.sent) == 1
    assert desk.run() == []


def test_two_of_one_story_at_once_are_one(desk: Desk) -> None:
    desk.store_items(a_deal(), a_deal(source="trade"))
    assert sorted(desk.decisions()) == ["known", "sent"]
    assert len(desk.sent) == 1


def test_a_new_amount_is_told_again(desk: Desk) -> None:
    desk.store_items(a_deal(facts=(amount(300e6),)))
    desk.run()
    later(desk, hours=2)
    desk.store_items(a_deal(source="trade", hours=-1.9, facts=(amount(302e6),)))
    assert desk.decisions() == ["known"]
    edited = a_deal(facts=(amount(400e6),), content_hash="other", text="edited")
    desk.store_items(edited, changed=True)
    [(decision, why)] = desk.run()
    assert (decision, why) == ("sent", "new in a story that was told: amount: 300,000,000 EUR → 400,000,000 EUR")
    assert desk.run() == []


def test_above_the_rate_they_collapse_into_one_summary(desk: Desk) -> None:
    desk.store_items(*(a_deal(f"{name} Works") for name in ("Ulmer", "Brenz", "Kocher", "Jagst")))
    assert sorted(desk.decisions()) == ["sent", "summary", "summary", "summary"]
    assert [message.subject for message in desk.sent][1] == "leadline deals: 3 stories"
    assert all(f"{name} Works" in "".join(m.body for m in desk.sent) for name in ("Ulmer", "Brenz", "Kocher", "Jagst"))


def test_what_is_held_comes_when_the_rate_allows_it(desk: Desk) -> None:
    desk.store_items(a_deal("Ulmer Works"), a_deal("Brenz Works"))
    assert desk.decisions() == ["sent", "sent"]
    later(desk, minutes=5)
    desk.store_items(a_deal("Kocher Works", hours=-0.05))
    [(decision, why)] = desk.run()
    assert decision == "held"
    assert why.startswith("over 2/1h: comes in a summary from ")
    assert desk.run() == []
    later(desk, hours=1)
    assert desk.decisions() == ["sent"]
    assert "Kocher Works" in desk.sent[-1].body


def test_what_did_not_arrive_is_tried_again(desk: Desk) -> None:
    desk.store_items(a_deal())
    desk.fails = True
    assert desk.run() == [("failed", "to be tried again: the line is dead")]
    assert desk.error
    desk.fails = False
    later(desk, hours=3)
    assert desk.decisions() == ["sent"]
    assert len(desk.sent) == 1


def test_a_dry_run_sends_and_remembers_nothing(desk: Desk) -> None:
    desk.store_items(a_deal())
    assert desk.run(dry_run=True) == [("sent", "new")]
    assert (desk.sent, desk.aggregator.alerting.log()) == ([], [])
    assert desk.decisions() == ["sent"]


def test_internal_items_stay_inside(desk: Desk) -> None:
    desk.store_items(a_deal(source="crm", scope="internal"))
    assert desk.decisions() == ["withheld"]
    assert desk.sent == []


def test_a_run_that_died_is_told_and_its_alert_comes_again(desk: Desk) -> None:
    desk.store_items(a_deal())
    dead = Delivery("d1", "alert deals jo", "alert", "team", "jo", desk.now, desk.now, worker="here:1:1:1")
    assert desk.store.begin(replace(dead, at=desk.now - timedelta(hours=1)))
    assert desk.decisions() == ["sent"]
    assert "may have been sent" in desk.notice
    assert "may have been sent" in desk.sent[0].body


def test_an_old_backlog_is_no_news(desk: Desk) -> None:
    desk.store_items(a_deal(hours=50))
    assert desk.run() == []


def test_the_log_tells_why(desk: Desk) -> None:
    desk.store_items(a_deal())
    desk.run()
    [entry] = desk.aggregator.alerting.log("deals")
    assert (entry.decision, entry.why, entry.rep) == ("sent", "new", "jo")
    assert entry.delivery == desk.aggregator.delivering.deliveries()[0].id
    assert desk.aggregator.alerting.log("other") == []


def test_a_digest_loses_nothing_that_was_stored_late(desk: Desk) -> None:
    """An item is dated when its poll began; a digest made while the poll ran must not hide it from the next."""
    desk.store_items(a_deal("Ulmer Works", hours=0.1))
    first = desk.aggregator.digest(since="last")
    desk.aggregator.digest_delivered(first)
    desk.store_items(a_deal("Brenz Works", hours=0.05))
    later(desk, minutes=10)

    second = desk.aggregator.digest(since="last")

    assert [line.item.title for line in second.sections[0].lines] == ["Acme acquires Brenz Works for cash"]
    assert datetime.fromisoformat(second.since.isoformat()) == first.made_at
