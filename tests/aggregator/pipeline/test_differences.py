"""Word-level differences of two texts, and the edits of an item."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Version
from aggregator.pipeline.differences import ADDED, MAX_WORDS, REMOVED, SAME, differences, in_short, is_changed, marked
from aggregator.pipeline.edits import edits
from tests.samples import NOW, an_item

WORDS = st.lists(st.sampled_from("a b deadline 12,5 . , – \n ä 東京 [- {+".split(" ")), max_size=40).map(" ".join)


def test_what_changed_is_marked_without_colour() -> None:
    pieces = differences("Bids are due on 3 December 2026 at noon.", "Bids are due on 17 December 2026, at noon sharp.")

    assert marked(pieces) == "Bids are due on [-3-]{+17+} December 2026{+,+} at noon{+ sharp+}."
    assert is_changed(pieces)
    assert not is_changed(differences("a  b", "a b"))


@given(WORDS | st.text(max_size=200), WORDS | st.text(max_size=200))
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    """Nothing is lost, whatever the texts; no piece is empty, no two neighbours of one kind."""
    pieces = differences(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after
    assert all(piece.text for piece in pieces)
    assert all(left.kind != right.kind for left, right in pairwise(pieces))
    assert not is_changed(differences(before, before))


def test_a_huge_text_is_compared_in_bounds() -> None:
    """What both begin and end with is found at any size; a middle too large counts as exchanged whole."""
    middle, other = "x y " * MAX_WORDS, "y z " * MAX_WORDS
    pieces = differences(f"Start {middle} end", f"Start {other} end")

    assert [piece.kind for piece in pieces][-3:] == [REMOVED, ADDED, SAME]
    assert len(pieces) <= 4


def test_in_short_only_the_surroundings_stay() -> None:
    text = "word " * 200
    short = in_short(differences(f"{text}old {text}", f"{text}new {text}"))

    assert [piece.text for piece in short if piece.kind != SAME] == ["old", "new"]
    assert sum(len(piece.text) for piece in short) < 200
    assert " … " in short[0].text


def test_each_edit_stands_against_what_took_its_place() -> None:
    """The latest first, with the fields that changed."""
    item = an_item("Third title", text="Body now", fields={"status": "closed", "views": 3})
    versions = [
        Version(item.id, NOW - timedelta(hours=1), "Second title", "Body now", {"status": "open", "views": 3}),
        Version(item.id, NOW - timedelta(hours=2), "Second title", "Body then", {"status": "open"}),
    ]
    last, first = edits(item, versions)

    assert (marked(last.title), last.text, last.fields) == (
        "[-Second-]{+Third+} title",
        (),
        (("status", "open", "closed"),),
    )
    assert (first.title, marked(first.text), first.fields) == ((), "Body [-then-]{+now+}", (("views", "", "3"),))
    assert [each.at for each in (last, first)] == [version.replaced_at for version in versions]
