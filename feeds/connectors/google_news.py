"""Kind ``google_news``: headlines that Google News finds for a name."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from msgspec.structs import replace

from feeds.connectors.base import About, Budget
from feeds.connectors.news_titles import same_words, without_publisher
from feeds.connectors.records import fields, text
from feeds.connectors.rss_items import Extras, first_text, read_items
from feeds.errors import LeadlineError
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import one_line, safe_link, title_text

ABOUT = About(
    title="Google News search",
    brings="Up to 100 headlines for a name, with their publishers; links open through Google in a browser only. "
    "`query` replaces the name (operators: OR, -word, intitle:, site:, when:7d); `edition` is like `en-US` or `de-DE`.",
    limits="Its terms allow personal, non-commercial use in a feed reader only: whether yours is, is yours to judge. "
    "Asked every half hour at most.",
    example='[[sources]]\nid = "google-news"\nkind = "google_news"\neach = "prospect"\n',
    needs=("query|name",),
    takes=("edition",),
    url="https://news.google.com/rss/search",
    hosts=("news.google.com",),
    budgets=(Budget("news.google.com", 1, 5.0),),
    every=3_600.0,
    waits={429: 3_600.0, 503: 1_800.0},
    publisher="aggregator",
)
_EDITION = re.compile(r"([a-z]{2,3})-([A-Z]{2})")
_FONT = re.compile(r"<font[^<>]{0,100}>([^<>]{1,300})</font>", re.IGNORECASE)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — the feed knows no since
    """GET the search's feed."""
    edition = _EDITION.fullmatch(text(source.options.get("edition")) or "en-US")
    if not edition:
        raise LeadlineError('`edition` is no language and country, as "en-US" or "de-DE"')
    language, country = edition.groups()
    query = text(source.options.get("query"), 1_000) or quoted(source)
    asked = {"q": query, "hl": f"{language}-{country}" if language == "en" else language, "gl": country,
             "ceid": f"{country}:{language}"}  # fmt: skip
    return Request(f"{source.url}?{urlencode(asked)}", headers=(("Accept", "application/rss+xml"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The headlines without the publishers' names behind them; the same headline of one publisher is one."""
    return read_items(source, response, _entry, "headlines")


def quoted(source: Source) -> str:
    """The prospect's name as a phrase to search for."""
    name = one_line(str(source.options.get("name", "")), 200).replace('"', " ").strip()
    return f'"{name}"'


def _entry(entry: Entry, beside: Extras) -> Entry:
    told = first_text(beside, "source")
    shown = _FONT.search(entry.summary)
    publisher = title_text(told or (shown[1] if shown else ""))
    title = without_publisher(entry.title, publisher)
    site = next((each.attributes.get("url", "") for each in beside.get("source", ())), "")
    return replace(
        entry,
        id=f"google_news:{same_words(publisher)}:{same_words(title)}" if publisher else entry.id,
        title=title,
        summary="",
        content="",
        fields=fields(site=publisher, site_url=safe_link(site)),
    )
