"""Scores: equal to the terms that they show, and moved by each of them the way one expects."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model import Fact, Item, Prospect, Score
from aggregator.pipeline.scoring import Account, account_score, count_publishers, score
from aggregator.tagging.signals import SIGNALS
from tests.samples import NOW, a_match, a_source, a_tag, an_item

ACME = Prospect("acme", "Acme")
TODAY = NOW.date()


def day_fact(kind: str, day: date, where: str = "title") -> Fact:
    """A day that an item tells."""
    return Fact(kind, day.isoformat(), where, 0, 10, day=day)


def of(signal: str, *facts: Fact, **other: Any) -> Item:
    """An item with one signal and these facts."""
    return an_item(tags=(a_tag(signal.partition(".")[0], signal),), facts=facts, **other)


def worth(item: Item, now: datetime = NOW, **other: object) -> float:
    """Its score for Acme."""
    return score(item, ACME, a_source(), now, **other).value  # type: ignore[arg-type]


DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))
FACTS = st.lists(st.builds(day_fact, st.sampled_from(["deadline", "end", "effective"]), DAYS), max_size=3)
ITEMS = st.builds(
    lambda signals, sure, facts, hours, about, matched: an_item(
        hours=hours,
        tags=tuple(a_tag(each.type, each.id, how) for each, how in zip(signals, sure, strict=False)),
        facts=tuple(facts),
        matches=(a_match(confidence=matched, about=about),),
    ),
    st.lists(st.sampled_from(SIGNALS), max_size=3), st.lists(st.floats(0, 1), min_size=3, max_size=3), FACTS,
    st.floats(0, 20_000), st.booleans(), st.floats(0, 1),
)  # fmt: skip
KEEPS = st.dictionaries(
    st.tuples(st.sampled_from([*(signal.id for signal in SIGNALS), ""]), st.just("wire")),
    st.tuples(st.integers(0, 500), st.integers(0, 500)),
)


@given(ITEMS, KEEPS, st.floats(0.1, 2.0), st.integers(1, 40))
def test_a_score_is_the_product_of_what_it_shows(
    item: Item, keeps: dict[tuple[str, str], tuple[int, int]], reputation: float, publishers: int
) -> None:
    """Within 0 and 100, the same each time, and nothing counts that is not shown."""
    source = a_source(reputation=reputation)
    scored = score(item, ACME, source, NOW, keeps=keeps, publishers=publishers)

    assert 0.0 <= scored.value <= 100.0
    assert scored.value == pytest.approx(math.prod(reason.factor for reason in scored.reasons), abs=0.051)
    assert scored == score(item, ACME, source, NOW, keeps=keeps, publishers=publishers)


@given(st.sampled_from(SIGNALS), FACTS, st.floats(0, 1), st.floats(0, 1))
def test_surer_evidence_never_scores_less(signal: object, facts: list[Fact], one: float, other: float) -> None:
    """Confidence counts upwards."""
    low, high = sorted((one, other))
    name = signal.id  # type: ignore[attr-defined]
    item = of(name, *facts)

    less, more = (replace(item, tags=(replace(item.tags[0], confidence=sure),)) for sure in (low, high))
    assert worth(less) <= worth(more)


@given(st.integers(0, 700), st.integers(0, 700))
def test_a_deadline_rises_to_its_day_and_ends(first: int, second: int) -> None:
    """The nearer the more, on the day the most, the day after nothing."""
    far, near = max(first, second), min(first, second)
    values = {days: worth(of("purchasing_plans.tender", day_fact("deadline", TODAY + timedelta(days=days))))
              for days in (far, near, 0)}  # fmt: skip

    assert 0 < values[far] <= values[near] <= values[0]
    assert worth(of("purchasing_plans.tender", day_fact("deadline", TODAY - timedelta(days=1 + near)))) == 0


def test_without_a_deadline_a_tender_ages_gently() -> None:
    """And says so."""
    item = of("purchasing_plans.tender", hours=24 * 30)

    assert worth(of("purchasing_plans.tender")) > worth(item) > 0
    assert any("no deadline told" in reason.words for reason in score(item, ACME, None, NOW).reasons)


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ([("deadline", 5, "title"), ("deadline", 40, "field")], "40 days left"),
        ([("deadline", -3, "title"), ("deadline", 9, "title")], "9 days left"),
        ([("deadline", -9, "title"), ("deadline", -3, "title")], "closed on 27 Feb 2026"),
        ([("date", 5, "title")], "no deadline told"),
        ([("deadline", 1, "body")], "1 day left"),
    ],
)
def test_which_deadline_counts(facts: list[tuple[str, int, str]], left: str) -> None:
    """A record's field before the title; the next to come before what has passed."""
    item = of("purchasing_plans.tender", *(day_fact(k, TODAY + timedelta(days=d), w) for k, d, w in facts))

    assert any(left in reason.words for reason in score(item, ACME, None, NOW).reasons)


def test_a_rule_counts_towards_the_day_it_takes_effect() -> None:
    """A regulation's own date is its deadline; a tender's is not."""
    fact = day_fact("effective", TODAY + timedelta(days=10))

    assert any(
        "10 days left" in reason.words for reason in score(of("requirements.regulation", fact), None, None, NOW).reasons
    )
    assert not any(
        "10 days" in reason.words for reason in score(of("purchasing_plans.tender", fact), None, None, NOW).reasons
    )


def test_a_window_opens_months_ahead() -> None:
    """An old award is worth little, until its contract nears its end."""
    ends = day_fact("end", TODAY + timedelta(days=1000))
    award = of("purchasing_history.award", ends, hours=24 * 400)
    at = [worth(award, NOW + timedelta(days=days)) for days in (0, 500, 700, 900, 1000, 1001)]

    assert at[0] < at[1] < at[2] < at[3] == at[4]
    assert at[5] < 1


def test_news_halves_with_its_half_life() -> None:
    """Sixty days for a deal."""
    now, then = (worth(of("strategy.ma", hours=hours, matches=(a_match(confidence=1.0),))) for hours in (0, 24 * 60))

    assert then == pytest.approx(now / 2, abs=0.1)


def test_corroboration_counts_publishers_not_copies() -> None:
    """Two feeds of one host are one publisher; many add no more than a few."""
    sources = {
        "a": a_source("a"), "b": replace(a_source("b"), url="https://www.a.example/other"), "c": a_source("c"),
    }  # fmt: skip
    items = [an_item("Acme", each) for each in ("a", "b", "a", "c", "unknown")]

    assert count_publishers(items, sources) == 3
    one, three, many = (worth(items[0], publishers=count) for count in (1, 3, 400))
    assert one < three < many <= one * 1.13


def test_what_a_rep_keeps_counts_for_more() -> None:
    """With the counts shown; without any the term is absent."""
    item, key = of("strategy.ma"), ("strategy.ma", "wire")
    loved, hated = worth(item, keeps={key: (20, 1)}), worth(item, keeps={key: (1, 20)})

    assert hated < worth(item) < loved
    assert worth(item, keeps={key: (1, 0)}) < worth(item) * 1.1
    assert any("kept 1 of 21" in each.words for each in score(item, ACME, None, NOW, keeps={key: (1, 20)}).reasons)
    assert not any("kept" in each.words for each in score(item, ACME, None, NOW, keeps={("x", "y"): (9, 0)}).reasons)


@given(
    st.lists(
        st.tuples(st.floats(0, 100).map(lambda x: round(x, 1)), st.sets(st.sampled_from("abcdefghij"))), max_size=9
    )
)
def test_an_account_is_its_best_story_and_a_little(stories: list[tuple[float, set[str]]]) -> None:
    """Never more for the same again."""
    account = account_score(stories)

    assert account.value == pytest.approx(account.best + account.bonus)
    assert max((value for value, _ in stories), default=0) == account.best
    assert 0 <= account.bonus <= 10
    assert account.value <= 100
    assert account_score([*stories, *stories]) == account


def test_a_prospect_of_no_story_has_no_score() -> None:
    """Nothing is made of nothing."""
    assert account_score([]) == Account()
    assert isinstance(score(an_item(tags=(), matches=()), None, None, NOW), Score)


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ([("https://news.a.co.uk/f", ""), ("https://www.a.co.uk/g", "")], 1),
        ([("https://a.co.uk/f", ""), ("https://b.co.uk/g", "")], 2),
        ([("https://a.example/f", "word " * 60), ("https://b.example/g", "word " * 60)], 1),
        ([("https://a.example/f", "word " * 60), ("https://b.example/g", "other " * 60)], 2),
        ([("https://a.example/f", "word " * 60), ("https://a.example/g", "other " * 60)], 1),
        ([("https://127.0.0.1/f", ""), ("https://10.0.0.1/g", "")], 2),
        (
            [
                ("https://a.example/f", "w " * 60),
                ("https://b.example/f", "w " * 60),
                ("https://c.example/f", "x " * 60),
            ],
            2,
        ),
    ],
)
def test_who_is_a_publisher(told: list[tuple[str, str]], count: int) -> None:
    """The hosts of one house are one; what is printed word for word counts once."""
    sources = {f"s{n}": replace(a_source(f"s{n}"), url=url) for n, (url, _) in enumerate(told)}
    items = [an_item("Acme", f"s{n}", text=text) for n, (_, text) in enumerate(told)]

    assert count_publishers(items, sources) == count
    assert count_publishers(items[::-1], sources) == count


def test_an_aggregator_passes_on_its_authors() -> None:
    """One feed of many publishers' news counts each by its link's host; one long headline in two places is a copy."""
    sources = {"agg": a_source("agg", publisher="aggregator")}
    links = ("https://a.example/1", "https://b.example/2", "https://b.example/3")
    long = "Acme to build plant in Leeds and hire many"

    assert count_publishers([an_item("Acme", "agg", link=link) for link in links], sources) == 2
    assert count_publishers([an_item(long, "agg", link=link) for link in links], sources) == 1
