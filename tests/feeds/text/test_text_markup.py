"""HTML to text: what a reader would see, whatever the markup tries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text import html_to_text, title_text
from feeds.text.markup import Stripper, simply_stripped

PIECES = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "<!--",
            "-->",
            "<p>",
            "</p>",
            "<script>",
            "</script>",
            "&",
            "#",
            "27;",
            "&#27;",
            "&amp;",
            "amp;",
            "&#x9b;",
            "&lt;",
            "&#8238;",
            "<a href='",
            '"',
            "=",
            "x",
            " ",
            "\n",
            "<br>",
            "<li>",
            "\x1b",
            "<style>",
            "/",
        ]
    ),
    max_size=40,
).map("".join)

SOUP = {
    "angle": "<" * 100_000,
    "comments": "<!--" * 50_000,
    "cdata": "<![CDATA[" * 50_000,
    "references": "&#" * 100_000,
    "ampersands": "&amp;" * 100_000,
    "quotes": "<a href='" * 20_000,
    "attributes": "<a x=" * 60_000,
    "spaces": "<a " + " = " * 100_000,
    "letters": "<" + "a" * 200_000,
    "styles": "<style>" * 20_000,
    "scripts": "<script></script>" * 20_000,
    "deep": "<div>" * 100_000,
    "closing": "</" * 100_000,
    "digits": "&#" + "9" * 10_000 + ";",
    "dropped": "<svg>" * 50_000 + "</svg",
}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("plain text\non two lines", "plain text\non two lines"),
        ("<p>One\n two</p><p>three</p>", "One two\n\nthree"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul>after", "• a\n• b\n\nafter"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("x<script>alert(1)</script>y<style>p{}</style>z", "x y z"),
        ("a <!-- hidden --> b", "a b"),
        ("caf&eacute; &amp; bar &#8212; &#x2014;", "café & bar — —"),
        ("&lt;p&gt;escaped &amp;amp; twice&lt;/p&gt;", "escaped & twice"),
        ("&amp;lt;b&amp;gt;three&amp;lt;/b&amp;gt; times", "three times"),
        ("bell &#7; esc &#27;[31m &amp;#27; &amp;amp;#x7f; end", "bell esc end"),
        ('<img alt="a > b">seen', "seen"),
        ("3 < 4 and a<b", "3 < 4 and a<b"),
        ("<scr<script>ipt>alert(1)</scr</script>ipt>", ""),
        ("<p>unclosed <b", "unclosed <b"),
        ("&#99999999999999999999;", "\ufffd"),
    ],
)
def test_html_to_text(markup: str, expected: str) -> None:
    assert html_to_text(markup) == expected


def test_text_is_cut_after_decoding() -> None:
    assert html_to_text("<p>" + "&amp;" * 50, 10) == "&" * 9 + "…"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Cuts &amp; <b>bold</b>\n moves", "Cuts & bold moves"),
        ("Vec<String> or List<T>", "Vec<String> or List<T>"),
        ("x <i onclick=evil()>y</i> <x onclick=evil()>z", "x y z"),
        ("AT&amp;amp;T", "AT&T"),
        ("a\u202e&#27;&amp;#x7f;b", "ab"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_titles(markup: str, expected: str) -> None:
    assert title_text(markup) == expected


def test_long_title_is_cut() -> None:
    assert title_text("word " * 2000, 100).endswith("…")
    assert len(title_text("x" * 10_000, 100)) == 100


@pytest.mark.parametrize("soup", SOUP.values(), ids=SOUP)
def test_soup_comes_out_clean(soup: str) -> None:
    for made in (html_to_text(soup, 1000), title_text(soup, 1000)):
        assert len(made) <= 1000


@given(PIECES)
def test_no_escaping_brings_a_control_through(markup: str) -> None:
    for made in (html_to_text(markup), title_text(markup)):
        assert not set(made) & set("\x1b\x9b\x07\u202e\x00")


SIMPLE = st.lists(
    st.sampled_from(
        [
            *"<p> </p> <br> <BR/> <li> </li> <td> <b> </b> <hr/> </div> <pre> </pre> <script> <a:b> <unknown>".split(),
            *("<div class='a'>", '<a href="x?a=1" id=b>', "<img alt = 'x'>", '<q x=="y">', "<i a='>'>", "<!-- -->"),
            *("a", "b c", " ", "  ", "\n", "\t", "\xa0", "•", "=", '"', "&lt;", ">", "<"),
        ]
    ),
    max_size=30,
).map("".join)


@given(SIMPLE | PIECES)
def test_the_quick_way_agrees_with_the_stripper(markup: str) -> None:
    for keep_lines in (False, True):
        assert simply_stripped(markup, keep_lines=keep_lines) in (None, Stripper(markup, keep_lines=keep_lines).text())


def test_usual_markup_goes_the_quick_way() -> None:
    markup = (
        "<div class='a'><P>One <a href=\"https://example.com/?a=1&amp;b\">two</a></P>\n<ul><li>x</li></ul><hr /></div>"
    )

    assert simply_stripped(markup) is not None
    assert simply_stripped("<p>a<script>b</script>") is None
