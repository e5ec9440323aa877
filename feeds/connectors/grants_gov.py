"""Kind ``grants_gov``: grant programmes of the US government, planned and open."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from feeds.connectors.base import About
from feeds.connectors.records import (
    asked_body,
    at,
    day,
    fields,
    noon,
    number,
    read_records,
    read_table,
    required,
    rows_of,
    summary,
    text,
    texts,
)
from feeds.connectors.windows import latest, window
from feeds.errors import ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="Grants.gov opportunities",
    brings="Grant programmes as they are forecast and posted, with agency and closing day: of agencies (`agencies`, "
    "their codes joined by |), or with the words of `keyword`.",
    limits="None published. Public domain.",
    example='[[sources]]\nid = "grants-health"\nkind = "grants_gov"\noptions = { agencies = "HHS" }\n',
    needs=("agencies|keyword|name",),
    url="https://api.grants.gov/v1/api/search2",
    hosts=("api.grants.gov",),
    every=43200.0,
    publisher="regulator",
)
SIZE = 100
_HEADERS = (("Content-Type", "application/json"), ("Accept", "application/json"))


def first(source: Source, state: FetchState) -> Request:
    """POST the search for the days since the latest known."""
    start, end = window(state, overlap=3, first=30)
    options = source.options
    keyword = str(options.get("keyword") or ("" if options.get("agencies") else options.get("name", "")))
    body = {
        "rows": SIZE,
        "startRecordNum": 0,
        "keyword": keyword,
        "agencies": str(options.get("agencies") or ""),
        "oppStatuses": "forecasted|posted",
        "dateRange": str((end - start).days + 1),
        "sortBy": "openDate|desc",
    }
    return Request(source.url, "POST", _HEADERS, json.dumps(body).encode())


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 - the answer says all
    """The opportunities."""
    document = read_table(response)
    if number(document.get("errorcode")) != 0.0:
        told = texts(at(document, "data.errorMsgs")) or texts(document.get("msg"))
        raise ReadError(f"the server tells of an error: {'; '.join(told)[:200] or 'it does not say which'}")
    if not isinstance(document.get("data"), Mapping):
        raise ReadError("the answer has no `data`: its schema may have changed")
    rows = rows_of(at(document, "data.oppHits"), "data.oppHits")
    entries, problems = read_records(rows, _entry, "opportunities")
    return Page(
        entries,
        problems=problems,
        next=_next(response, number(at(document, "data.hitCount")) or 0.0) if rows else None,
        cursor=latest((each.published for each in entries), response.reached),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    key, status = required(row, "id"), text(row.get("oppStatus"))
    agency = text(row.get("agency")) or text(row.get("agencyName"))
    closes, name = day(row.get("closeDate")), text(row.get("number"))
    # The status stands in the text, so that a programme that opens is seen as changed.
    about = {"Status": status, "Agency": agency, "Number": name, "Closes": closes}
    return Entry(
        id=f"grants:{key}",
        link=f"https://www.grants.gov/search-results-detail/{key}",
        title=required(row, "title"),
        summary=summary(facts=about),
        published=noon(day(row.get("openDate"))),
        language="en",
        fields=fields(
            opportunity_status=status,
            opportunity_number=name,
            agency=agency,
            agency_code=text(row.get("agencyCode")),
            deadline=closes,
            aln=texts(row.get("cfdaList")) or texts(row.get("alnist")),
        ),
    )


def _next(response: Response, total: float) -> Request | None:
    body = asked_body(response)
    if body is None or response.asked is None:
        return None
    body["startRecordNum"] += SIZE
    if body["startRecordNum"] >= total:
        return None
    return Request(response.asked.url, "POST", _HEADERS, json.dumps(body).encode())
