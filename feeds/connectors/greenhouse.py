"""Kind ``greenhouse``: the adverts of a Greenhouse job board."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from feeds.connectors import jobs
from feeds.connectors.base import About
from feeds.connectors.records import as_is, at, instant, read_table, required, rows_of, text, texts
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import safe_link, title_text

ABOUT = About(
    title="Greenhouse job board",
    brings="Every advert of an employer's Greenhouse board with department and place, and which of them are gone.",
    limits="Public by design, no key, no documented limit; asked twice a day.",
    example='[[sources]]\nid = "jobs"\nkind = "greenhouse"\nprospect = "acme"\noptions = { board = "acme" }\n',
    needs=("greenhouse|board",),
    url="https://boards-api.greenhouse.io/v1/boards/${greenhouse|board}/jobs?content=true",
    hosts=("boards-api.greenhouse.io",),
    every=43_200.0,
    publisher="issuer",
    anew=True,
)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — a board is always asked whole
    """GET the whole board."""
    return Request(source.url, headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The adverts; ReadError for an unknown board."""
    found = read_table(response, error="error", need="jobs")
    board = f"greenhouse:{source.options.get('greenhouse') or source.options.get('board') or source.id}"
    rows = rows_of(found.get("jobs"), "jobs")
    return jobs.page_of(board, rows, lambda row: _entry(board, row), response.cursor, response.fetched_at)


def _entry(board: str, row: Mapping[str, Any]) -> Entry | None:
    """One advert; None for a standing invitation to apply, which has no post behind it."""
    key, title = required(row, "id"), title_text(required(row, "title"))
    if "internal_job_id" in row and row["internal_job_id"] is None:
        return None
    told = {
        "company": text(row.get("company_name")),
        "department": ", ".join(_names(row.get("departments"))),
        "location": text(at(row, "location.name")),
        "offices": _names(row.get("offices")),
        "requisition": text(row.get("requisition_id")) or text(row.get("internal_job_id")),
        "application_deadline": text(row.get("application_deadline")),
    }
    return jobs.advert(
        board,
        key,
        title,
        content=unescape(as_is(row.get("content"))),
        link=safe_link(text(row.get("absolute_url"))),
        published=instant(row.get("first_published")) or instant(row.get("updated_at")),
        updated=instant(row.get("updated_at")),
        language=text(row.get("language"), 20),
        told=told,
    )


def _names(value: Any) -> list[str]:
    return texts([at(each, "name") for each in value]) if isinstance(value, list) else []
