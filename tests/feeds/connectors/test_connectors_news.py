"""News searches and press wires: what is asked for, how headlines are put right, and answers that are none."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from feeds.connectors import connector
from feeds.connectors.bing_news import unwrapped
from feeds.connectors.news_titles import unspaced, without_publisher
from feeds.connectors.press_wire import is_spam, tickers
from feeds.errors import LeadlineError, ReadError
from feeds.model import FetchState, Page, Response, Source
from tests.apis import NOW, cases

GDELT = Source("g", "https://api.example/doc", kind="gdelt", options={"name": "Brightwater"})
WRAPPED = "http://www.bing.com/news/apiclick.aspx?ref=FexRss&tid=1&url={}&c=1"


def read(source: Source, body: bytes) -> Page[Any]:
    return connector(source.kind).read(source, Response(source.url, 200, {"content-type": "text/html"}, body, NOW))


def body_of(kind: str) -> bytes:
    return next(case.body for case in cases() if case.kind == kind)


@pytest.mark.parametrize(
    "answer",
    [b"The specified phrase is too short.", b"Please limit requests to one every 5 seconds", b"<html>x</html>", b'"x"'],
)
def test_what_gdelt_says_in_words_is_the_reason(answer: bytes) -> None:
    with pytest.raises(ReadError, match="GDELT answered: "):
        read(GDELT, answer)


def test_no_articles_are_no_failure() -> None:
    assert read(GDELT, b"{}").entries == ()
    assert read(GDELT, b'{"articles": null}').entries == ()


def test_gdelts_broken_json_is_mended() -> None:
    body = b'{"articles": [{"url": "https://a.example/1", "title": "Caf\\e\x01 \tpumps"}]}'
    assert read(GDELT, body).entries[0].title == "Caf\\e pumps"


def test_gdelt_is_asked_for_the_hours_since_the_newest_known_and_some_more() -> None:
    seen = FetchState(cursor="2026-11-24T14:15:00+00:00", checked_at=NOW)
    assert "timespan=27h" in connector("gdelt").first(GDELT, seen).url
    long_ago = FetchState(cursor="2020-01-01T00:00:00+00:00", checked_at=NOW)
    assert "timespan=2160h" in connector("gdelt").first(GDELT, long_ago).url


@pytest.mark.parametrize("name", ["", "IBM", "A&B"])
def test_gdelt_looks_for_no_short_name(name: str) -> None:
    with pytest.raises(LeadlineError, match="as short as") as caught:
        connector("gdelt").first(replace(GDELT, options={"name": name}), FetchState(checked_at=NOW))
    assert "`query`" in caught.value.hint


def test_a_full_list_says_that_some_may_be_missing() -> None:
    rows = ",".join(f'{{"url": "https://a.example/{n}", "title": "T{n}"}}' for n in range(250))
    page = read(GDELT, f'{{"articles": [{rows}]}}'.encode())
    assert len(page.entries) == 250
    assert "older ones of this span are missing" in page.problems[0]


@pytest.mark.parametrize(
    ("title", "right"),
    [
        ("Acme to close two plants , cut 1 , 200 jobs", "Acme to close two plants, cut 1,200 jobs"),
        ("Acme ' s plan ( new ) : $ 5 million !", "Acme's plan (new): $5 million!"),
        ("In 2025 , 300 left", "In 2025,300 left"),
        ("Nothing to do, really", "Nothing to do, really"),
    ],
)
def test_spaced_punctuation_is_closed_up(title: str, right: str) -> None:
    assert unspaced(title) == right


def test_only_the_publisher_itself_is_taken_off_a_headline() -> None:
    assert without_publisher("A - B - Daily Wire", "Daily Wire") == "A - B"
    assert without_publisher("A - B", "Daily Wire") == "A - B"
    assert without_publisher("A", "") == "A"


def test_one_headline_of_one_publisher_is_one_whatever_its_token() -> None:
    body = body_of("google_news")
    source = Source("n", "https://news.example", kind="google_news", options={"name": "Brightwater"})
    again = body.replace(b"CBMiAAA", b"CBMiZZZ").replace(b"24 Nov 2026", b"25 Nov 2026")
    first, second = (read(source, each).entries[0] for each in (body, again))
    assert first.id == second.id
    assert first.link != second.link


@pytest.mark.parametrize("edition", ["english", "en_US", "en-us", "EN-US"])
def test_an_edition_that_is_none_is_named(edition: str) -> None:
    source = Source("n", "https://news.example", kind="google_news", options={"name": "B", "edition": edition})
    with pytest.raises(LeadlineError, match="edition"):
        connector("google_news").first(source, FetchState())


@pytest.mark.parametrize(
    ("link", "own"),
    [
        (WRAPPED.format("https%3a%2f%2fa.example%2fx%3fid%3d1"), "https://a.example/x?id=1"),
        ("https://a.example/x", "https://a.example/x"),
        (WRAPPED.format("javascript%3aalert(1)"), ""),
        (WRAPPED.format("mailto%3aa%40b.example"), ""),
        (WRAPPED.format("http%3a%2f%2f%5b%3a%3a"), ""),
        ("http://www.bing.com/news/apiclick.aspx?x=1", ""),
        ("https://evilbing.com.example/apiclick.aspx?url=x", "https://evilbing.com.example/apiclick.aspx?url=x"),
    ],
)
def test_links_are_unwrapped_to_web_addresses_alone(link: str, own: str) -> None:
    assert unwrapped(link) == own


def test_a_hostile_link_is_left_out_and_counted() -> None:
    body = body_of("bing_news").replace(b"https%3a%2f%2fwww.news.example%2fbrightwater", b"javascript%3aalert(1)")
    source = Source("b", "https://www.bing.example", kind="bing_news", options={"name": "Brightwater"})
    page = read(source, body)
    assert [entry.link for entry in page.entries] == ["https://www.press.example/a"]
    assert page.problems[0].startswith("1 of 2 headlines unreadable: no web address; the first: ")


@pytest.mark.parametrize("kind", ["google_news", "bing_news", "press_wire"])
def test_a_challenge_page_is_a_failure(kind: str) -> None:
    source = Source("x", "https://x.example", kind=kind, options={"name": "Brightwater"})
    with pytest.raises(ReadError):
        read(source, b"<!doctype html><html><body>Are you a robot?</body></html>")


@pytest.mark.parametrize(
    ("title", "spam"),
    [
        ("SHAREHOLDER ALERT: Pomerantz Law Firm Investigates Claims On Behalf of Investors of Acme", True),
        ("INVESTOR NOTICE: Acme Corp. Investors with Losses Have Opportunity to Lead the Class Action", True),
        ("Pumps Market Size to Hit USD 10.4 Billion by 2030 at a CAGR of 6%", True),
        ("Acme Holds Annual Shareholder Meeting", False),
        ("Acme Appoints New General Counsel", False),
        ("Acme Opens Market Hall in Leeds", False),
    ],
)
def test_adverts_of_law_firms_and_of_market_reports_are_known(title: str, spam: bool) -> None:
    assert is_spam(title) is spam


def test_tickers_are_symbols_and_no_exchanges() -> None:
    assert tickers(["TSX-V:DEX", "TSX:L", "NYSE:L", "Nasdaq:FCEL ", "rubbish", "OTC Markets:DNGDF"]) == [
        "DEX", "TSX-V:DEX", "L", "NYSE:L", "FCEL", "NASDAQ:FCEL", "DNGDF", "OTC MARKETS:DNGDF",
    ]  # fmt: skip


def test_what_a_wire_keeps_is_the_users_choice() -> None:
    source = Source("w", "https://wire.example", kind="press_wire", options={"spam": True, "language": "fr"})
    assert [entry.title[:11] for entry in read(source, body_of("press_wire")).entries] == ["Brightwater", "SHAREHOLDER"]
    assert "nomme" in read(source, body_of("press_wire")).entries[0].title


def test_a_wire_that_tells_no_codes_is_read_as_a_feed() -> None:
    body = (
        b"<rss><channel><item><title>Acme wins a contract</title><link>https://www.prnewswire.com/1.html</link>"
        b"<guid>https://www.prnewswire.com/1.html</guid><description>LEEDS /PRNewswire/ -- Acme Inc. (NASDAQ: ACME)"
        b" said</description></item></channel></rss>"
    )
    entry = read(Source("p", "https://wire.example", kind="press_wire"), body).entries[0]
    assert entry.fields == {"tickers": ["ACME", "NASDAQ:ACME"], "listings": ["NASDAQ: ACME"]}
