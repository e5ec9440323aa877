"""Kind ``ashby``: the adverts of an Ashby job board."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from feeds.connectors import jobs
from feeds.connectors.base import About
from feeds.connectors.records import as_is, at, instant, read_table, required, rows_of, text, texts
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import safe_link, title_text

ABOUT = About(
    title="Ashby job board",
    brings="Every listed advert of an employer's Ashby board with department, team and place, and which are gone.",
    limits="Public, no key, no documented limit; asked twice a day.",
    example='[[sources]]\nid = "jobs"\nkind = "ashby"\nprospect = "acme"\noptions = { board = "Acme" }\n',
    needs=("ashby|board",),
    url="https://api.ashbyhq.com/posting-api/job-board/${ashby|board}?includeCompensation=true",
    hosts=("api.ashbyhq.com",),
    every=43_200.0,
    publisher="issuer",
    anew=True,
)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — a board is always asked whole
    """GET the whole board."""
    return Request(source.url, headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The adverts that are listed; ReadError for an unknown board."""
    found = read_table(response, error="error", need="jobs")
    board = f"ashby:{source.options.get('ashby') or source.options.get('board') or source.id}"
    rows = rows_of(found.get("jobs"), "jobs")
    return jobs.page_of(board, rows, lambda row: _entry(board, row), response.cursor, response.fetched_at)


def _entry(board: str, row: Mapping[str, Any]) -> Entry | None:
    """One advert; None for one that its employer does not list."""
    if row.get("isListed") is False:
        return None
    others = row.get("secondaryLocations")
    told = {
        "department": text(row.get("department")),
        "team": text(row.get("team")),
        "location": text(row.get("location")),
        "locations": texts([at(each, "location") for each in others]) if isinstance(others, list) else [],
        "commitment": text(row.get("employmentType")),
        "workplace": text(row.get("workplaceType")),
        "country": text(at(row, "address.postalAddress.addressCountry")),
    }
    if row.get("shouldDisplayCompensationOnJobPostings") is True:
        told["salary"] = text(at(row, "compensation.compensationTierSummary"))
    return jobs.advert(
        board,
        required(row, "id"),
        title_text(required(row, "title")),
        content=_content(row),
        link=safe_link(text(row.get("jobUrl"))),
        published=instant(row.get("publishedAt")),
        told=told,
    )


def _content(row: Mapping[str, Any]) -> str:
    plain = as_is(row.get("descriptionPlain"))
    return as_is(row.get("descriptionHtml")) or (f"<p>{escape(plain)}</p>" if plain else "")
