"""Which prospects an item is about: identifiers, source, names; and what is no mention at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import MATCH_THRESHOLD, Match, Prospect
from aggregator.pipeline.prospects import ProspectMatcher

PROSPECTS = [
    Prospect("ge", "GE", aliases=("General Electric",), identifiers={"ticker": "GE", "cik": "0000040545"}),
    Prospect("target", "Target Corporation", identifiers={"ticker": "TGT"}),
    Prospect("harbour", "Harbourline Foods Ltd", aliases=("Harbourline",), domain="harbourline.example"),
    Prospect("stora", "Stora Enso Oyj"),
    Prospect("bank", "Norrland Bank", identifiers={"lei": "5493001KJTIIGC8Y1R12", "company_number": "00445790"}),
    Prospect("bankrail", "Norrland Bank Rail Leasing"),
    Prospect("johnson", "Johnson & Johnson"),
    Prospect("lodz", "Łódź Meble S.A."),
    Prospect("delta", "Delta", require=("airline", "flights", "Atlanta"), exclude=("variant", "faucets")),
    Prospect("nhs", "Sainsbury's"),
    Prospect("jp", "J.P. Morgan"),
]
MATCHER = ProspectMatcher(PROSPECTS)


def sure(title: str, text: str = "", **more: Any) -> set[str]:
    return {m.prospect for m in MATCHER.match(title, text, **more) if m.confidence >= MATCH_THRESHOLD}


def one(title: str, text: str = "", **more: Any) -> Match:
    (match,) = MATCHER.match(title, text, **more)
    return match


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("GE wins turbine order", {"ge"}),
        ("General Electric wins turbine order", {"ge"}),
        ("GE's turbine unit grows", {"ge"}),
        ("Hitachi-GE to build reactor", set()),
        ("GE-Hitachi to build reactor", set()),
        ("They manage the get-together", set()),
        ("The ge key sticks", set()),
        ("Target Corp. raises its outlook", {"target"}),
        ("Shares of Target fell", {"target"}),
        ("Central bank misses its target again", set()),
        ("Analysts Raise Their Price Target on Chip Maker", set()),
        ("HARBOURLINE FOODS TO CLOSE PLANT", {"harbour"}),
        ("Harbourline-owned mill burns", {"harbour"}),
        ("Ex-Harbourline chief joins rival", {"harbour"}),
        ("Harbourline’s profit rises", {"harbour"}),
        ("Harbourlines are painted blue", set()),
        ("Stora Enso cuts output", {"stora"}),
        ("Stora. Enso is no word", set()),
        ("Norrland Bank Rail Leasing buys engines", {"bankrail"}),
        ("Norrland Bank and Norrland Bank Rail Leasing merge", {"bank", "bankrail"}),
        ("Johnson and Johnson recalls a pump", {"johnson"}),
        ("Johnson & Johnson recalls a pump", {"johnson"}),
        ("Lodz Meble opens a shop", {"lodz"}),
        ("Łódź Meble SA opens a shop", {"lodz"}),
        ("Sainsbury’s trims prices", {"nhs"}),
        ("Sainsburys trims prices", {"nhs"}),
        ("JP Morgan hires bankers", {"jp"}),
        ("J.P. Morgan hires bankers", {"jp"}),
        ("See www.harbourline.example for more", {"harbour"}),
    ],
)
def test_names_in_a_title(title: str, expected: set[str]) -> None:
    assert sure(title) == expected


def test_evidence_is_exact() -> None:
    title = "Why “Harbourline Foods, Ltd.” sold a mill"

    match = one(title)

    assert title[match.evidence.start : match.evidence.end] == match.evidence.text == "Harbourline Foods, Ltd"
    assert (match.why, match.evidence.where, match.about) == ("name", "title", True)


def test_about_and_mentioned() -> None:
    far = "Nothing of note happened here. " * 20

    assert one("News", f"{far} Then Stora Enso was named.").about is False
    assert one("News", f"{far} Stora Enso again: Stora Enso.").about is True
    assert one("News", "Stora Enso was named first. " + far).about is True


def test_exclude_and_require() -> None:
    assert sure("Shares of Delta fell as flights were cut") == {"delta"}
    assert sure("Cases of the Delta variant rise, flights cut") == set()
    doubtful = one("Shares of Delta fell")
    assert doubtful.confidence < MATCH_THRESHOLD


def test_identifiers_count_first_and_most() -> None:
    match = one("Harmless title", fields={"filer": {"cik": 40545}})
    assert (match.prospect, match.why, match.evidence.where) == ("ge", "identifier", "field")
    assert match.confidence > 0.95

    assert one("A notice", fields={"buyer_lei": "5493001kjtiigc8y1r12"}).prospect == "bank"
    assert one("A notice", fields={"company_number": "445790"}).prospect == "bank"
    assert sure("A notice", fields={"amount": 40545, "lei": ""}) == set()


def test_a_ticker_with_its_exchange_is_an_identifier() -> None:
    text = "MINNEAPOLIS — The retailer (NYSE: TGT) spoke."

    match = one("Retailer speaks", text)

    assert (match.prospect, match.why) == ("target", "identifier")
    assert text[match.evidence.start : match.evidence.end] == "NYSE: TGT"


def test_the_source_counts_before_names() -> None:
    match = one("Harbourline bakes", source_prospect="harbour")

    assert (match.why, match.evidence.where) == ("source", "source")
    assert sure("We bake", source_prospect="nobody") == set()


def test_a_party_named_in_a_field() -> None:
    match = one("Salt", fields={"supplier": "HARBOURLINE FOODS LIMITED"})

    assert (match.prospect, match.evidence.field) == ("harbour", "supplier")


def test_one_match_a_prospect_and_the_same_each_time() -> None:
    item = ("Harbourline and GE", "General Electric and Harbourline Foods Ltd agreed. GE said so.")

    first = MATCHER.match(*item)

    assert len({m.prospect for m in first}) == len(first) == 2
    assert first == ProspectMatcher(PROSPECTS).match(*item)
    assert MATCHER.version == ProspectMatcher(PROSPECTS).version != ProspectMatcher(PROSPECTS[:2]).version


def test_two_prospects_of_one_name_both_match() -> None:
    twins = ProspectMatcher([Prospect("a", "Copperfield Mills Inc"), Prospect("b", "Copperfield Mills")])

    assert {m.prospect for m in twins.match("Copperfield Mills, Inc. closes", "")} == {"a", "b"}


@pytest.mark.parametrize("prospects", [[], [Prospect("x", "")], [Prospect("x", "—", aliases=("", "!"))]])
def test_prospects_without_a_usable_name_match_nothing(prospects: list[Prospect]) -> None:
    assert ProspectMatcher(prospects).match("Any — title!", "Any text.") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "GE " * 500_000,
        "\x00\x1b" * 100,
        "通用电气公司" * 1000,
        "İstanbul ﬁﬂ " * 100,
        "Hitachi-" * 5000,
    ],
)
def test_hostile_texts(text: str) -> None:
    for match in MATCHER.match(text[:5000], text):
        source = text[:5000] if match.evidence.where == "title" else text
        assert source[match.evidence.start : match.evidence.end] == match.evidence.text


PIECES = st.sampled_from(
    [
        "GE",
        "General",
        "Electric",
        "Hitachi-GE",
        "Stora",
        "Enso",
        "Oyj",
        ".",
        "-",
        "’s",
        "Łódź",
        "Meble",
        "İ",
        "ﬁ",
        "Norrland",
        "Bank",
        "Rail",
        "Leasing",
        "\n",
        "target",
        "Target",
    ]
)


@given(st.lists(PIECES, max_size=12), st.lists(PIECES, max_size=40))
@settings(max_examples=150, deadline=None)
def test_evidence_is_exact_whatever_the_text(title: list[str], text: list[str]) -> None:
    first, second = " ".join(title), " ".join(text)
    for match in MATCHER.match(first, second):
        source = first if match.evidence.where == "title" else second
        assert source[match.evidence.start : match.evidence.end] == match.evidence.text
        assert 0 < match.confidence <= 1
