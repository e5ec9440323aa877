"""Values of records: whatever their type and form, what they mean; or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.connectors import records


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-07-01+02:00", date(2026, 7, 1)),
        ("2026-07-01", date(2026, 7, 1)),
        ("20260701", date(2026, 7, 1)),
        ("2026-07-01T23:00:00Z", date(2026, 7, 1)),
        ("05/27/2026", date(2026, 5, 27)),
        ("2026-13-01", None),
        ("05/27/20261", None),
        ("", None),
        (None, None),
        (["2026-07-01"], None),
    ],
)
def test_days(value: Any, expected: date | None) -> None:
    assert records.day(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-07-01+02:00", (2026, 7, 1, 12, 0)),
        ("2026-07-01T08:00:00+02:00", (2026, 7, 1, 6, 0)),
        ("2026-03-26T20:49:33.000Z", (2026, 3, 26, 20, 49)),
        ("20260924T141500Z", (2026, 9, 24, 14, 15)),
        ("Tue, 25 Aug 2026 11:30 GMT", (2026, 8, 25, 11, 30)),
        ("05/27/2026", (2026, 5, 27, 12, 0)),
        (1711403416463, (2024, 3, 25, 21, 50)),
        ("1711403416", (2024, 3, 25, 21, 50)),
        ("2019-10-27 20:06:44", (2019, 10, 27, 20, 6)),
    ],
)
def test_moments(value: Any, expected: tuple[int, int, int, int, int]) -> None:
    found = records.instant(value)
    assert found is not None
    assert found.replace(second=0, microsecond=0) == datetime(*expected, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("350567.00", 350567.0), ("1,200", 1200.0), ("$5", 5.0), (7, 7.0), (True, None), ("1e9999", None), ("x", None),
        (float("inf"), None), (None, None), ("000,", None), (10**400, None), ({}, None),
    ],
)  # fmt: skip
def test_numbers(value: Any, expected: float | None) -> None:
    assert records.number(value) == (expected if value != "000," else 0.0)


def test_money_is_above_zero_and_has_a_currency_only_where_one_is_told() -> None:
    assert records.money("5", "usd") == {"amount": 5.0, "currency": "USD"}
    assert records.money({"amountGross": 7, "currency": "GBP"}) == {"amount": 7.0, "currency": "GBP"}
    assert records.money(3, "dollars") == {"amount": 3.0, "currency": ""}
    assert list(map(records.money, (0, -1, None, "x", 1e300, {}))) == [None] * 6


def test_contact_persons_are_dropped_at_any_depth() -> None:
    record = {
        "buyer": {"name": "Town", "contactPoint": {"name": "A Person", "email": "a@b.example"}},
        "parties": [{"name": "X", "telephone": "1", "contact_person": "B"}],
        "pointOfContact": [{"fullName": "C"}],
    }
    assert records.without_contacts(record) == {"buyer": {"name": "Town"}, "parties": [{"name": "X"}]}


def test_words_that_mean_nothing_are_nothing() -> None:
    assert list(map(records.text, ("null", "None", None, True, [], {}, " a\n b ", 7))) == [
        "", "", "", "", "", "", "a b", "7",
    ]  # fmt: skip


def test_what_changes_in_a_fact_stands_in_the_text() -> None:
    told = records.summary(
        "A <b>", facts={"Amount": {"amount": 1e6, "currency": "USD"}, "Ends": date(2027, 1, 2), "X": ""}
    )
    assert told == "<p>A &lt;b&gt;</p>\n<p>Amount: 1,000,000 USD</p>\n<p>Ends: 2027-01-02</p>"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_no_value_raises(value: Any) -> None:
    for read in (records.text, records.texts, records.number, records.money, records.day, records.instant):
        read(value)
    records.at(value, "a.0.b")
    records.without_contacts(value)


@given(st.text())
def test_any_link_header_is_read(header: str) -> None:
    records.link_next({"link": header})
