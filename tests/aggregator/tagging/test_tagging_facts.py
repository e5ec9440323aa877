"""Facts in figures, dates and names: what is read, with which value, and where it stands."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import FACT_KINDS, Fact
from aggregator.tagging.facts import MAX_FACTS, find_facts

DATED = date(2026, 11, 25)


def found(text: str, *kinds: str, dated: date | None = DATED) -> list[Fact]:
    """The facts of these kinds in a title."""
    return [fact for fact in find_facts(text, "", dated=dated) if fact.kind in kinds]


@pytest.mark.parametrize(
    ("text", "words", "number", "currency"),
    [
        ("Harbourline raises $310 million in Series C", "$310 million", 310e6, "$"),
        ("a contract of EUR 18,500,000 over four years", "EUR 18,500,000", 18.5e6, "EUR"),
        ("worth £2.4m to the county", "£2.4m", 2.4e6, "GBP"),
        ("a 28 mln eur order", "28 mln eur", 28e6, "EUR"),
        ("sold for USD 1.9 billion.", "USD 1.9 billion", 1.9e9, "USD"),
        ("a grant of €450k", "€450k", 450e3, "EUR"),
        ("operating profit MEUR 28", "MEUR 28", 28e6, "EUR"),
        ("sales of SEK 1 250 million", "SEK 1 250 million", 1.25e9, "SEK"),
        ("it paid 1.250.000 euros", "1.250.000 euros", 1.25e6, "EUR"),
        ("it paid €1.234,56 each", "€1.234,56", 1234.56, "EUR"),
        ("an order worth Rs 2,500 crore", "Rs 2,500 crore", 25e9, "INR"),
        ("Rs. 90 lakh for a road", "Rs. 90 lakh", 9e6, "INR"),
        ("a budget of 62.5 billion baht", "62.5 billion baht", 62.5e9, "THB"),
        ("US$5.25bn offer", "US$5.25bn", 5.25e9, "USD"),
        ("between $300-$350 million", "$300", 300e6, "$"),
    ],
)
def test_amounts(text: str, words: str, number: float, currency: str) -> None:
    """However people write money, it is one number and one currency."""
    fact = found(text, "amount")[0]

    assert (fact.text, fact.number, fact.currency) == (words, number, currency)


@pytest.mark.parametrize(
    ("text", "words", "number", "currency"),
    [
        ("Norrland to pay two hundred million dollars for trams", "two hundred million dollars", 200e6, "$"),
        ("it lent half a billion euros", "half a billion euros", 0.5e9, "EUR"),
        ("A Million Pounds for the bridge", "A Million Pounds", 1e6, "GBP"),
        ("it set aside one and a half billion dollars", "one and a half billion dollars", 1.5e9, "$"),
        ("a quarter of a million pounds for the port", "a quarter of a million pounds", 250e3, "GBP"),
        ("a fund of twenty-five million euros", "twenty-five million euros", 25e6, "EUR"),
        ("cost: three hundred and fifty thousand pounds.", "three hundred and fifty thousand pounds", 350e3, "GBP"),
        ("a dozen million Swedish kronor", "a dozen million Swedish kronor", 12e6, "SEK"),
        ("some seven billion US dollars", "seven billion US dollars", 7e9, "USD"),
        ("a five-million-dollar grant", "five-million-dollar", 5e6, "$"),
        ("Copperfield in 1.2bn takeover", "1.2bn", 1.2e9, ""),
        ("a framework worth 40 million over four years", "40 million", 40e6, ""),
        ("valued at 3.5bn, sources say", "3.5bn", 3.5e9, ""),
    ],
)
def test_amounts_in_words_and_without_a_currency(text: str, words: str, number: float, currency: str) -> None:
    """Spelled out with a currency, or in figures beside a word for money."""
    assert [(f.text, f.number, f.currency) for f in found(text, "amount")] == [(words, number, currency)]


@pytest.mark.parametrize(
    "text",
    [
        "two hundred million people", "a dozen jobs", "half a million customers", "millions of dollars",
        "several million dollars", "a million", "1.2bn users", "3 million jobs", "a deal for 40 million doses",
        "dozens of euros", "one dollar fifty", "hundred-dollar question", "a run of 5bn steps",
    ],
)  # fmt: skip
def test_words_and_figures_that_are_no_money(text: str) -> None:
    """A count of something else, or no number at all."""
    assert found(text, "amount") == []


@pytest.mark.parametrize("text", ["3,200 jobs", "Route 66", "in 2026", "5 men", "A380 order", "$", "3 mn", "10-K"])
def test_what_is_no_money(text: str) -> None:
    """Figures without a currency are no amounts."""
    assert found(text, "amount") == []


def test_percentages() -> None:
    """With their sign."""
    assert [fact.number for fact in found("up 3.4%, costs -5 % and 12 per cent", "percent")] == [3.4, -5.0, 12.0]


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("closing date 14 December 2026", "deadline", date(2026, 12, 14)),
        ("Tenders are due by 2026-12-14", "deadline", date(2026, 12, 14)),
        ("Deadline: 14/12/2026", "deadline", date(2026, 12, 14)),
        ("Deadline: 12/14/2026", "deadline", date(2026, 12, 14)),
        ("Comments must be received by January 9", "deadline", date(2027, 1, 9)),
        ("Bids must be submitted within 35 days", "deadline", date(2026, 12, 30)),
        ("January 21, 2027 deadline for tenders", "deadline", date(2027, 1, 21)),
        ("The contract expires on 31 March 2028", "end", date(2028, 3, 31)),
        ("The rule takes effect on January 1st, 2027", "effective", date(2027, 1, 1)),
        ("Founded on 3 May 1999 in Leeds", "date", date(1999, 5, 3)),
        ("Deadline extended from 1 December 2026", "date", date(2026, 12, 1)),
        ("The deadline has passed. Published 1 December 2026", "date", date(2026, 12, 1)),
    ],
)
def test_days(text: str, kind: str, day: date) -> None:
    """A day, and what it is, by the words of its sentence."""
    assert [(fact.kind, fact.day) for fact in found(text, "date", "deadline", "end", "effective")] == [(kind, day)]


@pytest.mark.parametrize(
    "text", ["due 04/12/2026", "due 2026-13-40", "due 31 June 2026", "version 1.2.2026.4", "May 5th"]
)
def test_days_that_cannot_be_told_are_left_out(text: str) -> None:
    """Day or month first, no such day, no year: nothing is guessed."""
    assert found(text, "date", "deadline", dated=None) == []


@pytest.mark.parametrize(
    ("text", "kind", "person", "role"),
    [
        (
            "Verrano appoints Tomas Reyl as chief information officer",
            "joins",
            "Tomas Reyl",
            "chief information officer",
        ),
        ("Verrano Names Dana Okafor Chief Executive Officer", "joins", "Dana Okafor", "Chief Executive Officer"),
        ("Mark van der Berg joins Acme as head of procurement", "joins", "Mark van der Berg", "head of procurement"),
        ("Ann Lee has been appointed interim CEO", "joins", "Ann Lee", "interim CEO"),
        ("CEO Imogen Farrant said sales rose", "person", "Imogen Farrant", "CEO"),
        ("Lena Osei, chief financial officer, said", "person", "Lena Osei", "chief financial officer"),
        ("CEO Imogen Farrant to step down in May", "leaves", "Imogen Farrant", "CEO"),
        ("Jo Bell resigns as CFO", "leaves", "Jo Bell", "CFO"),
        ("Departure of chief financial officer Ann O'Neil", "leaves", "Ann O'Neil", "chief financial officer"),
        ("Jane Doe, Acme's chief operating officer, will retire", "leaves", "Jane Doe", "chief operating officer"),
    ],
)
def test_people(text: str, kind: str, person: str, role: str) -> None:
    """Who has which post, and whether he comes or goes."""
    assert [(f.kind, f.person, f.role) for f in found(text, *FACT_KINDS)] == [(kind, person, role)]


@pytest.mark.parametrize(
    "text", ["CEO Says Growth Continues", "Cargo Max Electric Utility", "New Chief Financial Officer Search Under Way"]
)
def test_who_is_no_person(text: str) -> None:
    """Headline capitals make no name."""
    assert found(text, "person", "joins", "leaves") == []


def test_fields_of_fields_are_read_too() -> None:
    """As open contracting records have them."""
    fields = {"tenderPeriod": {"startDate": "2026-10-01", "endDate": "2026-12-14T12:00:00Z"}, "endDate": "2027-01-31"}
    facts = find_facts("", "", fields=fields)

    assert [(fact.kind, fact.field, fact.day) for fact in facts] == [
        ("deadline", "tenderPeriod.endDate", date(2026, 12, 14)), ("end", "endDate", date(2027, 1, 31)),
    ]  # fmt: skip


def test_fields_give_the_same_facts() -> None:
    """Whatever a record calls them."""
    facts = find_facts(
        "", "", fields={"responseDeadLine": "2026-12-14T17:00:00-05:00", "amount": "1250000", "currency": "eur",
                        "contract_end": "2028-03-31", "value": {"amount": 5.5, "currency": "GBP"}, "due": "soon"},
    )  # fmt: skip

    assert [(fact.kind, fact.value, fact.currency, fact.where, fact.field) for fact in facts] == [
        ("deadline", date(2026, 12, 14), "", "field", "responseDeadLine"),
        ("amount", 1_250_000.0, "EUR", "field", "amount"),
        ("end", date(2028, 3, 31), "", "field", "contract_end"),
        ("amount", 5.5, "GBP", "field", "value"),
    ]


PIECES = st.sampled_from(
    "$ € EUR m bn million 1 12 ,000 . , - 2026 December 14 / by due deadline within days % CEO chief officer Ann Bell "
    "appoints as resigns director of and contract ends \n \u00a0 ſ ſeptember İ ١ ² 𝟏 é".split(" ")
)


@given(st.lists(PIECES, max_size=60).map(" ".join) | st.text(max_size=300), st.text(max_size=300))
def test_spans_are_exact_and_facts_bounded(title: str, text: str) -> None:
    """Whatever the text, each fact stands where it says, and has a value."""
    facts = find_facts(title, text, dated=DATED)

    assert len(facts) <= MAX_FACTS
    for fact in facts:
        assert (title if fact.where == "title" else text)[fact.start : fact.end] == fact.text
        assert fact.kind in FACT_KINDS
        assert fact.value is not None


VALUES = st.none() | st.text(max_size=40) | st.floats() | st.booleans() | st.lists(st.integers(), max_size=3)
NAMES = st.sampled_from(["deadline", "amount", "value", "currency", "contract_end"])


@given(st.dictionaries(NAMES, VALUES))
def test_fields_of_any_kind_do_no_harm(fields: dict[str, object]) -> None:
    """A record may hold anything."""
    assert all(fact.where == "field" for fact in find_facts("", "", fields=fields))


@pytest.mark.parametrize(
    "piece", ["$1,", "1 ", "Ann ", "chief officer ", "due ", "$300 - ", "1.1,", "Ann Bell joins ", "\n"]
)
def test_only_the_beginning_of_a_huge_text_is_read(piece: str) -> None:
    """Ten megabytes are read no further than the bound: what stands behind it is no fact."""
    huge = piece * (10_000_000 // len(piece))

    assert all(0 <= fact.start < 10_000 for fact in find_facts("", huge, dated=DATED))


def test_a_short_post_counts_at_the_end_of_a_text_too() -> None:
    [fact] = [fact for fact in find_facts("Verrano promotes Dana Okafor to SVP", "") if fact.person]

    assert (fact.kind, fact.person, fact.role) == ("joins", "Dana Okafor", "SVP")


@pytest.mark.parametrize("text", ["\ud800 chief executive $5", "٣ and 5% \ud800"])
def test_half_a_pair_of_surrogates_does_no_harm(text: str) -> None:
    assert all(fact.text in text for fact in find_facts("", text))
