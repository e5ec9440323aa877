"""A score is a product of terms that can be read out."""

from __future__ import annotations

import math

import pytest

from aggregator.model import Prospect
from aggregator.pipeline.scoring import match_for, score
from tests.samples import NOW, a_match, a_source, a_tag, an_item

ACME = Prospect("acme", "Acme")


def value(*, days: float = 0, prospect: Prospect | None = ACME, reputation: float = 1.0, **other: object) -> float:
    item = an_item(hours=days * 24, **other)  # type: ignore[arg-type]  # fields of an item
    return score(item, prospect, a_source(reputation=reputation), NOW).value


def test_the_terms_multiply_to_the_score() -> None:
    made = score(an_item(hours=240), ACME, a_source(reputation=0.8), NOW)

    assert made.value == pytest.approx(math.prod(reason.factor for reason in made.reasons), abs=0.06)
    words = [reason.words for reason in made.reasons]
    assert words[:3] == ["Merger, acquisition, sale", "evidence in the title", "10 days old"]
    assert words[3:] == ["about the prospect", "source's reputation"]


def test_what_counts_more() -> None:
    assert value() > value(days=5) > value(days=50)
    assert value() > value(matches=(a_match(about=False),))
    assert value(tags=(a_tag(confidence=0.9),)) > value(tags=(a_tag(confidence=0.4),))
    assert value(tags=(a_tag(),)) > value(tags=())
    assert value(reputation=1.5) > value(reputation=0.5)
    assert value(tags=(a_tag(), a_tag("market_position", "market_position.results"))) == value(tags=(a_tag(),))


def test_a_signal_counts_for_the_stages_that_it_serves() -> None:
    served, not_served = Prospect("acme", "Acme", stage="prospecting"), Prospect("acme", "Acme", stage="closing")

    assert value(prospect=served) > value(prospect=not_served)


@pytest.mark.parametrize("tag", [a_tag("strategy", "strategy"), a_tag("new_type", "new_type.new_signal")])
def test_unknown_signals_have_a_score_too(tag: object) -> None:
    assert 0 < value(tags=(tag,)) < 100


def test_bounds() -> None:
    assert value(reputation=2.0, tags=(a_tag(confidence=1.0),), matches=(a_match(confidence=1.0),)) == 100
    assert value(days=40_000, tags=()) == 0
    assert value(days=-3) == value()
    assert value(prospect=None) > 0


def test_the_surest_match_counts() -> None:
    item = an_item(matches=(a_match(confidence=0.5), a_match(confidence=0.9), a_match("beta", 1.0)))

    found = match_for(item, ACME)

    assert found is not None
    assert found.confidence == 0.9
    assert match_for(item, Prospect("gamma", "G")) is None
    assert match_for(item, None) is None
