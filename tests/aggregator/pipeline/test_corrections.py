"""A rep's corrections: what an item is after them, which queries it answers, and the examples that come of them."""

from __future__ import annotations

import tomllib
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Correction, Evidence, Item, Query, Tag
from aggregator.pipeline.corrections import answers, apply_corrections, as_examples
from aggregator.tagging.examples import read_examples
from tests.samples import NOW, a_match, a_tag, an_item

ITEM = an_item(tags=(a_tag(), a_tag("structure", "structure.sites")), matches=(a_match(), a_match("beta", 0.3)))


def said(subject: str, value: str, holds: bool, minutes: float = 0) -> Correction:
    """A correction of ITEM by ann, so many minutes after NOW."""
    return Correction(ITEM.id, "ann", subject, value, holds, NOW + timedelta(minutes=minutes))


def signals(*corrections: Correction, item: Item = ITEM) -> list[str]:
    """Signals of the item after corrections."""
    return [tag.signal for tag in apply_corrections(item, corrections).tags]


def test_tags_are_taken_away_by_signal_or_type_and_added() -> None:
    """A type takes all its signals along."""
    assert signals(said("tag", "strategy.ma", False)) == ["structure.sites"]
    assert signals(said("tag", "strategy", False)) == ["structure.sites"]
    assert signals(said("tag", "requirements", True)) == ["strategy.ma", "structure.sites", "requirements"]
    assert signals(said("tag", "strategy", True)) == ["strategy.ma", "structure.sites"]


def test_an_added_tag_says_who_and_when() -> None:
    """Its type is the signal's; its evidence the rep's word."""
    tag = apply_corrections(ITEM, [said("tag", "structure.hiring_need", True)]).tags[-1]
    added = apply_corrections(ITEM, [said("tag", "requirements.regulation", True)]).tags[-1]

    assert tag.evidence == Evidence("correction", "corrected by ann on 2 Mar 2026")
    assert (added.type, added.signal, added.confidence) == ("requirements", "requirements.regulation", 1.0)


def test_the_last_word_wins() -> None:
    """In the order in which they were said, however they come."""
    first, second = said("tag", "requirements.regulation", True), said("tag", "requirements", False, 1)

    assert "requirements.regulation" not in signals(second, first)
    assert "requirements.regulation" in signals(said("tag", "requirements", False, -1), first)
    assert signals(said("tag", "strategy", False), said("tag", "strategy.capex", True)) == [
        "structure.sites",
        "strategy.capex",
    ]


def test_prospects_are_taken_away_confirmed_and_added() -> None:
    """A confirmed match is sure, so that it reaches the digest."""
    item = apply_corrections(
        ITEM, [said("prospect", "acme", False), said("prospect", "beta", True), said("prospect", "gamma", True)]
    )

    assert [(match.prospect, match.confidence, match.about) for match in item.matches] == [
        ("beta", 1.0, True), ("gamma", 1.0, True),
    ]  # fmt: skip


CORRECTIONS = st.lists(
    st.builds(
        said, st.sampled_from(["tag", "prospect"]), st.sampled_from(["strategy", "strategy.ma", "acme", "x"]),
        st.booleans(), st.integers(0, 5),
    ),
    max_size=6,
)  # fmt: skip


@given(CORRECTIONS)
def test_corrections_can_be_applied_again_and_in_any_order(corrections: list[Correction]) -> None:
    """The same item results, and only tags and matches changed."""
    once = apply_corrections(ITEM, corrections)

    assert apply_corrections(ITEM, reversed(corrections)) == once
    assert {tag.type for tag in apply_corrections(once, corrections).tags} == {tag.type for tag in once.tags}
    assert (once.id, once.title, once.text, once.facts) == (ITEM.id, ITEM.title, ITEM.text, ITEM.facts)


def test_queries_are_answered_by_what_holds() -> None:
    """Every filter on meaning."""
    bare = apply_corrections(ITEM, [said("tag", each, False) for each in ("strategy", "structure")])

    assert answers(Query(types=("strategy",), prospects=("acme",), tagged=True, matched=True), ITEM)
    assert not answers(Query(not_types=("structure.sites",)), ITEM)
    assert not answers(Query(types=("strategy",)), bare)
    assert answers(Query(tagged=False, not_types=("strategy",)), bare)


@given(st.text(max_size=40))
def test_examples_are_readable_toml(title: str) -> None:
    """Whatever stands in a title; types that the body earns are left out."""
    body = Tag("requirements", "requirements", Evidence("body", "x", 0, 1), "r", "core", 0.9)
    text = as_examples([an_item(title, tags=(a_tag(), body)), an_item("other", tags=())])
    examples, faults = read_examples(text, "examples.toml")

    assert not faults
    assert [(each.title, each.types) for each in examples] == [(title, ("strategy",)), ("other", ())]
    assert len(tomllib.loads(text)["examples"]) == 2
