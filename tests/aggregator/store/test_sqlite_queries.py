"""However the SQLite store goes about a query, it finds what plain Python finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model import TRIAGE_STATES, Batch, Item, Match, Query, Tag
from aggregator.store.memory import MemoryStore
from aggregator.store.sqlite import matching, plan
from aggregator.store.sqlite.store import SqliteStore
from feeds.model import FetchState, Source

WORDS = ("alpha", "bravo", "delta", "golf", "kilo")
SIGNALS = ("one.a", "one.b", "two.a", "two.b")
SOURCES = ("s1", "s2", "s3")
REPS = ("", "jo", "al")
MOMENT = datetime.fromisoformat("2026-03-01T12:00:00+00:00")

moments = st.one_of(st.none(), st.integers(-3, 12).map(lambda n: MOMENT + timedelta(hours=n)))
terms = st.builds(
    "{}{}{}".format,
    st.sampled_from(("", "-")),
    st.sampled_from((*WORDS, "al", '"bravo alpha"')),
    st.sampled_from(("", "*")),
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Nothing, one or two of the values."""
    return st.lists(st.sampled_from(values), max_size=2).map(tuple)


queries = st.builds(
    Query,
    words=st.lists(terms, max_size=3).map(" ".join),
    prospects=some(("p1", "p2", "p3")),
    types=some(("one", "two", *SIGNALS)),
    not_types=some(("two", *SIGNALS)),
    sources=some(SOURCES),
    states=some(TRIAGE_STATES),
    rep=st.sampled_from(REPS),
    seen_from=moments,
    dated_from=moments,
    dated_to=moments,
    news_only=st.booleans(),
    tagged=st.sampled_from((None, None, True, False)),
    matched=st.sampled_from((None, None, True, False)),
    scope=st.sampled_from(("", "", "internal")),
    limit=st.integers(1, 9),
    now=moments,
)

Pair = tuple[MemoryStore, SqliteStore]


@pytest.fixture
def pair(
    tmp_path: Path,
    make_item: Callable[..., Item],
    make_tag: Callable[..., Tag],
    make_match: Callable[..., Match],
) -> Iterator[Pair]:
    """Two stores that hold the same eighty items and verdicts, one in memory, one in a file."""
    rng = random.Random(3)

    def build(number: int) -> Item:
        seen = MOMENT + timedelta(hours=rng.randint(0, 9))
        signals = rng.sample(SIGNALS, rng.choice((0, 1, 2)))
        return make_item(
            number,
            rng.choice(SOURCES),
            title=" ".join(rng.choices(WORDS, k=2)),
            text=" ".join(rng.choices(WORDS, k=rng.randint(0, 3))),
            seen_at=seen,
            listed_at=rng.choice((None, seen - timedelta(hours=rng.randint(0, 30)))),
            published=rng.choice((None, seen - timedelta(hours=rng.randint(0, 5)))),
            is_news=rng.random() < 0.7,
            scope=rng.choice(("external", "internal")),
            tags=tuple(make_tag(signal.partition(".")[0], signal) for signal in signals),
            matches=tuple(make_match(p) for p in rng.sample(("p1", "p2", "p3"), rng.choice((0, 0, 1, 2)))),
        )

    items = [build(number) for number in range(80)]
    acts = [(rng.choice(REPS[1:]), item.id, rng.choice(TRIAGE_STATES)) for item in items for _ in range(2)]
    memory, sqlite = MemoryStore(), SqliteStore(tmp_path / "leads.db")
    for store in (memory, sqlite):
        store.sync_sources([Source(id_, f"https://{id_}.test") for id_ in SOURCES], MOMENT)
        for id_ in SOURCES:
            mine = tuple(item for item in items if item.source == id_)
            store.index(99)
            store.apply([Batch(id_, "w", FetchState(), mine)], MOMENT)
        for place, (rep, item_id, state) in enumerate(acts):
            until = MOMENT + timedelta(hours=place % 7) if state == "snoozed" else None
            store.triage(rep, [item_id], state, MOMENT, until=until)
    yield memory, sqlite
    sqlite.close()


def walk(store: Any, query: Query) -> list[tuple[str, ...]]:
    """Every page of a query, as ids."""
    pages, after = [], ""
    while True:
        page = store.items(replace(query, after=after))
        pages.append(tuple(item.id for item in page.items))
        if not page.next:
            return pages
        after = page.next


class TestPlans:
    """Small sets first, windows, or a walk from the newest: the pages are the same."""

    @pytest.mark.parametrize("few", [0, 6, 5000])
    def test_both_stores_show_the_same_pages(self, pair: Pair, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
        memory, sqlite = pair
        monkeypatch.setattr(plan, "FEW", few)
        monkeypatch.setattr(matching, "WINDOWS", (5, 20))

        @settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(query=queries)
        def compare(query: Query) -> None:
            assert walk(sqlite, query) == walk(memory, query)

        compare()
