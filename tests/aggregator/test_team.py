"""A rep's ledger: what changes can be undone, stages move prospects, packs' views stand behind his own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from aggregator.errors import LeadlineError
from aggregator.model import Prospect
from aggregator.store import Store, open_store
from aggregator.team import Team, View

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
ACME = Prospect("acme", "Acme")


@pytest.fixture
def ledger() -> Iterator[Store]:
    opened = open_store(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def ann(ledger: Store) -> Team:
    return Team(ledger, "ann", lambda: NOW, ["acme"], lambda: [View("morning", "is:new", "desk-pack")])


def test_bulk_changes_are_undone_and_done_again(ann: Team) -> None:
    ann.assign(["a"], "bo")
    undo = ann.assign(["a", "b", "c"], "ann")
    redo = ann.undo(undo)
    assert ann.owners() == {"a": "bo"}
    ann.undo(redo)
    assert ann.owners() == {"a": "ann", "b": "ann", "c": "ann"}


def test_a_prospect_stands_where_it_was_moved_to(ann: Team) -> None:
    undo = ann.move_stage("acme", "pricing", cites="item")
    assert ann.moved([ACME]) == [replace(ACME, stage="pricing")]
    ann.undo(undo)
    assert ann.moved([ACME]) == [ACME]
    for prospect, stage in (("acme", "pricng"), ("acne", "pricing")):
        with pytest.raises(LeadlineError) as caught:
            ann.move_stage(prospect, stage)
        assert "did you mean" in caught.value.hint


def test_an_own_view_stands_for_a_packs(ann: Team) -> None:
    assert [view.origin for view in ann.views()] == ["desk-pack"]
    ann.save_view("morning", "is:new score>50")
    assert ann.views() == [View("morning", "is:new score>50")]
    ann.remove_view("morning")
    assert [view.origin for view in ann.views()] == ["desk-pack"]
    with pytest.raises(LeadlineError):
        ann.remove_view("morning")


def test_an_empty_or_endless_note_is_refused(ann: Team) -> None:
    for text in ("", " \x1b ", "x" * 20_001):
        with pytest.raises(LeadlineError):
            ann.add_note(text, prospect="acme")
