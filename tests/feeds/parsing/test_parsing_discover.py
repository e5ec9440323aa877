"""Web pages: told from feeds, and searched for them."""

from __future__ import annotations

import pytest

from feeds.errors import ReadError
from feeds.parsing import parse
from feeds.parsing.discover import MAX_FEEDS, feed_links, is_web_page

PAGE = """<!DOCTYPE html><html><head><title>News</title>
<link rel="stylesheet" href="/x.css"><link rel='alternate' type='text/html' hreflang=de href='/de'>
<link rel="Alternate home" type="application/rss+xml; charset=utf-8" href="/rss?a=1&amp;b=2">
<link type="application/atom+xml" rel=alternate href=feed.atom>
<link rel="alternate" type="application/feed+json" href="https://cdn.example.com/feed.json">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body><a href="/blog/feed/">Feed</a> <a href="/rss?a=1&b=2">again</a> <a href="/feedback">no</a>
<a href='/news.rss'>RSS</a></body></html>"""


def test_links_of_a_page() -> None:
    assert feed_links(PAGE, "https://example.com/news/index.html") == (
        "https://example.com/rss?a=1&b=2",
        "https://example.com/news/feed.atom",
        "https://cdn.example.com/feed.json",
        "https://example.com/blog/feed/",
        "https://example.com/news.rss",
    )


def test_base_element_counts() -> None:
    page = '<html><base href="https://example.org/x/"><link rel="feed" href="rss.xml">'
    assert feed_links(page, "https://example.com/") == ("https://example.org/x/rss.xml",)


def test_only_so_many() -> None:
    page = "".join(f'<a href="https://example.com/{n}/feed">f</a>' for n in range(100))
    assert len(feed_links(page)) == MAX_FEEDS


@pytest.mark.parametrize("soup", ["<a " * 100_000, "<link rel='" * 50_000, "<a href=" + " " * 200_000, "<!--" * 50_000])
def test_soup(soup: str) -> None:
    assert feed_links(soup) == ()
    assert is_web_page(soup) is False


@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        "<html><body>x</body></html>",
        " \n<!-- a comment --><!-- another --><HTML>",
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>',
        "<head><title>x</title></head>",
    ],
)
def test_a_page_is_no_feed(page: str) -> None:
    with pytest.raises(ReadError, match="web page"):
        parse(page.encode())


def test_the_error_names_the_feeds() -> None:
    with pytest.raises(ReadError) as caught:
        parse(PAGE.encode(), "https://example.com/")
    assert caught.value.feeds[0] == "https://example.com/rss?a=1&b=2"
    assert caught.value.hint


def test_a_feed_wrapped_in_a_page_is_read() -> None:
    page = parse(
        b'<html><body><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id></entry></feed></body></html>'
    )
    assert [entry.id for entry in page.entries] == ["1"]
    assert page.problems
