"""Kind ``hn_algolia``: stories and comments on Hacker News that name a prospect or link to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from feeds.connectors.base import About, Budget
from feeds.connectors.records import (
    UnreadableError,
    as_is,
    at,
    fields,
    instant,
    number,
    read_records,
    read_table,
    required,
    rows_of,
    text,
    texts,
)
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import html_to_text, safe_link, title_text

ABOUT = About(
    title="Hacker News search",
    brings='Stories, comments and "Who is hiring" adverts with a name; `search = "domain"` finds links to the '
    "prospect's site instead. `query` replaces the name, `tags` is as Algolia writes them: `story`, `(story,comment)`; "
    "`points` leaves out stories with fewer.",
    limits="No key, no stated limit; asked once in two seconds at most. For technology companies.",
    example='[[sources]]\nid = "hacker-news"\nkind = "hn_algolia"\neach = "prospect"\n',
    needs=("query|name",),
    takes=("domain", "search", "tags", "points"),
    url="https://hn.algolia.com/api/v1/search_by_date",
    hosts=("hn.algolia.com",),
    budgets=(Budget("hn.algolia.com", 1, 2.0),),
    every=7_200.0,
    publisher="aggregator",
)
PAGE, MOST = 100, 1_000
OVERLAP = 86_400
ITEM = "https://news.ycombinator.com/item?id="
_HIRING = re.compile(r"who(?: is|'s|’s) hiring", re.IGNORECASE)


def first(source: Source, state: FetchState) -> Request:
    """GET what was written since a day before the newest known."""
    options = source.options
    asked: dict[str, str | int] = {"tags": text(options.get("tags")) or "(story,comment)", "hitsPerPage": PAGE,
                                   "typoTolerance": "false", "page": 0}  # fmt: skip
    if text(options.get("search")) == "domain" and text(options.get("domain")):
        asked |= {"query": text(options.get("domain")), "restrictSearchableAttributes": "url"}
    else:
        name = text(options.get("name"), 200).replace('"', " ").strip()
        asked["query"] = text(options.get("query"), 500) or f'"{name}"'
    if since := number(state.cursor):
        asked["numericFilters"] = f"created_at_i>{max(0, int(since) - OVERLAP)}"
    return Request(f"{source.url}?{urlencode(asked)}", headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The hits of a page, newest first; at the first poll only the first page, later all that are new."""
    found = read_table(response, need="hits")
    rows = rows_of(found.get("hits"), "hits")
    least = number(source.options.get("points")) or 0
    entries, problems = read_records(rows, lambda row: _entry(row, least), "hits")
    times = [stamp for row in rows if (stamp := number(at(row, "created_at_i")))]
    page, pages = int(number(found.get("page")) or 0), int(number(found.get("nbPages")) or 0)
    more = page + 1 < min(pages, MOST // PAGE) and bool(response.cursor) and response.asked is not None
    return Page(
        entries,
        problems=problems,
        next=_page(response.asked, page + 1) if more and response.asked else None,
        cursor=f"{max([*times, number(response.cursor) or 0]):.0f}" if times and page == 0 else "",
    )


def _page(asked: Request, page: int) -> Request:
    address, query = asked.url.partition("?")[0], urlsplit(asked.url).query
    pairs = [(name, value) for name, value in parse_qsl(query) if name != "page"]
    return Request(f"{address}?{urlencode([*pairs, ('page', str(page))])}", headers=asked.headers)


def _entry(row: Mapping[str, Any], least: float) -> Entry | None:
    key = required(row, "objectID")
    story, points = title_text(text(row.get("story_title"), 500)), number(row.get("points"))
    comment = as_is(row.get("comment_text"))
    title = title_text(text(row.get("title"), 500))
    body = comment or as_is(row.get("story_text"))
    if not title and comment:
        title = html_to_text(comment, 140).split("\n")[0] or story
    if not title:
        raise UnreadableError("no title")
    if not comment and points is not None and points < least:
        return None
    hiring = bool(comment and _HIRING.search(story) and text(row.get("parent_id")) == text(row.get("story_id")))
    told = fields(
        thread=story,
        points=points,
        comments=number(row.get("num_comments")),
        hn_url=f"{ITEM}{key}",
        **({"job_board": "hacker-news", "job_id": key} if hiring else {}),
    )
    return Entry(
        id=f"hn:{key}",
        link=safe_link(text(row.get("url"))) or f"{ITEM}{key}",
        title=title,
        content=body,
        author=text(row.get("author"), 100),
        published=instant(row.get("created_at")) or instant(row.get("created_at_i")),
        categories=tuple(texts([each for each in texts(row.get("_tags")) if "_" not in each or each in _KINDS])),
        fields=told,
    )


_KINDS = frozenset({"ask_hn", "show_hn", "front_page"})
