"""Kind ``bluesky``: the posts of one account on Bluesky."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from feeds.connectors.base import About, Budget
from feeds.connectors.records import (
    as_is,
    at,
    fields,
    instant,
    read_records,
    read_table,
    required,
    rows_of,
    text,
    texts,
)
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import one_line, safe_link

ABOUT = About(
    title="Bluesky account",
    brings="What an account posts itself, with its links; replies and reposts are left out.",
    limits="No key and no stated limit for reading an account; asked every half hour at most.",
    example='[[sources]]\nid = "bluesky"\nkind = "bluesky"\nprospect = "acme"\noptions = { bluesky = "acme.com" }\n',
    needs=("bluesky",),
    url="https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=${bluesky}&limit=50&filter=posts_no_replies",
    hosts=("public.api.bsky.app",),
    budgets=(Budget("public.api.bsky.app", 1, 1.0),),
    every=3_600.0,
    publisher="issuer",
)
TITLE_CHARS = 140


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — the posts come newest first
    """GET the newest posts."""
    return Request(source.url, headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The account's own posts; older ones while none is known yet from an earlier poll."""
    found = read_table(response, error="error", need="feed")
    rows = rows_of(found.get("feed"), "feed")
    entries, problems = read_records(rows, lambda row: _entry(row, text(source.options.get("bluesky"))), "posts")
    times = [each.published for each in entries if each.published]
    known = instant(response.cursor)
    following = text(found.get("cursor"), 300)
    more = bool(following and known and times and min(times) > known)
    return Page(
        entries,
        problems=problems,
        next=Request(_further(source.url, following), headers=(("Accept", "application/json"),)) if more else None,
        cursor=_newest(times, known) if response.asked is None or "&cursor=" not in response.asked.url else "",
    )


def _newest(times: list[datetime], known: datetime | None) -> str:
    return max([*times, *([known] if known else [])]).isoformat() if times or known else ""


def _further(url: str, cursor: str) -> str:
    address, query = url.partition("?")[0], urlsplit(url).query
    return f"{address}?{urlencode([*parse_qsl(query), ('cursor', cursor)])}"


def _entry(row: Mapping[str, Any], account: str) -> Entry | None:
    """One post, dated by the server, for the author's own clock says what it likes; None for a repost."""
    if isinstance(row.get("reason"), Mapping) and "reasonRepost" in text(at(row, "reason.$type")):
        return None
    uri = required(row, "post.uri")
    by = {text(at(row, "post.author.handle"), 300).lower(), text(at(row, "post.author.did"), 300).lower()} - {""}
    if account and by and account.lower().lstrip("@") not in by:
        return None
    record = at(row, "post.record")
    words = as_is(at(record, "text"), 10_000)
    handle = text(at(row, "post.author.handle"), 300) or text(at(row, "post.author.did"), 300)
    return Entry(
        id=uri,
        link=f"https://bsky.app/profile/{quote(handle)}/post/{quote(uri.rpartition('/')[2])}",
        title=one_line(words, TITLE_CHARS) or "(a post without words)",
        content=_html(words, at(record, "facets")),
        author=text(at(row, "post.author.displayName"), 200) or handle,
        published=instant(at(row, "post.indexedAt")) or instant(at(record, "createdAt")),
        language=next(iter(texts(at(record, "langs"))), ""),
        fields=fields(account=handle, links=[link for _, _, link in _links(at(record, "facets"))]),
    )


def _html(words: str, facets: Any) -> str:
    """The post as HTML; links stand at offsets of its UTF-8."""
    data, out, at_ = words.encode("utf-8", "replace"), [], 0
    for start, end, link in sorted(_links(facets)):
        if at_ <= start < end <= len(data):
            shown = data[start:end].decode("utf-8", "replace")
            out += [_escaped(data[at_:start]), f'<a href="{escape(link)}">{escape(shown)}</a>']
            at_ = end
    return f"<p>{''.join([*out, _escaped(data[at_:])])}</p>" if data else ""


def _escaped(data: bytes) -> str:
    return escape(data.decode("utf-8", "replace")).replace("\n", "<br>")


def _links(facets: Any) -> Iterator[tuple[int, int, str]]:
    for facet in facets[:50] if isinstance(facets, list) else ():
        start, end = at(facet, "index.byteStart"), at(facet, "index.byteEnd")
        link = safe_link(text(at(facet, "features.0.uri")))
        if link and isinstance(start, int) and isinstance(end, int):
            yield start, end, link
