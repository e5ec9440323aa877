"""What is stored as it is costs no matching and no tagging."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.catalog import Recipe, core_rules
from aggregator.model import Item, Prospect
from feeds.model import Entry, Page, Source

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PREPARER = Recipe(core_rules(), (Prospect("acme", "Acme Corporation", aliases=("Acme",)),)).build()
ENTRIES = tuple(Entry(id=str(number), title=f"Acme acquires plant {number} for $5 million") for number in range(3))


def prepared(entries: tuple[Entry, ...], known: dict[str, str]) -> dict[str, Item]:
    """The items of a page by their entry's id."""
    page = PREPARER.prepare_page(
        Page(entries), Source("s", "https://a.test/"), NOW, first=False, new_within=60, known=known
    )
    return {item.title.split()[3]: item for item in page.entries}


def test_only_what_is_new_or_changed_gets_a_meaning() -> None:
    before = prepared(ENTRIES, {})
    assert all(item.tags and item.matches for item in before.values())
    known = {before["0"].key: before["0"].content_hash, before["1"].key: "another text"}
    after = prepared(ENTRIES, known)
    assert [bool(after[each].tags) for each in "012"] == [False, True, True]
    assert after["0"].rules_version == ""  # were it stored all the same, it would count as stale and be tagged
    assert after["0"].content_hash == before["0"].content_hash
