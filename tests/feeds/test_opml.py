"""Lists of feeds as other readers write them; hostile ones; and there and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds import opml
from feeds.opml import Listed, OpmlError, read_feed_list, write_opml

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

FEEDLY = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
    <head><title>Reader subscriptions in a cloud</title></head>
    <body>
        <outline text="Acme Corporation" title="Acme Corporation">
            <outline type="rss" text="Acme &amp; friends" title="Acme &amp; friends"
                     xmlUrl="https://acme.example/news.xml" htmlUrl="https://acme.example/news"/>
        </outline>
        <outline text="Trade" title="Trade">
            <outline text="Mills" title="Mills">
                <outline type="rss" text="Mill Weekly" xmlUrl="https://mill.example/rss"/>
            </outline>
            <outline type="rss" text="Acme &amp; friends" xmlUrl="https://acme.example/news.xml"/>
        </outline>
    </body>
</opml>"""
MINIFLUX = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Miniflux</title><dateCreated>Wed, 25 Nov 2026 10:00:00 GMT</dateCreated></head><body>
<outline text="All"><outline title="Mill Weekly" text="Mill Weekly" xmlUrl="https://mill.example/rss"
 htmlUrl="https://mill.example/" description="Of mills" type="rss"></outline></outline></body></opml>"""
FRESHRSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml xmlns:frss="https://freshrss.org/opml" version="2.0"><head><title>FreshRSS</title></head><body>
<outline text="Trade">
  <outline text="Mill Weekly" type="rss" xmlUrl="https://mill.example/rss" htmlUrl="https://mill.example/"
           description="Of mills" frss:priority="important" frss:cssFullContent=".text"/>
  <outline text="A scraped page" type="HTML+XPath" xmlUrl="https://page.example/" frss:xPathItem="//li"/>
</outline></body></opml>"""
NEWSBOAT_OPML = b"""<?xml version="1.0"?>
<opml version="1.0"><head><title>newsboat - Exported Feeds</title></head>
<body><outline type="rss" xmlUrl="https://mill.example/rss" htmlUrl="https://mill.example/" title="Mill Weekly"/>
</body></opml>"""
OLD = """<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.1"><body><outline title="Größe & Maß&nbsp;heute" xmlURL="https://old.example/feed?a=1&b=2"
 category="/Trade/Mills,News"/>
<outline text="Other lists" type="include" url="https://old.example/other.opml"/></body></opml>""".encode("latin-1")
URLS = """\
# my feeds
https://mill.example/rss trade "fine mills" "~Mill Weekly" !hidden

"https://quoted.example/feed" "~Said \\"so\\""
"query:Unread:unread = \\"yes\\""
filter:~/bin/clean:https://filtered.example/feed
exec:~/bin/make-feed
file:///home/me/feed.xml
"""


def test_feedly_folders_and_a_feed_in_two_of_them() -> None:
    acme, mill = read_feed_list(FEEDLY).feeds

    assert acme == Listed(
        "https://acme.example/news.xml", "Acme & friends", (("Acme Corporation",), ("Trade",)),
        {"htmlUrl": "https://acme.example/news"},
    )  # fmt: skip
    assert (mill.title, mill.folders) == ("Mill Weekly", (("Trade", "Mills"),))


@pytest.mark.parametrize("raw", [MINIFLUX, FRESHRSS, NEWSBOAT_OPML])
def test_the_same_feed_from_other_readers(raw: bytes) -> None:
    feed = read_feed_list(raw).feeds[0]

    assert (feed.url, feed.title) == ("https://mill.example/rss", "Mill Weekly")
    assert feed.attributes["htmlUrl"] == "https://mill.example/"


def test_freshrss_keeps_its_own_attributes_and_scraped_pages_are_no_feeds() -> None:
    found = read_feed_list(FRESHRSS)

    assert len(found.feeds) == 1
    assert found.feeds[0].attributes["frss:priority"] == "important"
    assert found.left_out == (("A scraped page", "of type HTML+XPath, which is no feed"),)


def test_what_opens_a_door_is_not_kept() -> None:
    """FreshRSS exports cookies and headers; a site's address may hold a login."""
    raw = MINIFLUX.replace(b'description="Of mills"', b'frss:CURLOPT_COOKIE="session=1" authToken="x" language="en"')
    raw = raw.replace(b"<opml ", b'<opml xmlns:frss="https://freshrss.org/opml" ')
    raw = raw.replace(b'htmlUrl="https://', b'htmlUrl="https://me:secret@')

    assert dict(read_feed_list(raw).feeds[0].attributes) == {"language": "en"}


def test_an_old_export_with_bare_ampersands_and_entities_is_mended() -> None:
    found = read_feed_list(OLD)

    assert found.feeds == (
        Listed("https://old.example/feed?a=1&b=2", "Größe & Maß heute", (("Trade", "Mills"), ("News",)), {}),
    )
    assert found.notes == ("the XML had faults, which were mended",)
    assert found.left_out == (("Other lists", "an outline of type include without a feed"),)


def test_newsboat_urls_with_tags_titles_and_what_would_run_commands() -> None:
    found = read_feed_list(URLS.encode())

    assert found.feeds == (
        Listed("https://mill.example/rss", "Mill Weekly", (("trade",), ("fine mills",), ("hidden",))),
        Listed("https://quoted.example/feed", 'Said "so"'),
    )
    whys = [why for _, why in found.left_out]
    assert ["query" in whys[0], "command" in whys[1], "command" in whys[2], "web" in whys[3]] == [True] * 4


def test_other_encodings() -> None:
    text = MINIFLUX.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("Mill Weekly", "Mühle")

    assert read_feed_list(text.encode("utf-16")).feeds[0].title == "Mühle"
    japanese = MINIFLUX.decode().replace("UTF-8", "Shift_JIS").replace("Mill Weekly", "製粉")
    assert read_feed_list(japanese.encode("shift_jis")).feeds[0].title == "製粉"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<rss version='2.0'><channel/></rss>", "begins with <rss>"),
        (b"<opml><body><outline xmlUrl='https://a.example/'>", "not well-formed"),
        (b"%PDF-1.7 \xff\xff", "neither XML nor UTF-8"),
        (b"dear reader\nthese are my feeds\n", "no line of the list is an address"),
        (b"x" * (opml.MAX_BYTES + 1), "MB"),
        (b"<opml><body>" + b"<outline text='a'>" * 40 + b"</outline>" * 40 + b"</body></opml>", "deep"),
        (b"<opml>" + b"<outline text='a'/>" * (opml.MAX_OUTLINES + 1) + b"</opml>", "outlines"),
        (b"https://a.example/feed\n" * (opml.MAX_OUTLINES + 1), "lines"),
    ],
)
def test_what_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(OpmlError, match=words):
        read_feed_list(raw)


def test_entities_of_its_own_are_refused_before_they_grow() -> None:
    """A billion laughs, and a file that a list asks for."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for internal in (f'<!ENTITY l0 "ha">{laughs}', '<!ENTITY l11 SYSTEM "file:///etc/passwd">'):
        raw = f'<!DOCTYPE opml [{internal}]><opml><outline xmlUrl="https://a.example/" text="&l11;"/></opml>'
        with pytest.raises(OpmlError, match="entities of its own"):
            read_feed_list(raw.encode())


def test_huge_and_many_attributes_are_cut() -> None:
    many = " ".join(f'a{n}="{n}"' for n in range(2_000))
    raw = f'<opml><outline text="{"t" * 100_000}" xmlUrl="https://a.example/{"u" * 100_000}" {many}/></opml>'
    feed = read_feed_list(raw.encode()).feeds[0]

    assert len(feed.title) <= 200
    assert len(feed.url) == opml.MAX_URL + 1  # longer than any source's address may be: importing tells
    assert len(feed.attributes) == opml.MAX_ATTRIBUTES


def test_control_characters_reach_neither_title_nor_folder() -> None:
    raw = b'<opml><outline text="a&#x202e;b &amp;#27;[31m"><outline title="x&#x9b;31my" xmlUrl="https://a.example/"/></outline></opml>'
    feed = read_feed_list(raw).feeds[0]

    assert not {"\x1b", "\x9b", "\u202e"} & set(feed.title + feed.folders[0][0])


WORDS = st.text(max_size=30).map(opml.label).filter(lambda word: word and opml.label(word) == word)
FEEDS = st.builds(
    Listed,
    url=st.text(st.sampled_from("abcdefghij&%?=/é<>\"'"), max_size=30).map(lambda path: f"https://a.example/{path}"),
    title=WORDS | st.just(""),
    folders=st.lists(st.lists(WORDS, min_size=1, max_size=4).map(tuple), unique=True, max_size=3).map(tuple),
    attributes=st.dictionaries(
        st.sampled_from(["htmlUrl", "description", "frss:priority", "language"]), WORDS, max_size=3
    ),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(FEEDS, max_size=12, unique_by=lambda feed: feed.url))
def test_there_and_back(feeds: list[Listed]) -> None:
    """Whatever is written is read again as it was; a nameless feed is called by its address."""
    found = read_feed_list(write_opml(feeds, "Ours & <others'>", NOW).encode())
    back = {feed.url: feed for feed in found.feeds}

    assert not found.left_out
    assert not found.notes
    assert back.keys() == {feed.url for feed in feeds}
    for feed in feeds:
        read = back[feed.url]
        assert read.title == (feed.title or opml.label(feed.url))
        assert set(read.folders) == set(feed.folders)
        assert dict(read.attributes) == dict(feed.attributes)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: f"<opml>{text}</opml>".encode()))
@example(b"<opml>\xef\xbb\xbf")
@example(b"<?xml version='1.0' encoding='nothing'?><opml/>")
@example(b"<?xml version='1.0' encoding='utf-7'?><opml/>")
def test_any_bytes_are_a_list_or_refused(raw: bytes) -> None:
    try:
        found = read_feed_list(raw)
    except OpmlError:
        return
    assert all(feed.url for feed in found.feeds)
