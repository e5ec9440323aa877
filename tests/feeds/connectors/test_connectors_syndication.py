"""The connector for feeds."""

from __future__ import annotations

import pytest

from feeds.connectors import syndication
from feeds.errors import ReadError
from feeds.model import Response, Source

SOURCE = Source("s", "https://example.com/feed")


def test_links_and_charset_come_from_the_answer() -> None:
    body = "<rss><channel><item><title>é</title><link>post</link></item></channel></rss>".encode("cp1252")
    headers = {"content-type": "application/rss+xml; charset=windows-1252"}
    page = syndication.read(SOURCE, Response("https://cdn.example.com/a/feed", 200, headers, body))
    assert (page.entries[0].title, page.entries[0].link) == ("é", "https://cdn.example.com/a/post")


def test_a_web_page_is_told_with_its_feeds() -> None:
    body = b'<html><link rel="alternate" type="application/rss+xml" href="/rss"></html>'
    with pytest.raises(ReadError) as caught:
        syndication.read(SOURCE, Response("https://example.com/", 200, {}, body))
    assert caught.value.feeds == ("https://example.com/rss",)
