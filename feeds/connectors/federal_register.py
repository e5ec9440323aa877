"""Kind ``federal_register``: rules, proposed rules and notices of US agencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from feeds.connectors.base import About
from feeds.connectors.records import (
    at,
    day,
    fields,
    noon,
    read_records,
    read_table,
    required,
    rows_of,
    summary,
    text,
    texts,
)
from feeds.connectors.windows import latest, window
from feeds.errors import FetchError
from feeds.guard import origin
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="Federal Register",
    brings="Rules, proposed rules and notices of US agencies, with effective days and the end of comment periods: of "
    "an agency (`agency`, its short name as in the register's addresses), or with the words of `term`.",
    limits="None published. Public domain.",
    example='[[sources]]\nid = "register-va"\nkind = "federal_register"\n'
    'options = { agency = "veterans-affairs-department" }\n',
    needs=("agency|term|name",),
    takes=("document_types",),
    url="https://www.federalregister.gov/api/v1/documents.json",
    hosts=("www.federalregister.gov",),
    every=21600.0,
    publisher="regulator",
    anew=True,
)
_ASKED = (
    "document_number", "type", "subtype", "title", "abstract", "agencies", "docket_ids", "comments_close_on",
    "effective_on", "publication_date", "action", "html_url",
)  # fmt: skip


def first(source: Source, state: FetchState) -> Request:
    """GET what was published since a few days before the latest known, the oldest first."""
    start, _ = window(state, overlap=2, first=30)
    options = source.options
    asked = [("per_page", "100"), ("order", "oldest"), ("conditions[publication_date][gte]", start.isoformat())]
    asked += [("fields[]", name) for name in _ASKED]
    if options.get("agency"):
        asked += [("conditions[agencies][]", each) for each in texts(options["agency"])]
    if term := str(options.get("term") or ("" if options.get("agency") else f'"{options.get("name", "")}"')):
        asked.append(("conditions[term]", term[:500]))
    kinds = options.get("document_types") or ()
    asked += [("conditions[type][]", each) for each in (kinds.split(",") if isinstance(kinds, str) else texts(kinds))]
    return _request(f"{source.url}?{urlencode(asked)}")


def read(source: Source, response: Response) -> Page[Entry]:
    """The documents; with none the list itself is missing."""
    document = read_table(response, error="errors", need="count")
    rows = rows_of(document.get("results"), "results")
    entries, problems = read_records(rows, _entry, "documents")
    return Page(
        entries,
        problems=problems,
        next=_next(source, document.get("next_page_url")) if rows else None,
        cursor=latest((each.published for each in entries), response.reached),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    key, kind, action = required(row, "document_number"), text(row.get("type")), text(row.get("action"))
    agencies = row.get("agencies") if isinstance(row.get("agencies"), list) else []
    names = [name for each in agencies or () if (name := text(at(each, "name")) or text(at(each, "raw_name")))]
    closes, effective = day(row.get("comments_close_on")), day(row.get("effective_on"))
    about = {"Kind": kind, "Action": action, "Agencies": names, "Comments close": closes, "Effective": effective}
    return Entry(
        id=f"fr:{key}",
        link=text(row.get("html_url")),
        title=required(row, "title"),
        summary=summary(text(row.get("abstract"), 8_000), facts=about),
        published=noon(day(row.get("publication_date"))),
        language="en",
        fields=fields(
            document_type=kind,
            document_number=key,
            action=action,
            agency=names,
            docket=texts(row.get("docket_ids")),
            comments_close_on=closes,
            effective_on=effective,
        ),
    )


def _next(source: Source, url: Any) -> Request | None:
    """The page after, where the answer names one on the same server."""
    try:
        return _request(url) if isinstance(url, str) and url and origin(url) == origin(source.url) else None
    except FetchError:
        return None


def _request(url: str) -> Request:
    return Request(url, headers=(("Accept", "application/json"),))
