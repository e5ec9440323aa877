"""Which items tell one story."""

from __future__ import annotations

import random

import pytest

from aggregator.pipeline.stories import group
from feeds.model import Source
from tests.samples import a_match, a_source, an_item


def stories(*titles: str, **other: object) -> int:
    """How many stories these titles are, each from a source of its own."""
    items = [an_item(title, f"s{number}", **other) for number, title in enumerate(titles)]  # type: ignore[arg-type]  # fields of an item
    return len(group(items, {}))


def test_one_story_of_many_sources_is_one() -> None:
    title = "Calloway Freight to acquire Halden Cold Logistics for $310 million"

    for count in (10, 25):
        assert stories(*[title] * count) == 1


@pytest.mark.parametrize(
    "other",
    [
        "Calloway Freight Group to Acquire Halden Cold Logistics",
        "Calloway Freight to buy Halden Cold Logistics in $310m deal",
        "Calloway Freight acquires Halden Cold Logistics (310 million dollars)",
        "CALLOWAY FREIGHT TO ACQUIRE HALDEN COLD LOGISTICS FOR $310 MILLION",
    ],
)
def test_one_deal_in_other_words_is_one_story(other: str) -> None:
    assert stories("Calloway Freight to acquire Halden Cold Logistics for $310 million", other) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            "Acme Freight wins big contract from Leeds council",
            "Acme Freight wins big contract from Hull council",
        ),
        (
            "Acme Freight reports third-quarter results above forecasts",
            "Acme Freight reports fourth-quarter results above forecasts",
        ),
        (
            "Acme Freight Q3 2026 results beat forecasts again",
            "Acme Freight Q2 2026 results beat forecasts again",
        ),
        (
            "Acme Freight results for 3Q 2026: record orders",
            "Acme Freight results for the second quarter 2026: record orders",
        ),
        (
            "Acme Freight publishes annual report 2025 today",
            "Acme Freight publishes annual report 2024 today",
        ),
        (
            "Acme Freight traffic figures for October show growth",
            "Acme Freight traffic figures for November show growth",
        ),
        (
            "Acme Freight wins order for 120 trucks from city",
            "Acme Freight wins order for 85 trucks from city",
        ),
        (
            "Acme Freight H1 2026 interim results published",
            "Acme Freight H2 2026 interim results published",
        ),
        (
            "Contract award notice: office furniture for Leeds",
            "Contract award notice: bridge repairs for Hull",
        ),
        ("Acme Freight first-half results beat forecasts", "Acme Freight first-quarter results beat forecasts"),
    ],
)
def test_what_reads_alike_and_is_not_the_same(left: str, right: str) -> None:
    """From two sources, and from one."""
    assert stories(left, right) == 2
    assert len(group([an_item(left), an_item(right)], {})) == 2


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            "Acme Freight Q3 2026 results beat forecasts again",
            "Acme Freight third-quarter results beat forecasts again",
        ),
        ("Acme Freight to track 3,200 trailers with Orrin", "Acme Freight will track 3200 trailers with Orrin"),
        ("Acme Freight may buy Beta Logistics outright", "Acme Freight may buy Beta Logistics outright in May"),
    ],
)
def test_figures_written_otherwise_agree(left: str, right: str) -> None:
    assert stories(left, right) == 1


def test_the_same_words_months_later_are_another_story() -> None:
    title = "Acme Freight announces its annual customer conference"
    items = [an_item(title, "a", hours=1), an_item(title, "b", hours=24 * 60)]

    assert len(group(items, {})) == 2


def test_other_prospects_other_story() -> None:
    title = "Results of the tender for city fleet maintenance published"
    items = [an_item(title, "a"), an_item(title, "b", matches=(a_match("beta"),))]

    assert len(group(items, {})) == 2


def test_a_page_that_all_items_of_a_source_link_to_joins_nothing() -> None:
    link = "https://acme.example/news"
    items = [an_item(title, link=link) for title in ("Acme names new finance chief", "Acme names site for plant")]

    assert len(group(items, {})) == 2


def test_a_shared_link_joins_two_sources() -> None:
    link = "https://acme.example/news/1"
    items = [
        an_item("Acme names Bell finance chief", "a", link=link),
        an_item("Bell to run Acme's books", "b", link=f"{link}?utm_source=x"),
    ]

    assert len(group(items, {})) == 1


def test_a_story_is_found_though_the_prospects_name_is_in_every_title() -> None:
    """A hundred titles with the name make it a common word."""
    noise = [an_item(f"Meridian Water {number} {'x' * number}", f"n{number}") for number in range(2, 100)]
    titles = ("Meridian Water appoints Tomas Reyl", "Tomas Reyl appointed Meridian Water officer")
    pair = [an_item(title, f"s{number}") for number, title in enumerate(titles)]

    found = [story for story in group([*noise, *pair], {}) if len(story.items) > 1]

    assert [len(story.items) for story in found] == [2]


def test_the_one_who_knows_best_is_shown() -> None:
    """The issuer's own words before the wire's, whoever came first."""
    title = "Acme Freight to acquire Halden Cold Logistics"
    listed = (a_source("trade", publisher="trade"), a_source("own", publisher="issuer"), a_source("copy"))
    sources: dict[str, Source] = {source.id: source for source in listed}
    items = [an_item(title, "copy", 9), an_item(title, "trade", 5), an_item(title, "own", 1)]

    [story] = group(items, sources)

    assert [item.source for item in story.items] == ["own", "trade", "copy"]


def test_every_item_is_in_exactly_one_story_in_whatever_order() -> None:
    titles = [f"Acme {verb} {thing} in {place}" for verb in ("opens", "closes") for thing in ("plant", "site office")
              for place in ("Lyon", "Leeds", "Ulm")]  # fmt: skip
    items = [an_item(title, f"s{number % 3}") for number, title in enumerate(titles * 2)]
    first = {frozenset(item.id for item in story.items) for story in group(items, {})}
    random.Random(7).shuffle(items)

    shuffled = group(items, {})

    assert sorted(item.id for story in shuffled for item in story.items) == sorted(item.id for item in items)
    assert {frozenset(item.id for item in story.items) for story in shuffled} == first


def test_a_long_name_alone_makes_no_story() -> None:
    """Two titles that share a prospect's name of three words, and little else, are two stories; a deal stays one."""
    name = a_match("northlake", words="Northlake Health Partners")
    titles = [
        "Contract award notice: Northlake Health Partners, patient record archive",
        "Network engineer, Northlake Health Partners",
        "Northlake Health Partners plans new imaging centre and approves capital budget",
        "Northlake Health Partners to buy Elm Street clinics for $30 million",
        "Northlake Health Partners buy Elm Street clinics in $30 million deal",
    ]
    items = [an_item(title, f"s{number}", number, matches=(name,)) for number, title in enumerate(titles)]

    assert sorted(len(story.items) for story in group(items, {})) == [1, 1, 1, 2]
