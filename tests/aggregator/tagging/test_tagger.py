"""Tags and their evidence: order, spans, phases, negation, bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Tag
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.rules import read_rules
from aggregator.tagging.signals import SIGNAL
from aggregator.tagging.tagger import Tagger
from feeds.packs.library import shelf_text

CORE = Tagger(read_rules(shelf_text("core", "rules.toml"), "rules.toml", "core"))


def tagger(text: str) -> Tagger:
    rules = read_rules(text, "rules.toml", "test")
    assert not rules.faults, rules.faults
    return Tagger(rules)


ONE = tagger(
    '[[rules]]\nid = "buy"\nsignal = "strategy.ma"\ncues = ["buys .. mill|mills"]\nunless = ["toy"]\nbody = 0.6'
)


def exact(tags: tuple[Tag, ...], title: str, text: str) -> None:
    for tag in tags:
        evidence = tag.evidence
        if evidence.where in ("title", "body"):
            source = title if evidence.where == "title" else text
            assert source[evidence.start : evidence.end] == evidence.text != ""
        assert tag.type in TYPE_IDS
        assert tag.signal in SIGNAL or tag.signal in TYPE_IDS
        assert 0 < tag.confidence <= 1


def test_evidence_points_at_the_words_in_the_title() -> None:
    title = "“Verrano” — buys two old mills… at last"

    (tag,) = ONE.tag(title, "")

    assert tag.evidence.where == "title"
    assert tag.evidence.text == "buys two old mills"
    assert title[tag.evidence.start : tag.evidence.end] == "buys two old mills"
    assert (tag.rule, tag.pack, tag.signal) == ("buy", "test", "strategy.ma")


def test_evidence_points_at_the_words_in_the_body() -> None:
    text = "In Łódź, Verrano’s\u00a0owner buys a mill."

    (tag,) = ONE.tag("News", text)

    assert tag.evidence.where == "body"
    assert text[tag.evidence.start : tag.evidence.end] == "buys a mill"


def test_a_gap_does_not_reach_over_a_sentence_or_too_many_words() -> None:
    assert not ONE.tag("", "Verrano buys little. Mills are dear.")
    assert not ONE.tag("buys one two three four five six seven mills", "")


def test_unless_undoes_a_hit_in_the_same_sentence_only() -> None:
    assert not ONE.tag("Verrano buys toy mill", "")
    assert ONE.tag("Verrano buys mill", "A toy was sold. ")


def test_a_field_decides_before_the_text() -> None:
    tags = CORE.tag("Harbourline Foods appoints Dana Okafor as director", "", fields={"items": ["2.02"]})

    assert tags[0].evidence.where == "field"
    assert (tags[0].type, tags[0].signal) == ("market_position", "market_position.results")
    assert (tags[0].evidence.field, tags[0].evidence.text) == ("items", "2.02")


def test_the_text_decides_where_a_field_leaves_it_open() -> None:
    left = CORE.tag("Chief executive resigns", "", fields={"items": "5.02"})
    silent = CORE.tag("Current report", "", fields={"items": "Item 5.02"})

    assert left[0].signal == "structure.exec_out"
    assert silent[0].signal == "structure.exec_in"


@pytest.mark.parametrize(
    ("fields", "signal"),
    [
        ({"notice_type": "cn-standard"}, "purchasing_plans.tender"),
        ({"ptype": "r"}, "purchasing_plans.market_engagement"),
        ({"tags": ["award"]}, "purchasing_history.award"),
        ({"notice_type": "UK5"}, "purchasing_plans.direct_award"),
        ({"notice_subtype": 38}, "purchasing_history.change"),
        ({"form": "SC 13D/A"}, "structure.board_control"),
        ({"filing_type": "liquidation-voluntary-statement"}, "market_position.distress"),
        ({"document_type": "Proposed Rule"}, "requirements.regulation"),
        ({"job_board": "greenhouse"}, "structure.hiring_need"),
    ],
)
def test_deciding_fields(fields: dict[str, object], signal: str) -> None:
    tags = CORE.tag("Item", "", fields=fields)

    assert [tag.signal for tag in tags] == [signal]


def test_an_unknown_field_value_decides_nothing() -> None:
    assert CORE.tag("Item", "", fields={"notice_type": "picnic", "items": None, "form": {"a": 1}}) == ()


def test_what_the_source_declares_counts_after_fields_and_before_text() -> None:
    tags = CORE.tag("Tessaline launches payments platform", "", declared=["purchasing_history"])

    assert [(tag.type, tag.evidence.where) for tag in tags] == [
        ("purchasing_history", "source"),
        ("strategy", "title"),
    ]


def test_one_tag_for_each_type_and_signal() -> None:
    tags = CORE.tag(
        "Harbourline to acquire Copperfield Mills",
        "Harbourline acquires the mills. It agreed to buy.",
        declared=["strategy.ma"],
    )

    pairs = [(tag.type, tag.signal) for tag in tags]
    assert len(pairs) == len(set(pairs))
    assert dict(zip(pairs, tags, strict=True))[("strategy", "strategy.ma")].evidence.where == "source"


@pytest.mark.parametrize(
    "title",
    [
        "Verrano has no plans to lay off staff",
        "Verrano denies merger talks",
        "Verrano rules out takeover bid",
        "Verrano will not close its plant",
        "Mervale denies it plans to cut jobs",
        "Verrano says it is not acquiring",
    ],
)
def test_what_is_denied_is_no_tag(title: str) -> None:
    assert CORE.tag(title, "") == ()


@pytest.mark.parametrize(
    ("title", "signals"),
    [
        ("Norrland ministry awards Harbourline radar contract", {"award"}),
        ("Harbourline wins radar contract from Norrland ministry", {"customer_win"}),
        ("Harbourline awarded Norrland ministry contract for radar", {"award", "customer_win"}),
    ],
)
def test_an_award_is_the_buyers_a_win_the_suppliers_and_what_may_be_either_both(title: str, signals: set[str]) -> None:
    assert {tag.signal.partition(".")[2] for tag in CORE.tag(title, "")} == signals


@pytest.mark.parametrize(
    ("title", "signal"),
    [
        ("Riverside bus contract expires in March, council plans rebid", "purchasing_plans.recompete"),
        ("Riverside council shortlists three firms for waste contract", "purchasing_plans.evaluation"),
        ("Navy plans sole-source contract to Copperfield Marine for pumps", "purchasing_plans.direct_award"),
        ("Riverside cancels tender for tram depot after single bid", "purchasing_plans.tender_update"),
        ("Hospital trust opens $60 million framework for digital records", "purchasing_plans.framework"),
        ("Norrland ministry names Ida Brandt chief procurement officer", "structure.decision_makers"),
        ("Norrland ministry spent $35 million on consultants", "purchasing_history.spend"),
    ],
)
def test_signals_of_buying_are_told_apart(title: str, signal: str) -> None:
    assert signal in {tag.signal for tag in CORE.tag(title, "")}


def test_the_first_sentence_stands_for_the_title_of_a_text_without_one() -> None:
    untitled = CORE.tag("", "Verrano mulls leaving Chile. It has been there for years.")
    titled = CORE.tag("Verrano", "Verrano mulls leaving Chile. It has been there for years.")

    assert untitled[0].confidence > max((tag.confidence for tag in titled), default=0)


def test_a_background_clause_is_no_news() -> None:
    assert "strategy" not in {tag.type for tag in CORE.tag("Verrano names new chief executive after merger", "")}


@pytest.mark.parametrize(
    ("title", "phase"),
    [
        ("Harbourline in talks to acquire Copperfield Mills", "rumoured"),
        ("Harbourline completes acquisition of Copperfield Mills", "completed"),
        ("Harbourline plans to acquire Copperfield Mills", "planned"),
        ("Harbourline scraps acquisition of Copperfield Mills", "cancelled"),
        ("Harbourline acquires Copperfield Mills", "announced"),
    ],
)
def test_phase(title: str, phase: str) -> None:
    (tag,) = [tag for tag in CORE.tag(title, "") if tag.signal == "strategy.ma"]

    assert tag.phase == phase


def test_the_same_item_gives_the_same_tags_and_rules_their_version() -> None:
    again = Tagger(read_rules(shelf_text("core", "rules.toml"), "rules.toml", "core"))
    item = (
        "Tessaline raises $45 million and opens office in Leeds",
        "Tessaline, a payments firm, said it raised $45m.",
    )

    assert CORE.tag(*item) == again.tag(*item)
    assert CORE.version == again.version != ONE.version
    assert len(CORE.version) == 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "\x00\x01\x1b[31m\x7f" * 50,
        "公司收购" * 500,
        "شركة تستحوذ على" * 300,
        "<b onclick='tender'>" * 200,
        "buys " * 200_000,
        "x" * 1_000_000,
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 İstanbul ﬁ " * 50,
    ],
    ids=["empty", "one", "controls", "chinese", "arabic", "markup", "repeated", "one-word", "odd-letters"],
)
def test_hostile_texts_are_read_without_harm(text: str) -> None:
    for title, body in ((text, ""), ("", text), (text, text)):
        exact(CORE.tag(title, body), title, body)


def test_ten_megabytes_are_cut() -> None:
    text = "Harbourline to acquire Copperfield Mills. " + "and so on " * 1_000_000

    exact(
        CORE.tag("Harbourline to acquire Copperfield Mills", text),
        "Harbourline to acquire Copperfield Mills",
        text,
    )


WORDS = st.sampled_from(
    [
        "acquires",
        "the",
        "contract",
        "#36;3",
        "$5",
        "million",
        "not",
        "after",
        "tender",
        "Notice:",
        "award",
        ".",
        "?",
        "—",
        "Verrano’s",
        "jobs",
        "cut",
        "12%",
        "ceo",
        "İ",
        "ß",
        "ﬁ",
        "names\n\nto",
    ]
)


@given(st.lists(WORDS, max_size=25), st.lists(WORDS, max_size=60))
@settings(max_examples=150, deadline=None)
def test_spans_are_exact_whatever_the_text(title: list[str], text: list[str]) -> None:
    first, second = " ".join(title), " ".join(text)
    exact(CORE.tag(first, second), first, second)


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_is_tagged_without_error(title: str, text: str) -> None:
    exact(CORE.tag(title, text), title, text)
