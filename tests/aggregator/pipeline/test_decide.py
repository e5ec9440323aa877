"""Guid trust: whatever a source does with its ids, no item is lost and none doubled."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.catalog import Recipe
from aggregator.model import Item, Prospect
from aggregator.pipeline.decide import decide, wanted_keys
from aggregator.store.memory import MemoryStore
from feeds.model import Entry, FetchState, Page, Polled
from tests.samples import NOW, a_source

PREPARER = Recipe((), (Prospect("acme", "Acme Corporation", ("Acme",)),)).build()
SOURCE = a_source("wire")


class World:
    """One source, polled again and again."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.store.sync_sources([SOURCE], NOW)
        self.polls = 0

    def poll(self, *entries: Entry) -> tuple[int, int]:
        """Poll a document of these entries; how many items were new and how many changed."""
        now = NOW + timedelta(hours=self.polls)
        first = self.polls == 0
        self.polls += 1
        self.store.claim_due(now, worker="w", limit=1, lease=60, force=True)
        page = PREPARER.prepare_page(Page(entries=entries), SOURCE, now, first=first, new_within=7 * 86400)
        polled = Polled(SOURCE.id, "changed", FetchState(status="ok", answered_at=now, checked_at=now), page.entries)
        batch = decide(polled, self.store.known(SOURCE.id, wanted_keys(page.entries)), "w")
        [applied] = self.store.apply([batch], now)
        return applied.new, applied.changed

    @property
    def items(self) -> list[Item]:
        """Everything stored."""
        from aggregator.model import Query

        return list(self.store.items(Query(limit=1000)).items)

    @property
    def titles(self) -> list[str]:
        """Titles of everything stored, in alphabetical order."""
        return sorted(item.title for item in self.items)


def entry(number: int, *, id_: str | None = None, **other: object) -> Entry:
    """An entry of its own."""
    made = Entry(
        id=f"guid-{number}" if id_ is None else id_,
        link=f"https://wire.example/{number}",
        title=f"Acme news number {number}",
        summary=f"Text of number {number}.",
        published=NOW - timedelta(hours=number),
    )
    return replace(made, **other)


def test_a_second_poll_of_the_same_brings_nothing() -> None:
    world = World()

    assert world.poll(entry(1), entry(2)) == (2, 0)
    assert world.poll(entry(2), entry(1)) == (0, 0)


def test_an_edit_updates_in_place() -> None:
    world = World()
    world.poll(entry(1))
    [before] = world.items

    assert world.poll(entry(1, title="Acme news corrected", summary="Other.")) == (0, 1)
    [after] = world.items
    assert (after.id, after.title, after.versions) == (before.id, "Acme news corrected", 1)
    assert after.seen_at == before.seen_at


def test_one_guid_for_all_items() -> None:
    world = World()

    assert world.poll(*(entry(n, id_="same") for n in range(5))) == (5, 0)
    assert world.poll(*(entry(n, id_="same") for n in range(7))) == (2, 0)
    assert world.poll(entry(6, id_="same")) == (0, 0)


def test_guids_that_change_at_every_fetch() -> None:
    world = World()

    for fetch in range(4):
        world.poll(*(entry(n, id_=f"{fetch}-{n}") for n in range(5)))

    assert len(world.items) == 5


def test_entries_repeated_in_one_document() -> None:
    world = World()

    assert world.poll(entry(1), entry(1), entry(1, id_="other"), entry(2)) == (2, 0)
    assert world.poll(entry(1, id_="third"), entry(1)) == (0, 0)


def test_entries_without_guid_and_without_link() -> None:
    world = World()
    bare = [entry(n, id_="", link="") for n in range(3)]

    assert world.poll(*bare) == (3, 0)
    assert world.poll(*reversed(bare)) == (0, 0)


def test_one_link_for_all_items_without_guids() -> None:
    world = World()
    page = [entry(n, id_="", link="https://wire.example/news") for n in range(4)]

    assert world.poll(*page) == (4, 0)
    assert world.poll(*page[1:], entry(9, id_="", link="https://wire.example/news")) == (1, 0)


def test_todays_report_is_not_yesterdays() -> None:
    """Same link and title each day, another guid, date and text."""
    world = World()
    report = {"link": "https://wire.example/daily", "title": "Daily report"}

    world.poll(entry(1, summary="Monday", **report))
    assert world.poll(entry(2, summary="Tuesday", published=NOW, **report)) == (1, 0)


def test_a_guid_comes_back_after_it_was_gone() -> None:
    world = World()
    world.poll(entry(1), entry(2))
    world.poll(entry(2))

    assert world.poll(entry(1), entry(2)) == (0, 0)


def test_two_sources_may_share_guids(monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW
    pages = [
        PREPARER.prepare_page(Page(entries=(entry(1),)), a_source(id_), now, first=False, new_within=0)
        for id_ in ("a", "b")
    ]

    assert pages[0].entries[0].id != pages[1].entries[0].id


def test_a_source_that_stamps_the_time_into_every_entry_is_not_rewritten_for_ever() -> None:
    world = World()
    for minute in range(70):
        world.poll(entry(1, summary=f"Seen at {minute}"))

    assert world.items[0].versions <= 50
    assert len(world.items) == 1


_ENTRIES = st.lists(
    st.builds(
        lambda id_, link, title, text, hours: Entry(
            id=id_, link=link and f"https://wire.example/{link}", title=title, summary=text,
            published=None if hours is None else NOW - timedelta(hours=hours),
        ),
        st.sampled_from(["", "g1", "g2", "g3"]), st.sampled_from(["", "1", "2", "2?utm_source=x"]),
        st.sampled_from(["", "Acme wins", "Acme loses", "ACME wins"]), st.sampled_from(["", "One.", "Two."]),
        st.sampled_from([None, 1, 30]),
    ),
    max_size=6,
)  # fmt: skip


def told(entries: Sequence[Entry] | Sequence[Item]) -> set[tuple[str, str]]:
    """What a reader would see of each: link and title, letter case aside."""
    return {((each.link or "").partition("?")[0], each.title.casefold()) for each in entries}


def distinct(document: list[Entry]) -> list[Entry]:
    """The entries, no two with the same link and title: two such that also change guids cannot be told apart."""
    return list({(each.link.partition("?")[0], each.title.casefold()): each for each in document}.values())


@settings(max_examples=100, deadline=None)
@given(st.lists(_ENTRIES.map(distinct), min_size=1, max_size=3))
def test_polling_the_same_document_twice_changes_nothing(documents: list[list[Entry]]) -> None:
    """Whatever the history and the guids, a document that was just stored brings nothing new and no edit."""
    world = World()
    for document in documents:
        world.poll(*document)
        before = {item.id: (item.title, item.text) for item in world.items}
        world.poll(*document)
        assert {item.id: (item.title, item.text) for item in world.items} == before


@settings(max_examples=100, deadline=None)
@given(_ENTRIES)
def test_nothing_of_a_document_is_lost(document: list[Entry]) -> None:
    """Each title at each link is stored: at least once, and not more often than it was there."""
    world = World()
    world.poll(*document)

    titled = [each for each in document if each.title]
    assert told(titled) <= told(world.items)
    assert len(world.items) <= len(document)


@settings(max_examples=100, deadline=None)
@given(_ENTRIES, st.integers(0, 1000))
def test_the_order_of_entries_does_not_matter(document: list[Entry], seed: int) -> None:
    world, other = World(), World()
    world.poll(*document)
    shuffled = list(document)
    random.Random(seed).shuffle(shuffled)
    other.poll(*shuffled)

    assert world.titles == other.titles
    assert {item.key for item in world.items} == {item.key for item in other.items}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 8), unique=True, max_size=8), st.lists(st.integers(0, 8), unique=True, max_size=8))
def test_good_guids_give_exactly_the_union(first: list[int], second: list[int]) -> None:
    world = World()
    world.poll(*map(entry, first))
    world.poll(*map(entry, second))

    assert len(world.items) == len({*first, *second})
