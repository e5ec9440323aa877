"""What of a story would be worth telling again."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from aggregator.model import Fact
from aggregator.pipeline.material import merged, shown, told, what_is_new
from tests.samples import a_tag, an_item


def test_an_item_tells_its_phase_amount_and_deadline() -> None:
    item = an_item(
        tags=(replace(a_tag(), phase="announced"),),
        facts=(
            Fact("amount", "€310m", "title", 0, 5, number=310e6, currency="EUR"),
            Fact("deadline", "14 March", "body", 0, 8, day=date(2026, 3, 14)),
        ),
    )
    assert told(item) == {"phase": "announced", "amount": "310000000 EUR", "deadline": "2026-03-14"}
    assert told(an_item()) == {}


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({}, {"amount": "5 EUR"}, ["amount told: 5 EUR"]),
        ({}, {"phase": "announced"}, []),
        ({"phase": "planned"}, {"phase": "completed"}, ["phase: planned → completed"]),
        ({"phase": "completed"}, {"phase": "rumoured"}, []),
        ({"amount": "100 EUR"}, {"amount": "103 EUR"}, []),
        ({"amount": "100 $"}, {"amount": "100 USD"}, []),
        ({"amount": "1000000 EUR"}, {"amount": "2000000 EUR"}, ["amount: 1,000,000 EUR → 2,000,000 EUR"]),
        ({"deadline": "2026-03-14"}, {"deadline": "2026-03-14"}, []),
        ({"deadline": "2026-03-14"}, {"deadline": "2026-04-01"}, ["deadline: 14 Mar 2026 → 1 Apr 2026"]),
        ({"deadline": "2026-03-14"}, {}, []),
    ],
)
def test_what_is_new(before: dict[str, str], now: dict[str, str], words: list[str]) -> None:
    assert what_is_new([before], now) == words


def test_the_last_told_holds_and_the_latest_phase() -> None:
    assert merged([{"phase": "completed", "amount": "5 EUR"}, {"phase": "rumoured", "amount": "6 EUR"}]) == {
        "phase": "completed", "amount": "6 EUR"}  # fmt: skip
    assert shown("announced") == "announced"
