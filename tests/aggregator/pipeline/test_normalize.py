"""Entries made clean, bounded and keyed."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.pipeline import normalize
from feeds.model import Entry
from feeds.text import clean
from tests.samples import NOW


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (Entry(title="  Acme\n wins\x1b[2J "), "Acme wins"),
        (Entry(summary="<p>Only <b>text</b></p>"), "Only text"),
        (Entry(), "(untitled)"),
        (Entry(title="\u200b\u202e"), "(untitled)"),
    ],
)
def test_titles(entry: Entry, title: str) -> None:
    assert normalize.title_of(entry) == title


def test_lengths_are_bounded() -> None:
    entry = Entry(title="x" * 10_000, content="<p>y</p>" * 100_000)

    assert len(normalize.title_of(entry)) <= normalize.MAX_TITLE
    assert len(normalize.text_of(entry)) <= normalize.MAX_TEXT


def test_the_longer_of_content_and_summary_is_the_text() -> None:
    assert normalize.text_of(Entry(content="<p>long text</p>", summary="short")) == "long text"
    assert normalize.text_of(Entry(content="<img src=x>", summary="words")) == "words"


@pytest.mark.parametrize(
    ("link", "bare"),
    [
        ("https://a.example/x?utm_source=y&id=3&fbclid=z#top", "https://a.example/x?id=3#top"),
        ("https://a.example/x?utm_source=y", "https://a.example/x"),
        ("https://a.example/x?a=1&&b=%20+", "https://a.example/x?a=1&&b=%20+"),
        ("", ""),
    ],
)
def test_tracking_is_left_out_and_the_rest_stays_byte_for_byte(link: str, bare: str) -> None:
    assert normalize.without_tracking(link) == bare


def test_links_that_lead_to_the_same_place_count_as_one() -> None:
    ways = ["https://www.A.example/x/", "http://a.example/x?utm_medium=m", "https://a.example/x#part"]

    assert len({normalize.canonical_link(way) for way in ways}) == 1
    assert normalize.canonical_link("https://a.example/X") != normalize.canonical_link("https://a.example/x")
    assert normalize.canonical_link("http://[bad") == "http://[bad"


@pytest.mark.parametrize(
    ("year", "kept"), [(1, False), (1970, False), (1971, True), (2026, True), (2027, True), (2099, False)]
)
def test_dates_that_cannot_be_meant_are_dropped(year: int, kept: bool) -> None:
    moment = datetime(year, 1, 1, tzinfo=NOW.tzinfo)

    assert normalize.moment(moment, NOW) == (moment if kept else None)


def test_an_edit_is_what_a_reader_would_see() -> None:
    before = normalize.content_hash("Acme wins", "Text  here", "https://a.example/?utm_source=x")

    assert before == normalize.content_hash("ACME WINS", "text here", "https://a.example/")
    assert before != normalize.content_hash("Acme wins", "Text there", "https://a.example/")


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=10) | st.just(timedelta(1)) | st.just(NOW),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(_JSON)
def test_any_field_is_made_safe_to_show(value: object) -> None:
    """Also a second time: cleaning what is clean changes nothing."""
    cleaned = normalize.clean_field(value)

    assert "\\x1b" not in repr(cleaned)
    assert repr(normalize.clean_field(cleaned)) == repr(cleaned)


def test_deep_and_wide_fields_are_bounded() -> None:
    deep: object = "x"
    for _ in range(50):
        deep = [deep]

    assert len(str(normalize.clean_field(deep))) < 2500
    assert len(normalize.clean_field(list(range(1000)))) == 100


@given(st.text(st.characters() | st.sampled_from("ab \n\xa0é½…"), max_size=40))
def test_the_hash_of_clean_text_leaves_out_all_white_space(text: str) -> None:
    kept = clean(text)

    assert normalize.content_hash("t", kept, "") == normalize.content_hash("t", " ".join(kept.split()), "")
    assert normalize.content_hash("t", text, "") == normalize.content_hash("t", " ".join(text.split()), "")


@given(st.text("aWw.-9/_~:@?#%", max_size=20))
@settings(max_examples=400)
def test_a_plain_link_is_folded_like_any_other(rest: str) -> None:
    """The quick way gives what taking a link apart gives."""
    link = f"https://{rest}"
    parts = urlsplit(normalize.without_tracking(link))
    host = parts.netloc.lower().removeprefix("www.")
    assert normalize.canonical_link(link) == urlunsplit(("", host, parts.path.rstrip("/"), parts.query, ""))
