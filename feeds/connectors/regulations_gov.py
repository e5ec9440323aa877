"""Kind ``regulations_gov``: documents of US rulemaking, with the end of their comment periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from feeds.connectors.base import About
from feeds.connectors.records import (
    at,
    day,
    fields,
    instant,
    noon,
    read_records,
    read_table,
    required,
    rows_of,
    summary,
    text,
)
from feeds.connectors.windows import latest, window
from feeds.model import AUTH, Budget, Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="Regulations.gov documents",
    brings="Rules, proposed rules and notices with their dockets and comment periods: of an agency (`agency_id`), of a "
    "docket, or with the words of `term`.",
    limits="1,000 requests an hour for a key. Public domain.",
    example='[[sources]]\nid = "far-rules"\nkind = "regulations_gov"\nauth = "env:DATA_GOV_KEY"\n'
    'options = { agency_id = "FAR" }\n',
    needs=("agency_id|docket|term|name",),
    takes=("document_type",),
    url="https://api.regulations.gov/v4/documents",
    hosts=("api.regulations.gov",),
    key="free, of api.data.gov",
    budgets=(Budget("api.regulations.gov", 1_000, 3600.0),),
    every=21600.0,
    publisher="regulator",
    anew=True,
)
SIZE = 250
PAGES = 20
EASTERN = timedelta(hours=5)
"""Periods end at midnight in Washington, which is told in UTC and there the next day."""


def first(source: Source, state: FetchState) -> Request:
    """GET what was modified since a few days before the latest known, the oldest first."""
    start, _ = window(state, overlap=2, first=30)
    options = source.options
    asked = {
        "filter[lastModifiedDate][ge]": f"{start.isoformat()} 00:00:00",
        "sort": "lastModifiedDate",
        "page[size]": str(SIZE),
        "page[number]": "1",
    }
    named = {"agency_id": "filter[agencyId]", "docket": "filter[docketId]", "document_type": "filter[documentType]"}
    asked |= {sent: str(options[name]) for name, sent in named.items() if options.get(name)}
    term = options.get("term") or ("" if options.get("agency_id") or options.get("docket") else options.get("name"))
    if term:
        asked["filter[searchTerm]"] = str(term)
    return _request(f"{source.url}?{urlencode(asked)}")


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 - the answer says all
    """The documents."""
    document = read_table(response, error="errors", need="data")
    rows = rows_of(document["data"], "data")
    entries, problems = read_records(rows, _entry, "documents")
    more = at(document, "meta.hasNextPage") is True and bool(rows)
    return Page(
        entries,
        problems=problems,
        next=_next(response) if more else None,
        cursor=latest((each.updated for each in entries), response.reached),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    key, about = required(row, "id"), row.get("attributes")
    kind, closes = text(at(about, "documentType")), instant(at(about, "commentEndDate"))
    ends = (closes - EASTERN).date() if closes else None
    agency, docket = text(at(about, "agencyId")), text(at(about, "docketId"))
    told = {"Kind": kind, "Agency": agency, "Docket": docket, "Comments close": ends}
    return Entry(
        id=f"fr:{number}" if (number := text(at(about, "frDocNum"))) else f"regulations:{key}",
        link=f"https://www.regulations.gov/document/{key}",
        title=required(about, "title"),
        summary=summary(facts=told),
        published=noon(day(at(about, "postedDate"))),
        updated=instant(at(about, "lastModifiedDate")),
        language="en",
        fields=fields(
            document_type=kind,
            document_number=number,
            document_id=key,
            agency_id=agency,
            docket=docket,
            comment_end_date=ends,
            withdrawn=True if at(about, "withdrawn") is True else None,
        ),
    )


def _next(response: Response) -> Request | None:
    url = response.asked.url if response.asked else ""
    page = parse_qs(urlsplit(url).query).get("page[number]", [""])[0]
    if not page.isascii() or not page.isdigit() or len(page) > 4 or int(page) >= PAGES:
        return None
    return _request(re.sub(r"(page%5Bnumber%5D|page\[number\])=\d+", rf"\g<1>={int(page) + 1}", url))


def _request(url: str) -> Request:
    return Request(url, headers=(("X-Api-Key", AUTH), ("Accept", "application/json")))
