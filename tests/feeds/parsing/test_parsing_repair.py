"""Broken documents: good entries are kept, and what was wrong is told."""

from __future__ import annotations

import pytest

from feeds.errors import ReadError
from feeds.parsing import parse

HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
ITEM = "<item><title>{0}</title><guid>g{0}</guid><link>https://example.com/{0}</link></item>"
TAIL = "</channel></rss>"
GOOD = HEAD + ITEM.format(1) + ITEM.format(2) + TAIL


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (HEAD + ITEM.format(1) + ITEM.format(2) + "<item><title>cut of", "ends too early"),
        (GOOD.replace("<title>1", "<title>R&D, 1").replace("R&D, 1", "1 & 1"), "&"),
        (GOOD + "<script>spam()</script>", "behind its end"),
        ("Warning: something\n" + GOOD, "before its first tag"),
        (GOOD.replace("<title>1", "<title>\x0b1"), "control characters"),
        (GOOD.replace("<guid>g1", "<dc:creator>A</dc:creator><guid>g1"), "prefixes"),
        (GOOD.replace("</title></channel>", "x").replace("<channel>", "<channel><b>"), "not well-formed"),
    ],
)
def test_entries_survive(document: str, problem: str) -> None:
    page = parse(document.encode())
    assert [entry.id for entry in page.entries] == ["g1", "g2"]
    assert problem in "; ".join(page.problems)


@pytest.mark.parametrize(
    "document",
    [
        "\n\n" + GOOD,
        "\ufeff" + GOOD,
        "<!-- first -->" + GOOD,
        GOOD.replace("<rss ", '<!DOCTYPE rss PUBLIC "x" "http://127.0.0.1:9/x.dtd"><rss '),
        GOOD.replace("<title>1", "<title>&nbsp;1"),
        GOOD.replace("g1", "<![CDATA[g1]]>"),
    ],
)
def test_harmless_faults_are_not_told(document: str) -> None:
    page = parse(document.encode())
    assert [entry.id for entry in page.entries] == ["g1", "g2"]
    assert page.problems == ()


def test_an_atom_feed_cut_off() -> None:
    document = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id></entry><entry><id>2'
    page = parse(document.encode())
    assert [entry.id for entry in page.entries] == ["1"]


def test_an_atom_feed_that_forgot_its_namespace() -> None:
    (entry,) = parse(b'<feed><entry><id>1</id><link href="https://example.com/"/></entry></feed>').entries
    assert (entry.id, entry.link) == ("1", "https://example.com/")


def test_cdata_is_not_touched_by_repairs() -> None:
    document = GOOD.replace("g1", "<![CDATA[a&b&nbsp;]]>").replace("<title>2", "<title>x & y")
    assert parse(document.encode()).entries[0].id == "a&b&nbsp;"


def test_own_entities_are_read_but_never_blow_up() -> None:
    subset = '<!DOCTYPE rss [<!ENTITY co "Example Corp"><!ENTITY big "{}"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    document = subset.format("A" * 10_000) + GOOD.replace("<title>1", "<title>&co; &big;&x;1")
    title = parse(document.encode()).entries[0].title
    assert title.startswith("Example Corp")
    assert "AAA" not in title


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\0" * 1000, "empty"),
        (b"<", "no feed"),
        (b"/etc/passwd", "neither XML nor JSON"),
        (b"http://127.0.0.1:9/feed", "neither XML nor JSON"),
        (b"{}", "not a JSON Feed"),
        (b"[" * 100_000, "not a JSON Feed"),
        (b'{"items": [{"title": "no id"}]}', "not a JSON Feed"),
        (b"<opml version='2.0'><body/></opml>", "no feed"),
        (b"<urlset><url/></urlset>", "no feed"),
        (b"<rss>" + b"<a>" * 100_000, "broken XML"),
    ],
)
def test_what_is_no_feed(data: bytes, said: str) -> None:
    with pytest.raises(ReadError, match=said):
        parse(data)


def test_a_feed_without_entries_is_a_feed() -> None:
    page = parse((HEAD + TAIL).encode())
    assert page.info.title == "t"
    assert page.entries == ()


def test_one_broken_entry_does_not_cost_the_others() -> None:
    items = [ITEM.format(n) for n in range(5)]
    items[2] = items[2].replace("</title>", "</titel>")
    page = parse((HEAD + "".join(items) + TAIL).encode())
    assert [entry.id for entry in page.entries] == ["g0", "g1", "g3", "g4"]
    assert page.info.title == "t"
    assert page.problems == ("1 of its entries could not be read",)
