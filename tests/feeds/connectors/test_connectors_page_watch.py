"""Watched pages: what counts as their text, what a change looks like, what is remembered."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.connectors import page_watch
from feeds.connectors.page_text import MAX_PASSAGES, page_text
from feeds.connectors.page_watch import MEMORY, recalled, remembered
from feeds.errors import ReadError
from feeds.model import Page, Response, Source
from feeds.text import html_to_text
from tests.apis import NOW, Told, ask, serving

HEAD = "<html><head><title>Acme &ndash; Suppliers</title><style>p{}</style></head><body><nav><a>Home</a></nav>"
FOOT = "<footer>Copyright 2026</footer><script>var a = '<p>no</p>'</script></body></html>"


def page(*passages: str) -> bytes:
    return (HEAD + "<main>" + "".join(f"<p>{each}</p>" for each in passages) + "</main>" + FOOT).encode()


def read(body: bytes, cursor: str = "", **options: Any) -> Page[Any]:
    source = Source("p", "https://acme.example/suppliers", kind="page_watch", options=options)
    headers = {"content-type": "text/html; charset=utf-8"}
    return page_watch.read(source, Response(source.url, 200, headers, body, NOW, cursor=cursor))


BEFORE = page("We buy pumps in spring.", "Ask Jo in Leeds.", "Our terms are fair.")


def test_the_first_reading_is_a_baseline_and_the_same_page_is_no_news() -> None:
    first = read(BEFORE)
    assert (first.entries, first.info.title) == ((), "Acme – Suppliers")
    assert read(BEFORE, first.cursor).entries == ()


def test_a_change_shows_what_came_and_what_went() -> None:
    after = read(page("We buy pumps in spring.", "Ask Kim in York.", "A tender opens in May.", "Our terms are fair."),
                 read(BEFORE).cursor)  # fmt: skip
    (entry,) = after.entries
    assert entry.title == "Acme – Suppliers changed: Ask Kim in York."
    assert html_to_text(entry.content) == (
        "Added:\n\n• Ask Kim in York.\n• A tender opens in May.\n\nRemoved:\n\n• Ask Jo in Leeds."
    )
    assert (entry.published, entry.link) == (NOW, "https://acme.example/suppliers")
    assert entry.fields == {"change": "changed", "added": 2, "removed": 1}
    assert read(page("We buy pumps in spring."), after.cursor).entries[0].id != entry.id


def test_order_markup_menus_counts_and_capitals_are_no_change() -> None:
    same = (
        HEAD.replace("Home", "News")
        + "<main id=x><div class='new'>Our <b>terms</b> are fair.</div><ul><li>ASK JO in Leeds.</ul>"
        + "<!-- <p>never</p> --><p>We buy&nbsp;pumps<br>\n</p><p>in spring.</p><p>12:31</p><p>4,711</p>"
        + "<form><p>Your mail</p></form><div hidden>gone</div><div aria-hidden='true'>gone</div></main>"
        + FOOT.replace("2026", "2027")
    )
    entries = read(same.encode(), read(BEFORE).cursor).entries
    assert [entry.fields["added"] for entry in entries] == [2]
    assert "gone" not in entries[0].content
    whole = same.replace("<br>\n</p><p>", " ")
    assert read(whole.encode(), read(BEFORE).cursor).entries == ()


def test_a_page_written_anew_is_told_as_that() -> None:
    entry = read(page("All new.", "Nothing as it was.", "Really nothing."), read(BEFORE).cursor).entries[0]
    assert entry.fields["change"] == "rewritten"


def test_a_section_is_watched_alone_and_words_can_be_ignored() -> None:
    body = (
        HEAD + "<div id='a'><p>First one</p></div><div id='b'><div>Second one</div><p>Updated today</p></div>"
    ).encode()
    assert page_text(body.decode(), "b").passages == ["Second one", "Updated today"]
    first = read(body, section="b", ignore=["updated"])
    assert recalled(first.cursor) is not None
    assert list((recalled(first.cursor) or {}).values()) == ["Second one"]
    later = body.replace(b"Updated today", b"Updated now").replace(b"First one", b"Other")
    assert read(later, first.cursor, section="b", ignore=["updated"]).entries == ()


@pytest.mark.parametrize("body", [b"<html><body><script>x</script></body></html>", b"<p>12:00</p>", b"   "])
def test_a_page_without_text_is_a_failure_that_keeps_the_memory(body: bytes) -> None:
    with pytest.raises(ReadError, match="no text"):
        read(body, read(BEFORE).cursor)


def test_what_is_no_page_is_a_failure() -> None:
    source = Source("p", "https://acme.example/x", kind="page_watch")
    with pytest.raises(ReadError, match="application/pdf"):
        page_watch.read(source, Response(source.url, 200, {"content-type": "application/pdf"}, b"%PDF", NOW))


def test_what_is_remembered_is_bounded_and_whole() -> None:
    for count, words in ((10, 200), (300, 200), (MAX_PASSAGES, 200), (5_000, 5)):
        passages = [f"passage {number} " + "wörd " * words for number in range(count)]
        first = read(page(*passages))
        assert len(first.cursor) <= MEMORY
        assert len(recalled(first.cursor) or {}) == min(count, MAX_PASSAGES)
        assert read(page(*passages), first.cursor).entries == ()


def test_a_memory_from_elsewhere_is_a_baseline_again() -> None:
    for cursor in ("rubbish", "[1]", "{}", "[" * 5_000):
        assert read(BEFORE, cursor).entries == ()


def test_over_the_wire_a_change_is_one_item() -> None:
    after = page("We buy pumps in autumn.", "Ask Jo in Leeds.", "Our terms are fair.")
    headers = {"Content-Type": "text/html"}
    with serving(Told(BEFORE, headers=headers), Told(BEFORE, headers=headers), Told(after, headers=headers)) as api:
        source = Source("p", f"{api.base}/s", kind="page_watch", allow_private=("127.0.0.1",))
        polled = ask(source)
        outcomes = [(polled.outcome, len(polled.entries))]
        for _ in range(3):
            polled = ask(source, polled.state)
            outcomes.append((polled.outcome, len(polled.entries)))
    assert outcomes == [("changed", 0), ("unchanged", 0), ("changed", 1), ("unchanged", 0)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    "<p>", "</p>", "<main>", "</main>", "<nav", ">", "<", "</", "<!--", "-->", "<script>", "</script>", "words here",
    "&#0;", "\x1b]0;x\x07", "<div id='b' hidden", "'", '"', "<br/>", "<title>", "é", "\n", "=", "<svg>",
]), max_size=60).map("".join))  # fmt: skip
def test_any_markup_is_read_or_refused(markup: str) -> None:
    for passage in page_text(markup).passages:
        assert "\x1b" not in passage
    with contextlib.suppress(ReadError):
        read(markup.encode(), remembered({"00000000": "x"}))


@pytest.mark.parametrize(
    "monster", ["<div>" * 300_000, "<" * 500_000, "<a " * 200_000, "<!--" * 200_000, "<div id='" * 90_000]
)
def test_monstrous_markup_ends_soon(monster: str) -> None:
    """In the time that the suite has; quadratic work would take minutes."""
    page_text(monster + "<p>An end with words</p>")
