"""Hostile documents: parse ends, opens nothing, and raises ReadError or nothing; fast and slow path agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.errors import ReadError
from feeds.model import Entry, Page
from feeds.parsing import MAX_ENTRIES, parse, slow
from feeds.parsing.assemble import assemble
from feeds.parsing.fast import read_xml

RSS = "<rss version='2.0'><channel><title>t</title>{}</channel></rss>"
ITEM = "<item><title>x</title><guid>g</guid><description>{}</description></item>"
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

LAUGHS = "<!DOCTYPE rss [<!ENTITY l0 'ha'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
DOCUMENTS = {
    "billion laughs": LAUGHS + "]>" + RSS.format(ITEM.format("&l9;")),
    "quadratic blow-up": f"<!DOCTYPE rss [<!ENTITY a '{'A' * 50_000}'>]>" + RSS.format(ITEM.format("&a;" * 2000)),
    "external entity": "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + RSS.format(ITEM.format("&x;")),
    "deep elements": RSS.format(ITEM.format("<a>" * 20_000 + "</a>" * 20_000)),
    "deep markup": RSS.format(ITEM.format("&lt;div&gt;" * 20_000)),
    "many attributes": RSS.format("<x " + " ".join(f"a{n}='1'" for n in range(20_000)) + "/>"),
    "many categories": RSS.format("<item><guid>g</guid>" + "<category>c</category>" * 20_000 + "</item>"),
    "open doctypes": "<!DOCTYPE " * 5_000 + RSS.format(ITEM.format("x")),
    "open entities": "<!DOCTYPE rss [" + "<!ENTITY a " * 5_000 + RSS.format(ITEM.format("x")),
    "newlines in the prolog": "<?xml version='1.0'?>" + "\n" * 100_000 + RSS.format(ITEM.format("x") + "<b>"),
    "author": RSS.format("<item><author>a@" + "a." * 5_000 + "!</author></item>"),
    "items in items": RSS.format("<item>" * 20_000),
    "stray ends": "<rss><a></b><channel></creativeCommons:license></gml:pos></media:player>",
    "raw soup": RSS.format(ITEM.format("<!--" * 20_000)),
    "big number": '{"version":"https://jsonfeed.org/version/1","items":[{"id":' + "9" * 5000 + "}]}",
    "lone surrogate": '{"version":"https://jsonfeed.org/version/1","items":[{"id":"\\ud800","title":"\\udfff"}]}',
}


def outcome(data: bytes) -> Page[Entry] | None:
    """What parse makes of some bytes; None where it says that it cannot read them."""
    try:
        return parse(data, "https://example.com/")
    except ReadError:
        return None


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_hostile_documents(document: str) -> None:
    page = outcome(document.encode("utf-8", "surrogatepass"))
    for entry in page.entries if page else ():
        assert len(entry.content) + len(entry.summary) < 2_000_000
        assert "root:" not in entry.summary
        entry.id.encode()  # no lone surrogate
    assert page is None or len(page.entries) <= MAX_ENTRIES


def test_a_body_that_is_a_path_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(RSS.format(ITEM.format("secret")))
    assert outcome(str(tmp_path / "feed.xml").encode()) is None


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    outcome(data)


BASES = [
    RSS.format(ITEM.format("&lt;p&gt;a &amp;amp; b")).encode(),
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="html">a</title></entry></feed>',
    b'{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":"1","content_text":"x"}]}',
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            data[at:at] = draw(st.binary(max_size=4))
        elif kind == 1:
            del data[at : at + draw(st.integers(1, 30))]
        elif kind == 2:
            data[at:at] = data[at : at + 40]
        else:
            del data[max(at, 5) :]
    return bytes(data)


@SLOW
@given(mutated())
def test_mutated_feeds(data: bytes) -> None:
    page = outcome(data)
    for entry in page.entries if page else ():
        assert entry.title.isprintable()
        assert entry.link.isascii()


WORDS = st.text("ab cdé&<>\"'\u2019\u044f時 ", min_size=1, max_size=20)


@st.composite
def feeds(draw: st.DrawFn) -> str:
    items = []
    for number in range(draw(st.integers(0, 3))):
        fields = {
            "title": draw(WORDS),
            "link": f"https://example.com/{number}",
            "guid": f"id {number}",
            "pubDate": f"Mon, 0{number + 1} Mar 2026 09:30:00 GMT",
            "description": draw(WORDS),
        }
        chosen = draw(st.permutations([*fields]))[: draw(st.integers(1, len(fields)))]
        escaped = {k: v.replace("&", "&amp;").replace("<", "&lt;") for k, v in fields.items()}
        items.append("<item>" + "".join(f"<{k}>{escaped[k]}</{k}>" for k in chosen) + "</item>")
    return RSS.format("".join(items))


@SLOW
@given(feeds())
def test_fast_and_slow_path_agree(document: str) -> None:
    slow.warm()
    fast = read_xml(document, "", MAX_ENTRIES)
    assert fast is not None
    quick = assemble(fast, "", [])
    careful = assemble(slow.read_any(document, MAX_ENTRIES), "", [])
    assert [(e.id, e.link, e.title, e.published) for e in quick.entries] == [
        (e.id, e.link, e.title, e.published) for e in careful.entries
    ]


def test_reading_a_good_feed_does_not_import_feedparser() -> None:
    code = (
        "import sys; from feeds.parsing import parse; "
        f"parse({RSS.format(ITEM.format('x')).encode()!r}); sys.exit('feedparser' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("escape", "bell"), [("\x1b", "\x07"), ("&#27;", "&#x7;"), ("&amp;#x1b;", "&amp;#7;")])
def test_a_terminal_sequence_goes_whole(escape: str, bell: str) -> None:
    """However it is written; what stands beside it stays, and none reaches from one entry into the next."""
    title = f"before{escape}]0;own the window{bell} after"
    document = RSS.format(f"<item><title>{title}</title></item><item><title>{escape}]0;x</title></item>")

    first, second = parse(document.encode()).entries

    assert first.title == "before after"
    assert second.title == "]0;x"
