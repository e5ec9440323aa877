"""Links of documents whose own address is not known, and letters of other scripts in links."""

from __future__ import annotations

import pytest

from feeds.parsing import parse
from feeds.text import relative_link, safe_link


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("/news/1", "/news/1"),
        ("a b", "a%20b"),
        ("?id=3#x", "?id=3#x"),
        ("javascript:alert(1)", ""),
        ("//host.example/x", ""),
        ("https://host.example/x", ""),
        ("/\x1b[31m", "/%1B[31m"),
    ],
)
def test_relative_link(written: str, kept: str) -> None:
    """A scheme or a host makes it no relative link; whatever a terminal acts on is encoded."""
    assert relative_link(written) == kept


def test_letters_of_other_scripts_stay_as_written() -> None:
    """But nothing that no eye can see, and the host is what a resolver takes."""
    assert safe_link("https://bücher.example/记事’s\u202e?q=é") == "https://xn--bcher-kva.example/记事’s%E2%80%AE?q=é"


def test_a_document_without_an_address_keeps_relative_links() -> None:
    """They are made absolute as soon as an address is known."""
    feed = b'<rss version="2.0"><channel><title>t</title><item><title>a</title><link>/x</link></item></channel></rss>'

    assert [parse(feed).entries[0].link, parse(feed, "https://a.example/f").entries[0].link] == [
        "/x",
        "https://a.example/x",
    ]
