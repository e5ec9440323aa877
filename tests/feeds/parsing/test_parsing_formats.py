"""Every format of feed, as its specification shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from feeds.model import Enclosure, Entry, Page
from feeds.parsing import MAX_ENTRIES, parse

URL = "https://example.com/news/feed.xml"

RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.com/rss-0.91.dtd">
<rss version="0.91"><channel><title>Old&nbsp;news</title><link>https://example.com/</link><language>en</language>
<item><title>First</title><link>https://example.com/1</link><description>One &eacute;</description></item>
<item><title>Second</title><link>https://example.com/2</link></item></channel></rss>"""

RSS_092 = """<rss version="0.92"><channel><title>Cloudy</title><link>https://example.com/</link>
<item><title>With file</title><description>d</description><category>music</category>
<enclosure url="/a.mp3" length="123" type="audio/mpeg"/></item></channel></rss>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://example.com/rdf"><title>Resource</title><link>https://example.com/</link>
<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel>
<item rdf:about="urn:x:1"><title>Tender</title><link>https://example.com/1</link><dc:creator>Ann</dc:creator>
<dc:date>2026-03-01T10:00:00+01:00</dc:date><dc:subject>works</dc:subject></item></rdf:RDF>"""

RSS_20 = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Press &amp; news</title><link>https://example.com/</link>
<description>What is new</description>
<language>en_GB</language><ttl>90</ttl><atom:link rel="self" href="https://example.com/news/feed.xml"/>
<skipHours><hour>0</hour><hour>24</hour><hour>5</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<lastBuildDate>Tue, 03 Mar 2026 08:00:00 GMT</lastBuildDate>
<item><title>Board &lt;b&gt;appoints&lt;/b&gt; CFO</title><link>/news/cfo</link>
<guid isPermaLink="false"> id-1 </guid><pubDate>Mon, 02 Mar 2026 09:30:00 -0500</pubDate>
<description>&lt;p&gt;Short&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Long <a href="x">x</a></p>]]></content:encoded>
<author>ann@example.com (Ann)</author><category>People</category><category>People</category>
<enclosure url="https://example.com/r.pdf" length="99" type="application/pdf"/></item>
<item><title>Permalink</title><guid>https://example.com/perma</guid></item>
<item><title>No link</title><guid isPermaLink="false">https://example.com/no</guid></item>
</channel></rss>"""

ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old atom</title>
<link rel="alternate" type="text/html" href="https://example.com/"/><modified>2004-01-02T00:00:00Z</modified>
<entry><title mode="escaped" type="text/html">A &amp;lt; B</title><id>tag:1</id>
<link rel="alternate" type="text/html" href="https://example.com/1"/><issued>2004-01-01T10:00:00Z</issued>
<modified>2004-01-01T11:00:00Z</modified>
<content type="text/html" mode="escaped">&lt;p&gt;Body&lt;/p&gt;</content>
</entry></feed>"""

ATOM_10 = """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://example.com/b/" xml:lang="de">
<a:title type="html">Atom &amp;amp; more</a:title><a:id>urn:feed</a:id><a:link href="/"/>
<a:updated>2026-03-03T00:00:00Z</a:updated>
<a:entry xml:base="e/"><a:title>One</a:title><a:id>urn:1</a:id>
<a:link rel="alternate" type="application/json" href="one.json"/><a:link href="one"/>
<a:link rel="alternate" type="text/html" href="one.html"/>
<a:link rel="enclosure" href="one.pdf" type="application/pdf" length="5"/>
<a:author><a:name>Ann</a:name><a:email>ann@example.com</a:email></a:author>
<a:published>2026-03-01T00:00:00Z</a:published><a:updated>2026-03-02T00:00:00.5Z</a:updated>
<a:category term="t" label="Label"/><a:summary>1 &lt; 2</a:summary>
<a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Deep <b>in</b> <br/>x</div></a:content>
</a:entry>
<a:entry><a:title/><a:id>https://example.com/two</a:id></a:entry></a:feed>"""

YOUTUBE = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>V</title>
<entry><id>v:1</id><title>Video</title><link href="https://example.com/v"/><media:group><media:title>M</media:title>
<media:description>What it shows</media:description></media:group></entry></feed>"""

JSON_10 = {
    "version": "https://jsonfeed.org/version/1",
    "title": "J",
    "home_page_url": "https://example.com/",
    "items": [{"id": 7, "url": "/7", "title": "A <b>", "content_text": "1 < 2\nnext", "author": {"name": "Ann"}}],
}
JSON_11 = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "J",
    "language": "en",
    "authors": [{"name": "Feed"}],
    "items": [
        {
            "id": "x",
            "external_url": "https://other.example/x",
            "title": "T",
            "content_html": "<p>h</p>",
            "summary": "s",
            "date_published": "2026-03-01T00:00:00-05:00",
            "tags": ["a", 3, "a", None],
            "authors": [{"name": "Ann"}, {"name": "Bob"}, 5],
            "attachments": [
                {"url": "https://example.com/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9},
                3,
            ],
        },
        None,
        {"id": "y", "url": "javascript:alert(1)", "title": ["no"], "tags": "x", "attachments": 4},
    ],
}


def read(document: str | Mapping[str, object]) -> Page[Entry]:
    text = document if isinstance(document, str) else json.dumps(document)
    return parse(text.encode(), URL)


def test_rss_091_with_its_doctype() -> None:
    page = read(RSS_091)
    assert page.info.title == "Old news"
    assert [(e.title, e.link, e.summary) for e in page.entries] == [
        ("First", "https://example.com/1", "One é"),
        ("Second", "https://example.com/2", ""),
    ]


def test_rss_092() -> None:
    (entry,) = read(RSS_092).entries
    assert entry.enclosures == (Enclosure("https://example.com/a.mp3", "audio/mpeg", 123),)
    assert entry.categories == ("music",)
    assert entry.id == entry.link == ""


def test_a_file_is_not_the_link() -> None:
    (entry,) = read('<rss><channel><item><enclosure href="https://example.com/f"/></item></channel></rss>').entries
    assert (entry.link, entry.enclosures) == ("", (Enclosure("https://example.com/f"),))


def test_rdf() -> None:
    page = read(RDF)
    (entry,) = page.entries
    assert (entry.id, entry.author, entry.categories) == ("urn:x:1", "Ann", ("works",))
    assert entry.updated == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert page.rhythm.ttl == 1800


def test_rss_20() -> None:
    page = read(RSS_20)
    assert (page.info.title, page.info.language) == ("Press & news", "en-GB")
    assert page.info.updated == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert page.rhythm.ttl == 5400
    assert page.rhythm.skip_hours == {0, 5}
    assert page.rhythm.skip_days == {6}
    assert page.problems == ()
    first, permalink, none = page.entries
    assert first.id == "id-1"
    assert first.link == "https://example.com/news/cfo"
    assert first.title == "Board appoints CFO"
    assert first.published == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert (first.summary, first.content) == ("<p>Short</p>", '<p>Long <a href="x">x</a></p>')
    assert first.categories == ("People",)
    assert first.enclosures[0].length == 99
    assert permalink.link == permalink.id == "https://example.com/perma"
    assert (none.id, none.link) == ("https://example.com/no", "")


def test_atom_03() -> None:
    page = read(ATOM_03)
    (entry,) = page.entries
    assert (entry.title, entry.content, entry.link) == ("A < B", "<p>Body</p>", "https://example.com/1")
    assert entry.published == datetime(2004, 1, 1, 10, tzinfo=UTC)
    assert entry.updated == datetime(2004, 1, 1, 11, tzinfo=UTC)


def test_atom_10_with_prefixes_bases_and_several_links() -> None:
    page = read(ATOM_10)
    assert (page.info.title, page.info.link, page.info.id) == (
        "Atom & more",
        "https://example.com/",
        "urn:feed",
    )
    one, two = page.entries
    assert one.link == "https://example.com/b/e/one.html"
    assert one.enclosures == (Enclosure("https://example.com/b/e/one.pdf", "application/pdf", 5),)
    assert one.author == "Ann (ann@example.com)"
    assert one.summary == "1 &lt; 2"
    assert one.content == "<div>Deep <b>in</b> <br>x</div>"
    assert (one.categories, one.language) == (("t",), "de")
    assert two.link == "https://example.com/two"


def test_media_description_is_the_text_where_there_is_no_other() -> None:
    (entry,) = read(YOUTUBE).entries
    assert (entry.title, entry.summary) == ("Video", "What it shows")


def test_json_feed_10() -> None:
    (entry,) = read(JSON_10).entries
    assert (entry.id, entry.link, entry.author) == ("7", "https://example.com/7", "Ann")
    assert entry.content == "1 &lt; 2<br>\nnext"


def test_json_feed_11_with_wrong_types() -> None:
    page = read(JSON_11)
    first, second = page.entries
    assert (first.link, first.author) == ("https://other.example/x", "Ann, Bob")
    assert first.categories == ("a", "3")
    assert first.published == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert first.enclosures == (Enclosure("https://example.com/a.mp3", "audio/mpeg", 9),)
    assert (second.id, second.link, second.title) == ("y", "", "")


def test_long_feed_keeps_its_first_entries_and_says_so() -> None:
    items = "".join(f"<item><guid>{n}</guid></item>" for n in range(MAX_ENTRIES + 5))
    page = read(f"<rss><channel><title>t</title>{items}</channel></rss>")
    assert [page.entries[0].id, page.entries[-1].id] == ["0", str(MAX_ENTRIES - 1)]
    assert "5,005 entries" in page.problems[0]


def test_a_title_of_ten_thousand_characters_is_cut() -> None:
    (entry,) = read(f"<rss><channel><item><title>{'x' * 10_000}</title></item></channel></rss>").entries
    assert len(entry.title) == 1000


@pytest.mark.parametrize(
    "escape",
    [
        "a&amp;#27;[31mb",
        "a&amp;amp;#27;b",
        "a\u009b31mb",
        "a\u202eb",
        "a&#x9b;b",
        "a&amp;#8238;b",
        "a&#127;b",
    ],
)
def test_titles_obey_no_escape(escape: str) -> None:
    (entry,) = read(f"<rss><channel><item><title>{escape}</title></item></channel></rss>").entries
    assert entry.title.isprintable()


@pytest.mark.parametrize("escape", ["a\x1b[31mb", "a&#27;[31mb", "a\x00b"])
def test_controls_that_xml_forbids_are_repaired(escape: str) -> None:
    page = read(f"<rss><channel><item><title>{escape}</title><guid>g</guid></item></channel></rss>")
    assert page.entries[0].title.isprintable()
    assert page.entries[0].id == "g"


def test_utf8_read_as_latin1_and_written_again_is_undone() -> None:
    title = "crÃ©ent".encode().decode()
    (entry,) = read(f"<rss><channel><item><title>{title}</title></item></channel></rss>").entries
    assert entry.title == "créent"


@pytest.mark.parametrize(
    "full", ["skipHours><hour>" + "</hour><hour>".join(map(str, range(24))) + "</hour></skipHours"]
)
def test_a_feed_that_forbids_every_hour_is_not_believed(full: str) -> None:
    assert read(f"<rss><channel><title>t</title><{full}></channel></rss>").rhythm.skip_hours == frozenset()
