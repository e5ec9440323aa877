"""Phrases of a digest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.digest import words
from aggregator.digest.build import build
from aggregator.digest.coverage import coverage
from aggregator.model import Item, Prospect, SourceStatus
from tests.samples import NOW, a_match, a_status, an_item

ACME = Prospect("acme", "Acme Corporation plc", ("ACME", "Åcme Öl"))


def summary(*items: Item, statuses: tuple[SourceStatus, ...], prospects: tuple[Prospect, ...] = (ACME,)) -> str:
    return words.summary(build(items, prospects, statuses, now=NOW, since=NOW - timedelta(days=1)))


@pytest.mark.parametrize(
    ("age", "said"),
    [
        ({"seconds": 10}, "just now"), ({"seconds": -10}, "just now"), ({"minutes": 1}, "1 minute ago"),
        ({"hours": 23}, "23 hours ago"), ({"days": 13}, "1 week ago"), ({"days": 800}, "2 years ago"),
        ({"hours": -2}, "in 2 hours"),
    ],
)  # fmt: skip
def test_ages(age: dict[str, float], said: str) -> None:
    assert words.age(NOW - timedelta(**age), NOW) == said


def test_an_item_without_a_date_says_when_it_was_seen() -> None:
    assert words.item_age(an_item(published=None, hours=3), NOW) == "seen 3 hours ago"
    assert words.item_age(an_item(hours=3), NOW) == "3 hours ago"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Acme Corporation wins", "Acme Corporation wins"),
        ("ACME CORPORATION PLC: results", "ACME CORPORATION PLC: results"),
        ("acme wins", "acme wins"),
        ("Acme Ol drills", "Acme Ol drills"),
        ("Acmes win", "Acme Corporation plc: Acmes win"),
        ("Results of Acme", "Acme Corporation plc: Results of Acme"),
        ("(untitled)", "Acme Corporation plc: (untitled)"),
    ],
)
def test_a_headline_names_the_prospect_once(title: str, shown: str) -> None:
    built = build([an_item(title)], [ACME], [a_status()], now=NOW, since=NOW)

    assert words.headline(built.sections[0].lines[0]) == shown


def test_a_day_is_quiet_only_if_something_could_be_seen() -> None:
    assert summary(statuses=(a_status(),)).startswith("A quiet day: nothing new on your prospects")
    assert summary(statuses=(a_status(),), prospects=()).startswith("A quiet day: nothing new in what")
    assert "no sources are configured" in summary(statuses=())
    assert "no source has been asked" in summary(statuses=(a_status(status="new"),))
    for unseen in (a_status(status="failed"), a_status(status="gone"), a_status(hours=90)):
        assert "Nothing is known since" in summary(statuses=(unseen, a_status("b", "new")))


def test_counts_read_well() -> None:
    statuses = (a_status(),)

    assert summary(an_item(), statuses=statuses).startswith("1 story on 1 prospect since")
    assert summary(an_item(matches=()), statuses=statuses, prospects=()).startswith("1 story since")


def test_a_thousand_failed_sources_do_not_fill_the_screen() -> None:
    statuses = [a_status(f"s{n}", "failed", reason="timeout") for n in range(1000)]
    statuses += [a_status(f"n{n}", "new") for n in range(1000)]

    lines = words.coverage_lines(coverage(statuses, NOW), NOW)

    assert len(lines) < 30
    assert "UNKNOWN  … and 980 more: leadline sources --failed" in lines
    assert lines[-1].endswith("… and 980 more")


def test_reasons_are_on_one_line() -> None:
    lines = words.coverage_lines(coverage([a_status(status="failed", reason="a\nb\x1b[31m")], NOW), NOW)

    assert lines[1] == "UNKNOWN  wire: a b"


def test_what_is_left_out_is_told() -> None:
    items = [an_item(matches=(a_match(confidence=0.2),)), an_item("B", matches=())]
    footer = words.footer(build(items, [ACME], [a_status()], now=NOW, since=NOW))

    assert footer == [
        "Nothing new on Acme Corporation plc.",
        "1 new item of no prospect: leadline items is:unmatched",
        "1 doubtful match kept back: leadline items is:matched",
    ]
    assert "No prospects are configured" in words.footer(build([], [], [], now=NOW, since=NOW))[0]
