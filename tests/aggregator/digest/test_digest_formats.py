"""Every format of a digest: complete, and harmless whatever a feed says."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from aggregator.digest import FORMATS, render, to_markdown, to_text
from aggregator.digest.build import Digest, build
from aggregator.model import Item, Prospect
from tests.samples import NOW, a_match, a_status, a_tag, an_item

ACME = Prospect("acme", "Acme [Nord] *Öl*", stage="qualifying")
STATUSES = (a_status(name="The Wire"), a_status("b", "failed", reason="timeout"), a_status("c", "new"))
HOSTILE = st.text(
    st.one_of(st.sampled_from("[]()<>*_`#|~&\\!\n\t\x1b\x9b\u202e\u2066\x07"), st.characters(codec="utf-8")),
    max_size=40,
)
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def digest(*items: Item) -> Digest:
    return build(items, [ACME], STATUSES, now=NOW, since=NOW - timedelta(days=1))


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_each_format_tells_everything(form: str) -> None:
    item = an_item("Acme acquires Beta", link="https://wire.example/1")

    written = render(digest(item), form)

    for part in ("Acme acquires Beta", "The Wire", "https://wire.example/1", "acquires", "timeout", "1 of 3"):
        assert part in written or (form == "json" and part == "1 of 3")
    assert ("Business strategy" in written) or form == "json"


def test_text_has_no_blanks_at_line_ends_and_fits_its_width() -> None:
    written = to_text.render(digest(*(an_item(f"Acme acquires {'very ' * n} long names", f"s{n}") for n in range(20))))

    for line in written.splitlines():
        assert line == line.rstrip()
        assert len(line) <= 80 or "https://" in line


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_any_width_will_do(width: int) -> None:
    long = Prospect("acme", "A" * 200)
    items = [an_item("B" * 500, hours=1), an_item("Acme acquires " * 30, "b")]
    built = build(items, [long], STATUSES, now=NOW, since=NOW)

    for line in to_text.render(built, width).splitlines():
        assert len(line) <= width or "https://" in line


def test_what_is_worth_acting_on_stands_whole() -> None:
    item = an_item("Acme [Nord] Öl acquires Beta")
    built = digest(item)
    top = to_text.render(built).split("Worth acting on today")[1].split("qualifying")[0]

    assert "1. Acme [Nord] Öl acquires Beta\n" in top
    assert f"Business strategy · {built.top[0].score.value:.0f} · The Wire · 1 hour ago · {item.id[:8]}" in top
    assert "why: business strategy: “acquires” in the title; names “Acme”" in top
    assert item.link in top


def test_colour_on_a_terminal_only() -> None:
    screen = StringIO()
    Console(file=screen, force_terminal=True, width=80, no_color=False, _environ={"TERM": "xterm-256color"}).print(
        to_text.draw(digest(an_item()))
    )

    assert "\x1b[" in screen.getvalue()
    assert "\x1b" not in to_text.render(digest(an_item()))


def test_internal_items_are_marked() -> None:
    assert "· internal" in to_text.render(digest(an_item(scope="internal")))


@settings(max_examples=40, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_format_can_steer_a_terminal(title: str, words: str, link: str, name: str) -> None:
    """Even where something hostile has got into the database or the config."""
    item = an_item(title, link=link, tags=(a_tag(words=words),), matches=(a_match(),))
    built = build([item], [Prospect("acme", name)], [a_status(name=title, reason=words)], now=NOW, since=NOW)

    for form in FORMATS:
        written = render(built, form)
        assert not CONTROLS.search(written.replace("\r\n", "\n") if form == "ics" else written)
    assert (
        json.loads(render(built, "json"))["prospects"][0]["stories"][0]["title"]
        == title.encode("utf-8", "replace").decode()
    )


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("<script>", "\\<script\\>"),
        ("*a* _b_ `c` ~d~ #e", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\#e"),
        ("a\\", "a\\\\"),
        ("AT&amp;T", "AT\\&amp;T"),
        ("a\n\n# b", "a \\# b"),
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
    ],
)
def test_markdown_shows_text_as_it_is(title: str, written: str) -> None:
    assert to_markdown.escape(title) == written


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("https://a.example/x y>z", "](<https://a.example/x%20y%3Ez>)"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_markdown_links_only_where_one_may_go(link: str, written: str) -> None:
    markdown = to_markdown.render(digest(an_item("Acme acquires", link=link)))

    assert written in markdown
    assert ("](" in markdown) == bool(written)


def test_json_keeps_its_shape() -> None:
    read = json.loads(render(digest(an_item()), "json"))

    assert set(read) == {
        "made_at", "since", "rep", "summary", "stories", "by_type", "top", "prospects", "quiet", "unmatched",
        "doubtful", "coverage", "version", "withheld_internal", "retold", "deadlines", "contract_ends", "changes",
        "shared", "packs", "notices",
    }  # fmt: skip
    [story] = read["prospects"][0]["stories"]
    assert (story["types"], story["scope"], story["published"]) == (["strategy"], "external", "2026-03-02T11:00:00Z")
    assert read["coverage"]["failed"] == [
        {"source": "b", "name": "", "reason": "timeout", "since": "2026-03-02T12:00:00Z"}
    ]
    assert read["coverage"]["not_asked"] == ["c"]
