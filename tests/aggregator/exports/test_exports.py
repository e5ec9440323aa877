"""Rows in every layout: what a CRM, a spreadsheet and a calendar make of them."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from aggregator.exports import LAYOUTS, renderer
from aggregator.exports.rows import Account, Row, accounts_by_prospect, bare_domain
from aggregator.exports.tables import cell
from aggregator.model import Evidence, Fact, Item, Prospect, Reason, Score, Tag

SEEN = datetime(2026, 3, 4, 9, tzinfo=UTC)
ACME = Prospect("acme", "Acme Corporation", ("Acme",), "acme.example", "pricing")


def row(title: str = "Acme invites tenders", *, score: float = 71.25, prospect: Prospect | None = ACME) -> Row:
    """A tender with a deadline."""
    tag = Tag(
        "purchasing_plans", "purchasing_plans.tender", Evidence("title", "invites tenders", 5, 20), "r", "core", 0.9
    )
    fact = Fact("deadline", "14 December 2026", "body", 0, 16, day=date(2026, 12, 14))
    item = Item(
        "00aa11bb22cc33dd", "gazette", title, "https://gazette.example/1", "Text", "k", "t", "h", SEEN,
        published=SEEN, tags=(tag,), facts=(fact,),
    )  # fmt: skip
    return Row(item, prospect, Score(score, (Reason("Tender", 100),)), "Gazette", Account("001A", "Acme Inc"))


def table(layout: str, *rows: Row) -> list[dict[str, str]]:
    """A CSV layout, read as other programs read it."""
    return list(csv.DictReader(io.StringIO("".join(renderer(layout)(rows)))))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_writes_text_and_bears_having_no_rows(layout: str) -> None:
    assert "Acme" in "".join(renderer(layout)([row()]))
    assert isinstance("".join(renderer(layout)([])), str)


def test_an_item_as_csv() -> None:
    found = table("csv", row())[0]
    assert found["types"] == "purchasing_plans"
    assert found["evidence"] == "purchasing_plans: “invites tenders” (title)"
    assert (found["deadline"], found["score"], found["dated"]) == ("2026-12-14", "71.2", "2026-03-04T09:00:00Z")


def test_tasks_for_crms() -> None:
    salesforce = table("salesforce-task", row(), row(prospect=None))
    assert len(salesforce) == 1
    assert salesforce[0]["WhatId"] == "001A"
    assert (salesforce[0]["ActivityDate"], salesforce[0]["Priority"]) == ("2026-12-14", "High")
    hubspot = table("hubspot-task", row(score=20))[0]
    assert (hubspot["Company domain name"], hubspot["Task priority"]) == ("acme.example", "MEDIUM")


def test_an_account_gets_its_best_item_and_their_number() -> None:
    found = table("salesforce-account", row("low", score=10), row("high", score=90), row("mid", score=50))
    assert [(each["Leadline_Last_Signal__c"], each["Leadline_Items__c"]) for each in found] == [("high", "3")]
    assert table("hubspot-company", row())[0]["leadline_stage"] == "pricing"


def test_json_lines_carry_the_reasons_of_the_score() -> None:
    found = [json.loads(line) for line in "".join(renderer("jsonl")([row(), row()])).splitlines()]
    assert found[1]["reasons"] == [{"words": "Tender", "factor": 100.0}]


def test_a_deadline_stands_in_the_calendar() -> None:
    calendar = Calendar.from_ical("".join(renderer("ics")([row("Tender, with; signs\\ and a very long title" * 5)])))
    event = calendar.walk("VEVENT")[0]
    assert event.decoded("dtstart") == date(2026, 12, 14)
    assert str(event["url"]) == "https://gazette.example/1"
    assert str(event["summary"]).startswith("Deadline: Acme Inc: Tender, with; signs\\ and")


@given(st.text(max_size=30))
def test_no_cell_is_a_formula_and_none_loses_its_text(text: str) -> None:
    found = cell(text)
    assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert found.removeprefix("'") == text.removeprefix("'") or found == text


@given(st.text(max_size=40))
def test_any_title_survives_the_csv(title: str) -> None:
    clean = title.replace("\r", "").replace("\n", "").replace("\0", "")
    found = table("csv", row(clean))
    assert len(found) == 1
    assert found[0]["title"] == cell(clean)


def test_accounts_are_found_by_domain_then_by_name_and_never_guessed() -> None:
    beta, gamma = Prospect("beta", "Beta Mills Ltd"), Prospect("gamma", "Gamma")
    accounts = [
        Account("1", "Something else", "https://www.ACME.example/about"), Account("2", "Acme Corporation"),
        Account("3", "Beta Mills"), Account("4", "Gamma"), Account("5", "Gamma Inc"),
    ]  # fmt: skip
    found = accounts_by_prospect(accounts, [ACME, beta, gamma])
    assert {prospect: account.id for prospect, account in found.items()} == {"acme": "1", "beta": "3"}
    assert bare_domain("HTTP://www.acme.example/x") == bare_domain("acme.example") == "acme.example"
