"""Kind ``lever``: the adverts of a Lever job site."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from feeds.connectors import jobs
from feeds.connectors.base import About
from feeds.connectors.records import as_is, at, instant, number, read_json, required, rows_of, text, texts
from feeds.errors import ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import safe_link, title_text

ABOUT = About(
    title="Lever job site",
    brings="Every advert of an employer's Lever site with department, team and place, and which of them are gone. "
    'For a site at jobs.eu.lever.co set `url = "https://api.eu.lever.co/v0/postings/NAME?mode=json"`.',
    limits="Postings are public and may be read by third parties; no key, no limit for reading; asked twice a day.",
    example='[[sources]]\nid = "jobs"\nkind = "lever"\nprospect = "acme"\noptions = { board = "acme" }\n',
    needs=("lever|board",),
    url="https://api.lever.co/v0/postings/${lever|board}?mode=json",
    hosts=("api.lever.co", "api.eu.lever.co"),
    every=43_200.0,
    publisher="issuer",
    anew=True,
)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — a board is always asked whole
    """GET the whole site."""
    return Request(source.url, headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The adverts; ReadError for an unknown site. An abandoned site answers with an empty list."""
    found = read_json(response)
    if isinstance(found, Mapping):
        raise ReadError(f"the server tells of an error: {text(found.get('error'), 200) or 'no such site'}")
    board = f"lever:{source.options.get('lever') or source.options.get('board') or source.id}"
    rows = rows_of(found, "the answer")
    return jobs.page_of(board, rows, lambda row: _entry(board, row), response.cursor, response.fetched_at)


def _entry(board: str, row: Mapping[str, Any]) -> Entry:
    places = texts(at(row, "categories.allLocations"))
    told = {
        "department": text(at(row, "categories.department")),
        "team": text(at(row, "categories.team")),
        "location": text(at(row, "categories.location")),
        "locations": places if len(places) > 1 else [],
        "commitment": text(at(row, "categories.commitment")),
        "level": text(at(row, "categories.level")),
        "country": text(row.get("country")),
        "workplace": text(row.get("workplaceType")),
        "salary": _salary(row.get("salaryRange")),
    }
    return jobs.advert(
        board,
        required(row, "id"),
        title_text(required(row, "text")),
        content=_content(row),
        link=safe_link(text(row.get("hostedUrl"))),
        published=instant(row.get("createdAt")),
        told=told,
    )


def _content(row: Mapping[str, Any]) -> str:
    """Description, lists and closing words as HTML; plain text where there is no HTML."""
    parts = [_html(row, "description")]
    lists = row.get("lists")
    for each in lists if isinstance(lists, list) else ():
        if inner := as_is(at(each, "content")):
            parts.append(f"<h3>{escape(text(at(each, 'text')))}</h3><ul>{inner}</ul>")
    parts.append(_html(row, "additional"))
    return "\n".join(filter(None, parts))


def _html(row: Mapping[str, Any], name: str) -> str:
    plain = as_is(row.get(f"{name}Plain"))
    return as_is(row.get(name)) or (f"<p>{escape(plain)}</p>" if plain else "")


def _salary(value: Any) -> str:
    least, most = number(at(value, "min")), number(at(value, "max"))
    if least is None and most is None:
        return ""
    span = "–".join(f"{each:,.0f}" for each in (least, most) if each is not None)
    return f"{text(at(value, 'currency'), 10)} {span} {text(at(value, 'interval'), 40)}".strip()
