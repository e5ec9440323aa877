"""Pairs of reports as feeds bring them, tagged and matched for real: one story, or only alike to read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.catalog import Recipe, core_rules
from aggregator.model import Item, Prospect
from aggregator.pipeline.stories import group
from feeds.model import Source
from tests.samples import NOW, a_source, a_tag, an_item

PROSPECTS = (
    Prospect("harbourline", "Harbourline Foods", ("Harbourline",)),
    Prospect("verrano", "Verrano Networks", ("Verrano",)),
    Prospect("northlake", "Northlake Health Partners", ("Northlake Health",)),
    Prospect("calder", "Calder County Council", ("Calder County",)),
)
PREPARER = Recipe(core_rules(), PROSPECTS).build()

SAME_TEXT = """
Harbourline to acquire Copperfield Mills for $240 million
Copperfield Mills snapped up by Harbourline in $240m takeover

Harbourline Foods agrees to buy Copperfield Mills // The all-cash deal is worth $240 million.
Harbourline in $240 million Copperfield takeover

Harbourline strikes $1.2 billion deal to buy Ostrava Dairy
Ostrava Dairy agrees to be acquired by Harbourline Foods for $1.24bn

Verrano Networks completes acquisition of Tessaline
Verrano completes Tessaline acquisition

Harbourline Foods and Copperfield Mills announce merger agreement
Harbourline, Copperfield Mills to merge

Verrano raises $85 million in Series D round
Verrano Networks closes $85m funding led by Orrin Capital

Verrano Networks secures $85m Series D financing
Fibre builder Verrano raises $85 million

Harbourline Foods appoints Dana Okafor as chief financial officer
Dana Okafor named CFO of Harbourline

Harbourline names Dana Okafor chief financial officer
Okafor joins Harbourline Foods as chief financial officer // Dana Okafor starts in May.

Verrano chief executive Imogen Farrant steps down
Verrano Networks CEO Imogen Farrant to leave after nine years

Harbourline to cut 1,200 jobs at northern plants
1,200 jobs to go as Harbourline closes lines

Verrano lays off 340 workers in restructuring
Verrano Networks restructuring to cost 340 jobs

Calder County Council awards $12 million road contract to Aggrelane
Aggrelane wins $12m Calder County road maintenance contract

Verrano wins $48 million broadband contract from Calder County
Calder County picks Verrano for $48m rural broadband contract

Northlake Health plans new imaging centre in Dunmore
Northlake Health Partners plans Dunmore imaging centre

Verrano third-quarter revenue rises 8% on fibre demand
Verrano Q3 revenue up 8% as fibre demand grows

Harbourline recalls 40,000 jars of sauce over glass fears
Harbourline Foods recalls 40,000 sauce jars

Verrano Networks hit by ransomware attack
Ransomware attack hits Verrano Networks

Northlake Health breaks ground on $90 million hospital wing
Northlake Health Partners begins $90m hospital expansion

Verrano opens data centre in Tilburg - The Dunmore Herald
Verrano opens data centre in Tilburg | Fibre News

Harbourline Foods opens new warehouse in Tilburg
Harbourline Foods opens new warehouse in Tilburg
"""

APART_TEXT = """
Verrano reports third-quarter results above forecasts
Verrano reports fourth-quarter results above forecasts

Harbourline Foods Q1 earnings beat estimates
Harbourline Foods Q2 earnings beat estimates

Harbourline half-year results 2025: profit up
Harbourline half-year results 2026: profit up

Verrano Networks traffic figures for October
Verrano Networks traffic figures for November

Harbourline to acquire Copperfield Mills for $240 million
Harbourline to acquire Ostrava Dairy for $90 million

Harbourline completes acquisition of Copperfield Mills
Harbourline completes acquisition of Ostrava Dairy

Verrano raises $85 million in Series D round
Verrano raises $20 million in venture debt

Harbourline Foods appoints Dana Okafor as chief financial officer
Harbourline Foods appoints Lena Osei as chief operating officer

Verrano names Tomas Reyl chief information officer
Verrano names Ann Lee chief information officer

Harbourline to cut 1,200 jobs at northern plants
Harbourline to cut 300 jobs at southern plants

Calder County Council awards $12 million road contract to Aggrelane
Calder County Council awards $3 million cleaning contract to Brightsweep

Verrano wins $10m contract from Leeds council
Verrano wins $10m contract from Hull council

Calder County Council: supply of office furniture, lot 1
Calder County Council: supply of office furniture, lot 2

Calder County Council invites tenders for school transport
Calder County Council invites tenders for school catering

Calder County Council invites tenders: road gritting contract 2026
Calder County Council contract award: road gritting contract 2026

Results of the public tender for fleet maintenance: Harbourline
Results of the public tender for fleet maintenance: Verrano

Northlake Health opens clinic in Dunmore
Northlake Health opens clinic in Ashby

Verrano opens data centre in Tilburg
Verrano opens data centre in Gdansk

Nurse, Northlake Health Partners, Dunmore
Porter, Northlake Health Partners, Dunmore

Verrano chief executive says demand for fibre is strong
Verrano sued by former supplier over fibre defects

Harbourline wins award for best workplace
Harbourline wins contract to supply army kitchens

Harbourline Foods launches oat drink
Harbourline Foods launches share buyback

Verrano raises $85 million in Series D round
Verrano to spend $85 million on Tilburg data centre

Northlake Health names Jo Bell to lead nursing
Northlake Health names site for new hospital
"""


Pair = tuple[tuple[str, str], tuple[str, str]]


def read(text: str) -> list[Pair]:
    """Two reports a pair, a blank line between pairs; a body stands behind two slashes."""
    reports = [(title, body) for title, _, body in (line.partition(" // ") for line in text.splitlines() if line)]
    return list(zip(reports[::2], reports[1::2], strict=True))


SAME, APART = read(SAME_TEXT), read(APART_TEXT)


def prepared(title: str, text: str, source: str, hours: float) -> Item:
    """A report, matched and tagged as a poll would."""
    item = an_item(
        title, source, hours, text=text, matches=(), tags=(), link=f"https://{source}.example/{abs(hash(title))}"
    )
    return PREPARER.decide_meaning(item, Source(source, ""))


def stories(left: tuple[str, str], right: tuple[str, str], apart: float = 20) -> int:
    """How many stories two reports of two sources are."""
    items = [prepared(*left, "one", 30), prepared(*right, "two", 30 - apart)]
    return len(group(items, {each: a_source(each) for each in ("one", "two")}))


@pytest.mark.parametrize("pair", SAME, ids=lambda pair: pair[0][0][:40])
def test_one_story(pair: Pair) -> None:
    """In whichever order they come."""
    assert stories(pair[0], pair[1]) == 1
    assert stories(pair[1], pair[0]) == 1


@pytest.mark.parametrize("pair", APART, ids=lambda pair: pair[0][0][:40])
def test_two_stories(pair: Pair) -> None:
    """However alike they read."""
    assert stories(pair[0], pair[1]) == 2


@pytest.mark.parametrize("pair", SAME[:10], ids=lambda pair: pair[0][0][:40])
def test_the_same_weeks_later_is_news_again(pair: Pair) -> None:
    """The look-back is five days."""
    assert stories(pair[0], pair[1], apart=-24 * 6) == 2


def test_a_story_does_not_grow_by_what_contradicts_another_member() -> None:
    """A report that fits two deals joins one of them, and does not make one story of both."""
    titles = (
        "Harbourline to acquire Copperfield Mills for $240 million",
        "Harbourline to acquire Ostrava Dairy for $90 million",
        "Harbourline to acquire Copperfield Mills and Ostrava Dairy",
    )
    found = group([prepared(title, "", f"s{n}", 9 - n) for n, title in enumerate(titles)], {})

    assert len(found) == 2


def test_a_story_has_ten_titles_and_five_days_at_most() -> None:
    """Copies count as one title; a notice repeated daily becomes a new story after five days."""
    base = "Verrano opens data centre in Tilburg for northern customers"
    varied = [prepared(f"{base} {'again ' * n}", "", f"s{n}", 9) for n in range(14)]
    copies = [prepared(base, "", f"s{n}", 9) for n in range(40)]
    daily = [prepared(base, "", f"s{n}", 24.0 * n) for n in range(12)]

    assert max(len({item.title for item in story.items}) for story in group(varied, {})) == 10
    assert len(group(copies, {})) == 1
    for story in group(daily, {}):
        dates = [item.dated for item in story.items]
        assert max(dates) - min(dates) <= timedelta(hours=120)


def test_of_other_companies_it_is_other_news() -> None:
    """Also of companies that are no prospects; adverts must be alike in every word."""
    talks = (
        "Orrin Capital to present at northern investor conference",
        "Halden to present at northern investor conference",
    )
    jobs = ("Data scientist, Orrin Capital, Leeds office", "Data scientist, Halden Group, Leeds office")
    need = (a_tag("structure", "structure.hiring_need"),)

    assert stories((talks[0], ""), (talks[1], "")) == 2
    assert len(group([an_item(job, f"s{n}", tags=need, matches=()) for n, job in enumerate(jobs)], {})) == 2


def test_an_item_without_prospect_or_tag_is_grouped_by_its_words_alone() -> None:
    """Nothing is known of it but the title."""
    items = [an_item(title, source, tags=(), matches=()) for source, title in (
        ("a", "Storm closes the northern rail line for days"), ("b", "Storm closes northern rail line"),
        ("c", "Storm warning lifted along the coast"),
    )]  # fmt: skip

    assert sorted(len(story.items) for story in group(items, {})) == [1, 2]
    assert all(item.dated <= NOW for item in items)
