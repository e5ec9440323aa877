"""Kind ``gdelt``: news articles that GDELT's document search finds for a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from feeds.connectors.base import About, Budget
from feeds.connectors.news_titles import unspaced
from feeds.connectors.records import UnreadableError, fields, instant, read_json, read_records, required, rows_of, text
from feeds.connectors.windows import now_of
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import one_line, safe_link, title_text

ABOUT = About(
    title="GDELT news search",
    brings="News articles of the last three months in 65 languages whose text holds a name: headline, site, time. "
    '`query` replaces the name, as `"acme industries" sourcelang:english`; `extra` is added to it.',
    limits="No key; one request in 5 seconds, and the server often turns requests away. Free for any use with a link.",
    example='[[sources]]\nid = "gdelt"\nkind = "gdelt"\neach = "prospect"\n',
    needs=("query|name",),
    takes=("extra",),
    url="https://api.gdeltproject.org/api/v2/doc/doc",
    hosts=("api.gdeltproject.org",),
    budgets=(Budget("api.gdeltproject.org", 1, 5.0),),
    every=10_800.0,
    waits={429: 60.0},
    publisher="aggregator",
)
MOST = 250
SHORTEST = 4
"""Letters that a name must have to be looked for."""
OVERLAP, FIRST, LONGEST = timedelta(hours=6), timedelta(days=3), timedelta(days=90)
_CONTROLS = re.compile(rb"[\x00-\x1f]")
_BAD_ESCAPE = re.compile(rb'\\(?!["\\/bfnrtu])')
_LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "dutch": "nl",
              "portuguese": "pt", "swedish": "sv", "polish": "pl", "chinese": "zh", "japanese": "ja"}  # fmt: skip


def first(source: Source, state: FetchState) -> Request:
    """GET the newest articles since a while before the newest known."""
    now, seen = now_of(state), instant(state.cursor)
    since = min(max(now - seen, timedelta(0)) + OVERLAP, LONGEST) if seen else FIRST
    asked = {
        "query": _query(source.options),
        "mode": "ArtList",
        "format": "json",
        "maxrecords": MOST,
        "timespan": f"{int(since.total_seconds() // 3600) or 1}h",
        "sort": "DateDesc",
    }
    return Request(f"{source.url}?{urlencode(asked)}", headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 — the answer says it all
    """The articles, each address once; ReadError with GDELT's own sentence where it did not like the query."""
    found = _told(response)
    rows = rows_of(found.get("articles"), "articles")
    entries, problems = read_records(rows, _entry, "articles")
    if len(rows) >= MOST:
        problems = (*problems, f"GDELT lists {MOST} articles at most: older ones of this span are missing")
    times = [each.published for each in entries if each.published]
    newest = max(times).isoformat() if times else ""
    return Page(tuple({each.link: each for each in entries}.values()), problems=problems, cursor=newest)


def _query(options: Mapping[str, Any]) -> str:
    extra = text(options.get("extra"), 500)
    if query := text(options.get("query"), 1_000):
        return f"{query} {extra}".strip()
    name = one_line(str(options.get("name", "")), 200).replace('"', " ").strip()
    if len(re.sub(r"\W", "", name)) < SHORTEST:
        hint = 'set `query`, as "acme industries" sourcelang:english'
        raise LeadlineError(f"GDELT looks for no name as short as {name!r}", hint=hint)
    return f'"{name}" {extra}'.strip()


def _told(response: Response) -> Mapping[str, Any]:
    """The JSON object; control characters and broken escapes, which GDELT lets pass, are mended."""
    body = response.body.strip()
    if body[:1] not in (b"{", b"["):
        raise ReadError(f"GDELT answered: {one_line(title_text(body[:300].decode('utf-8', 'replace')), 200)}")
    plain = replace(response, headers={}, body=body)
    try:
        found = read_json(plain)
    except ReadError:
        found = read_json(replace(plain, body=_BAD_ESCAPE.sub(rb"\\\\", _CONTROLS.sub(b" ", body))))
    if not isinstance(found, Mapping):
        raise ReadError("the answer is not the object that was expected: its schema may have changed")
    return found


def _entry(row: Mapping[str, Any]) -> Entry:
    link = safe_link(required(row, "url"))
    if not link.startswith("http"):
        raise UnreadableError("no web address")
    seen: datetime | None = instant(_iso(text(row.get("seendate"))))
    language = text(row.get("language"), 40).lower()
    told = fields(
        site=text(row.get("domain"), 200),
        country=text(row.get("sourcecountry"), 100),
    )
    return Entry(
        id=link,
        link=link,
        title=unspaced(title_text(required(row, "title"))),
        published=seen,
        language=_LANGUAGES.get(language, language),
        fields=told,
    )


def _iso(stamp: str) -> str:
    """``20260924T141500Z`` with the signs that every reader of dates knows."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)Z?", stamp, re.ASCII)
    return "{}-{}-{}T{}:{}:{}Z".format(*found.groups()) if found else stamp
