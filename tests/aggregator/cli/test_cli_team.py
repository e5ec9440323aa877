"""Notes, shares, owners and views as reps use them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.command import Leadline
from tests.servers import Server, item, rss


@pytest.fixture
def two(desk: Leadline, web: Server) -> list[str]:
    """Ids of two items that a poll brought; ann is the rep."""
    date = format_datetime(datetime.now(UTC) - timedelta(hours=2))
    titles = ("Acme to acquire Beta Mills for $240 million", "Acme opens a plant in Ohio")
    desk.configure(web.serve("/f", rss(*(item(t, guid=t, date=date) for t in titles))), more='rep = "ann"')
    desk("poll")
    return [each["id"] for each in desk.json("items")]


def test_a_note_is_private_until_released(desk: Leadline, two: list[str]) -> None:
    desk("note", two[0], "Ask \x1b]0;pwned\x07Jo")
    note = desk.json("note", two[0])[0]
    assert (note["text"], note["rep"], note["visibility"]) == ("Ask Jo", "ann", "private")
    desk.config.write_text(desk.config.read_text().replace('"ann"', '"bo"'))
    assert desk.json("note", two[0]) == []
    desk.config.write_text(desk.config.read_text().replace('"bo"', '"ann"'))
    assert desk.json("note", two[0], "--release", note["id"][:6])[0]["visibility"] == "shared"
    desk.config.write_text(desk.config.read_text().replace('"ann"', '"bo"'))
    assert [each["text"] for each in desk.json("note", two[0])] == ["Ask Jo"]
    assert "only who wrote it" in _errors(desk, "note", two[0], "--remove", note["id"])


def test_a_note_on_a_prospect(desk: Leadline, two: list[str]) -> None:
    desk("note", "--prospect", "acme-corporation", "Calls before nine")
    desk("note", two[0], "On an item")
    assert [n["text"] for n in desk.json("note", "--prospect", "acme-corporation")] == [
        "Calls before nine",
        "On an item",
    ]
    assert "no prospect" in _errors(desk, "note", "--prospect", "acne", "x")
    desk("note", code=2)


def test_share_assign_pin_and_answer_are_found_by_queries_and_taken_back(desk: Leadline, two: list[str]) -> None:
    a, b = two
    assert desk.json("share", a, "--words", "look")[0]["changed"] is True
    assert desk.json("share", a, "--words", "look")[0]["changed"] is False
    desk("assign", a, b)
    desk("assign", b, "--to", "bo")
    desk("pin", b)
    desk("answered", b)
    found = {query: [each["id"] for each in desk.json("items", query)] for query in (
        "is:shared", "owner:me", "owner:bo", "is:pinned", "is:answered", "is:noted")}  # fmt: skip
    assert found == {
        "is:shared": [a], "owner:me": [a], "owner:bo": [b], "is:pinned": [b], "is:answered": [b], "is:noted": [],
    }  # fmt: skip
    desk("share", a, "--undo")
    desk("assign", b, "--nobody")
    assert desk.json("items", "is:shared") == []
    assert desk.json("items", "owner:bo") == []


def test_thanks_go_to_who_shared(desk: Leadline, two: list[str]) -> None:
    assert "nobody shared" in _errors(desk, "thank", two[0])
    desk("share", two[0])
    assert desk.json("thank", two[0], "--words", "it won us the meeting")[0]["changed"] is True


def test_a_view_is_saved_used_and_removed(desk: Leadline, two: list[str]) -> None:
    desk("views", "--save", "plants", "plant")
    assert desk.json("views") == [{"name": "plants", "query": "plant", "origin": "own"}]
    assert desk.titles("@plants") == ["Acme opens a plant in Ohio"]
    assert desk.titles("@plants zebra") == []
    assert "did you mean 'plants'?" in _errors(desk, "items", "@plant")
    assert "unknown" in _errors(desk, "views", "--save", "bad", "type:nonsense")
    desk("views", "--remove", "plants")
    assert desk.json("views") == []


def _errors(desk: Leadline, *arguments: str) -> str:
    desk(*arguments, code=1)
    return desk.errors
