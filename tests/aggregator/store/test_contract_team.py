"""The promises of a team's ledger, held against every back end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreError
from aggregator.model import Batch, Deed, Evidence, Item, Match, Note, Query
from aggregator.store import Store, open_store
from feeds.model import FetchState, Source

MakeItem = Callable[..., Item]
HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "sqlite"])
def team_store(request: pytest.FixtureRequest, tmp_path: Path, now: datetime, make_item: MakeItem) -> Iterator[Store]:
    """A store of each kind with three items of one source."""
    opened = open_store(":memory:" if request.param == "memory" else str(tmp_path / "leads.db"))
    opened.sync_sources([Source("wire", "https://wire.test/feed")], now)
    opened.apply([Batch("wire", "w", FetchState(status="ok"), tuple(make_item(n) for n in range(1, 4)))], now)
    yield opened
    opened.close()


def ids(store: Store, **query: object) -> list[str]:
    """The ids that a query of ann finds, sorted."""
    return sorted(item.id for item in store.items(Query(rep="ann", **query)).items)  # type: ignore[arg-type]


@pytest.fixture
def one(team_store: Store) -> str:
    """The id of an item."""
    return ids(team_store)[0]


def test_what_holds_is_the_last_deed_and_the_first_doer_stays(team_store: Store, now: datetime, one: str) -> None:
    team_store.record([Deed("share", one, "bo", "look", now)])
    team_store.record([Deed("share", one, "ann", "again", now + HOUR)])
    held = team_store.standing("share")[one]
    assert (held.deed.rep, held.deed.value, held.first_rep, held.first_at) == ("ann", "again", "bo", now)
    team_store.record([Deed("share", one, "bo", "", now + 2 * HOUR)])
    assert not team_store.standing("share")
    team_store.record([Deed("share", one, "cy", "mine", now + 3 * HOUR)])
    assert team_store.standing("share")[one].first_rep == "bo"


def test_the_ledger_only_grows_and_what_changes_nothing_is_not_entered(
    team_store: Store, now: datetime, one: str
) -> None:
    first = Deed("assign", one, "ann", "bo", now)
    assert team_store.record([first])[0].value == ""
    assert team_store.record([first]) == []
    team_store.record([Deed("assign", one, "ann", "", now + HOUR)])
    assert [deed.value for deed in team_store.deeds(["assign"])] == ["bo", ""]
    assert [deed.value for deed in team_store.deeds(since=now + HOUR)] == [""]
    assert team_store.deeds(["share"]) == []
    assert len(team_store.deeds(subjects=[one])) == 2


def test_recording_what_came_back_in_turn_puts_everything_back(team_store: Store, now: datetime, one: str) -> None:
    team_store.record([Deed("stage", "acme", "ann", "pricing", now, one)])
    undo = team_store.record([Deed("stage", "acme", "bo", "closing", now), Deed("stage", "acme", "bo", "", now)])
    assert not team_store.standing("stage")
    team_store.record(list(reversed(undo)))
    deed = team_store.standing("stage")["acme"].deed
    assert (deed.value, deed.cites) == ("pricing", one)


def test_personal_deeds_hold_for_their_rep_alone(team_store: Store, now: datetime, one: str) -> None:
    team_store.record([Deed("pin", one, "bo", "yes", now), Deed("view", "morning", "bo", "is:new", now)])
    assert not team_store.standing("pin", rep="ann")
    assert list(team_store.standing("pin", rep="bo")) == [one]
    assert ids(team_store, marks=("pinned",)) == []
    team_store.record([Deed("pin", one, "ann", "yes", now)])
    assert ids(team_store, marks=("pinned",)) == [one]


def test_queries_ask_for_marks_and_owners(team_store: Store, now: datetime) -> None:
    a, b, c = ids(team_store)
    team_store.record([Deed("share", a, "bo", "yes", now), Deed("answer", a, "bo", "yes", now)])
    team_store.record([Deed("share", b, "bo", "yes", now), Deed("assign", b, "bo", "ann", now)])
    team_store.record([Deed("assign", c, "bo", "cy", now)])
    assert ids(team_store, marks=("shared",)) == [a, b]
    assert ids(team_store, marks=("shared", "answered")) == [a]
    assert ids(team_store, marks=("owned",)) == [b, c]
    assert ids(team_store, owner="ann") == [b]
    team_store.add_note(Note("n1", c, "bo", "secret", now))
    assert ids(team_store, marks=("noted",)) == []
    team_store.add_note(Note("n1", c, "bo", "secret", now, "shared"))
    assert ids(team_store, marks=("noted",)) == [c]


def test_notes_on_prospects_and_their_items_are_read_together(
    team_store: Store, now: datetime, make_item: MakeItem
) -> None:
    match = Match("acme", "name", Evidence("title", "Acme", 0, 4), 0.9, True)
    item = make_item(9, matches=(match,))
    team_store.apply([Batch("wire", "w", FetchState(status="ok"), (item,))], now)
    team_store.add_note(Note("p", "", "ann", "on acme", now, prospect="acme"))
    team_store.add_note(Note("i", item.id, "ann", "on its item", now + HOUR))
    team_store.add_note(Note("o", "", "bo", "private", now, prospect="acme"))
    team_store.add_note(Note("r", "", "ann", "gone", now, "removed", prospect="acme"))
    assert [note.text for note in team_store.prospect_notes("acme", "ann")] == ["on acme", "on its item"]
    assert team_store.prospect_notes("acme", "ann")[0].prospect == "acme"
    with pytest.raises(StoreError):
        team_store.add_note(Note("x", "", "ann", "on nothing", now))


def test_what_a_team_touched_is_never_pruned(team_store: Store, now: datetime) -> None:
    a, b, c = ids(team_store)
    team_store.record([Deed("pin", a, "ann", "yes", now), Deed("stage", "acme", "ann", "pricing", now, b)])
    assert team_store.prune(now + timedelta(days=900)) == 1
    assert ids(team_store) == [a, b]
    assert c not in ids(team_store)


def test_a_database_of_the_first_schema_keeps_its_notes(tmp_path: Path, now: datetime, make_item: MakeItem) -> None:
    from aggregator.store.sqlite import schema

    path, steps = tmp_path / "old.db", schema.STEPS
    schema.STEPS = steps[:1]
    try:
        old = open_store(path)
        old.sync_sources([Source("wire", "https://wire.test/feed")], now)
        item = make_item(1)
        old.apply([Batch("wire", "w", FetchState(status="ok"), (item,))], now)
        old.close()
    finally:
        schema.STEPS = steps
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO notes SELECT 'n', n, 'ann', 'kept', 0, 'private' FROM items")
    new = open_store(path)
    assert [note.text for note in new.notes(item.id, "ann")] == ["kept"]
    new.close()
