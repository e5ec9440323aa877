"""Links: absolute, ASCII, of three schemes; or nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import one_line, safe_link

BASE = "https://example.com/blog/feed.xml"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("  https://example.com/a b\n", "https://example.com/a%20b"),
        ("post/1", "https://example.com/blog/post/1"),
        ("/post/1", "https://example.com/post/1"),
        ("//cdn.example.com/x", "https://cdn.example.com/x"),
        ("www.example.com/x", "http://www.example.com/x"),
        ("https://bücher.example/é?q=ü", "https://xn--bcher-kva.example/é?q=ü"),
        ("http://example.com/%C3%A9?a=1&amp;b=2", "http://example.com/%C3%A9?a=1&b=2"),
        ("http://user:secret@example.com:8080/x", "http://example.com:8080/x"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        ("mailto:sales@example.com?subject=Hi there", "mailto:sales@example.com?subject=Hi%20there"),
        ("https://example.com/\x1b]0;x\x07", "https://example.com/%1B]0;x"),
        ("https://example.com/\u202egpj.exe", "https://example.com/%E2%80%AEgpj.exe"),
        ("java\nscript:alert(1)", ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("\x0ejavascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://a\\b.example/", ""),
        ("http://exa mple.com/", ""),
        ("", ""),
        ("https://example.com/" + "x" * 10_000, ""),
    ],
)
def test_links(url: str, expected: str) -> None:
    assert safe_link(url, BASE) == expected


def test_relative_links_need_a_base() -> None:
    assert safe_link("post/1") == ""
    assert safe_link("//example.com/x") == "https://example.com/x"


def test_a_password_in_the_base_stays_behind() -> None:
    assert safe_link("post", "https://me:secret@example.com/feed") == "https://example.com/post"


@given(st.text(max_size=50), st.sampled_from(["", BASE, "nonsense", "http://[bad"]))
def test_a_link_is_printable_and_of_a_known_scheme_or_nothing(url: str, base: str) -> None:
    made = safe_link(url, base)
    assert one_line(made) == made
    assert made.isprintable()
    assert " " not in made
    assert not made or urlsplit(made).scheme in ("http", "https", "mailto")


@given(st.text("htps:/.@[]%?#&=ab \\\u00e9\t", max_size=30))
def test_a_safe_link_stays_as_it_is(rest: str) -> None:
    made = safe_link("http://example.com/" + rest)
    assert safe_link(made) == made
