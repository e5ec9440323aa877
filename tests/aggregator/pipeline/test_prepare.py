"""Entries of a page as items: matched and tagged, dated, told news from back catalogue, listed in order."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.catalog import Recipe, core_rules
from aggregator.model import Item, Prospect
from feeds.model import Entry, Page, Source
from tests.samples import NOW, a_source

PREPARER = Recipe(core_rules(), (Prospect("acme", "Acme Corporation", ("Acme",)),)).build()
WEEK = 7 * 86400.0


def prepare(*entries: Entry, first: bool = True, source: Source | None = None) -> list[Item]:
    page = PREPARER.prepare_page(Page(entries=entries), source or a_source(), NOW, first=first, new_within=WEEK)
    return list(page.entries)


def dated(days: float, title: str = "") -> Entry:
    return Entry(id=str(days) + title, title=title or f"Item of {days}", published=NOW - timedelta(days=days))


def test_an_item_is_matched_and_tagged_with_its_evidence() -> None:
    [item] = prepare(
        Entry(id="1", title="Acme appoints Jo Bell as chief financial officer", link="https://a.example/1")
    )

    assert [match.prospect for match in item.matches] == ["acme"]
    [tag] = item.tags
    assert tag.type == "structure"
    assert item.title[tag.evidence.start : tag.evidence.end] == tag.evidence.text
    assert item.rules_version == PREPARER.version


def test_a_source_says_what_its_items_are_and_whose() -> None:
    [item] = prepare(
        Entry(id="1", title="Lot 7"),
        source=a_source(prospect="acme", types=("purchasing_history",), scope="internal", source_class="crm"),
    )

    assert (item.matches[0].why, item.tags[0].type) == ("source", "purchasing_history")
    assert (item.scope, item.source_class) == ("internal", "crm")


def test_a_first_poll_is_a_baseline() -> None:
    items = prepare(dated(1), dated(30), Entry(id="u", title="Undated"))

    assert {item.title: item.is_news for item in items} == {"Item of 1": True, "Item of 30": False, "Undated": False}


def test_later_polls_take_all_but_a_back_catalogue_as_news() -> None:
    news = {
        item.title: item.is_news
        for item in prepare(dated(1), dated(29), dated(31), Entry(id="u", title="U"), first=False)
    }

    assert news == {"Item of 1": True, "Item of 29": True, "Item of 31": False, "U": True}


def test_lists_stand_in_order_of_time_and_what_came_together_keeps_its_order() -> None:
    first = prepare(dated(3), dated(1), dated(2))
    later = prepare(dated(3), dated(1), dated(2), first=False)

    for items in (first, later):
        assert [item.title for item in sorted(items, key=lambda item: item.listed, reverse=True)] == [
            "Item of 1", "Item of 2", "Item of 3",
        ]  # fmt: skip
    assert first[0].listed == NOW - timedelta(days=1)
    assert NOW - later[-1].listed < timedelta(seconds=1)


def test_impossible_dates_count_as_none() -> None:
    for year in (1970, 2099):
        [item] = prepare(Entry(id="1", title="A", published=datetime(year, 1, 1, tzinfo=NOW.tzinfo)))
        assert item.published is None


def test_of_one_identity_the_later_and_longer_text_is_kept() -> None:
    older = Entry(
        id="1", link="https://a.example/1", title="A", summary="Long text here.", updated=NOW - timedelta(days=2)
    )
    newer = Entry(id="1", link="https://a.example/1", title="A", summary="New.", updated=NOW - timedelta(days=1))

    for entries in ((older, newer), (newer, older)):
        [item] = prepare(*entries)
        assert item.text == "New."


def test_items_of_other_rules_are_told_by_their_version() -> None:
    other = Recipe(core_rules(), (Prospect("beta", "Beta"),)).build()
    [item] = prepare(Entry(id="1", title="Beta acquires Acme"))

    again = other.decide_meaning(item, a_source())

    assert again.rules_version != item.rules_version
    assert [match.prospect for match in again.matches] == ["beta"]
    assert again.id == item.id
