"""What follows from stored items on its day: contracts whose end comes into view, boards out of their ordinary."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.catalog import Recipe, core_rules
from aggregator.model import Fact, Item, Prospect
from aggregator.pipeline.computed import computed_tags, hiring_surges, recompete, surges
from aggregator.pipeline.scoring import score
from feeds.model import Source
from tests.samples import NOW, an_item

CALDER = Prospect("calder", "Calder County Council")
PREPARER = Recipe(core_rules(), (CALDER, Prospect("verrano", "Verrano Networks"))).build()
END = date(2028, 4, 30)
OPENS = datetime.combine(END, time(), UTC) - timedelta(days=548)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def award(**fields: object) -> Item:
    """A contract that ends on END."""
    known = {
        "notice_type": "award",
        "buyer": "Calder County Council",
        "supplier": "Aggrelane",
        "contract_end": END.isoformat(),
    }
    item = an_item("Road gritting", "board", matches=(), tags=(), fields={**known, **fields})
    return PREPARER.decide_meaning(item, Source("board", ""))


def test_a_contract_comes_into_view_a_year_and_a_half_ahead() -> None:
    """Not before, not after its end; the same item each time."""
    opened, later = recompete(award(), OPENS), recompete(award(), OPENS + 200 * DAY)

    assert recompete(award(), OPENS - DAY) is None
    assert recompete(award(), datetime.combine(END, time(), UTC) + DAY) is None
    assert opened
    assert later
    assert (opened.id, opened.published, opened.is_news) == (later.id, later.published, True)
    assert not later.is_news
    assert (opened.title, opened.source) == ("Contract ends on 30 Apr 2028: Road gritting", "board")


def test_it_is_a_plan_of_its_buyer_with_the_end_as_evidence() -> None:
    """Matched by the award's own fields, scored by the window, and never an award again."""
    made = recompete(award(), OPENS)
    assert made
    item = PREPARER.decide_meaning(made, Source("board", "", types=("purchasing_history",)))
    [tag] = item.tags

    assert (tag.signal, tag.type, tag.rule) == ("purchasing_plans.recompete", "purchasing_plans", "computed.recompete")
    assert tag.evidence.text == "contract ends on 30 Apr 2028 (contract_end is 2028-04-30)"
    assert {match.prospect for match in item.matches} == {"calder"}
    assert recompete(item, OPENS + DAY) is None
    near = score(item, CALDER, None, datetime.combine(END, time(), UTC) - 100 * DAY)
    assert any("ends on 30 Apr 2028" in reason.words for reason in near.reasons)


def test_whose_contract_it_is_not() -> None:
    """The supplier buys nothing anew; what tells of no end or is no award follows nothing."""
    supplied = award(buyer="Ashby Council", supplier="Verrano Networks")
    undated = award(contract_end="")
    tender = award(notice_type="tender")

    assert [recompete(each, OPENS) for each in (supplied, undated, tender)] == [None, None, None]


def test_an_end_told_in_text_counts_too() -> None:
    end = Fact("end", "30 April 2028", "body", 4, 17, day=END)
    made = recompete(an_item(tags=award().tags, facts=(end,)), OPENS)

    assert made
    assert "“30 April 2028” in the body" in made.text


def test_a_short_contract_is_no_news_twice() -> None:
    """One that is awarded when its end is already in view is stored, findable, and not shown as new."""
    made = recompete(award(contract_end="2027-01-31"), NOW)

    assert made
    assert not made.is_news


def postings(*counts: int, now: datetime = NOW, baseline: int = 30) -> list[tuple[str, datetime]]:
    """Openings of a board: what it had at first, then so many in each week, the last week last."""
    weeks = len(counts)
    found = [("b", now - weeks * WEEK - DAY)] * baseline
    return found + [("b", now - (weeks - n) * WEEK + DAY) for n, count in enumerate(counts) for _ in range(count)]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((4, 3, 5, 4, 4, 14), "14 openings in 7 days, median 4"),
        ((0, 0, 0, 0, 0, 5), "5 openings in 7 days, median 0"),
        ((4, 3, 5, 4, 4, 7), ""),
        ((1, 1, 1, 1, 1, 4), ""),
        ((9, 14), ""),
        ((4, 4, 4, 14, 4), ""),
    ],
)
def test_a_surge_is_against_the_boards_own_median(counts: tuple[int, ...], words: str) -> None:
    """Twice it and five at least, after four weeks of watching; the first look is the baseline."""
    assert [each.words for each in surges(postings(*counts), NOW)] == ([words] if words else [])


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(0, 300))
def test_the_baseline_never_makes_a_surge(counts: list[int], baseline: int) -> None:
    """However many openings a board has when it is first seen."""
    assert surges(postings(*counts, baseline=max(1, baseline)), NOW) == surges(postings(*counts, baseline=1), NOW)


def opening(number: int, seen: datetime, **fields: object) -> Item:
    """A job advert."""
    known = {"job_board": "northlake", "job_id": str(number), "company": "Verrano Networks", "department": "Field"}
    return an_item(f"Fitter {number}", "jobs", seen_at=seen, matches=(), tags=(), fields={**known, **fields})


def test_a_surge_is_an_item_of_its_prospect_once_a_week() -> None:
    """A job that is posted twice counts once."""
    items = [opening(n, seen) for n, (_, seen) in enumerate(postings(4, 3, 5, 4, 4, 14))]
    [made] = hiring_surges([*items, *items[-5:]], NOW)
    item = PREPARER.decide_meaning(made, Source("jobs", ""))

    assert made.title == "Hiring surge at Verrano Networks: 14 openings in 7 days, median 4"
    assert "most in Field" in made.text
    assert [(tag.signal, tag.evidence.text) for tag in item.tags] == [
        ("structure.hiring_surge", "14 openings in 7 days, median 4")
    ]
    assert {match.prospect for match in item.matches} == {"verrano"}
    assert [each.id for each in hiring_surges(items, NOW + timedelta(hours=3))] == [made.id]
    assert list(hiring_surges([item], NOW)) == []


def test_what_a_source_says_is_never_taken_for_computed() -> None:
    assert computed_tags({"computed": "strategy.ma"}) == ()
    assert computed_tags({}) == ()
