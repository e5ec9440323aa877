"""Kind ``sec_full_text``: filings of anyone that mention a prospect or other words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from feeds.connectors import sec
from feeds.connectors.base import About
from feeds.connectors.records import (
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
    title="SEC EDGAR full-text search",
    brings="Filings of any company that mention the prospect's name, or the words of `query`: customers, suppliers, "
    "private companies that no filing is their own.",
    limits=f"{sec.LIMITS} The search behind EDGAR's own page, which is not documented; asked once a day.",
    example='[[sources]]\nid = "sec-mentions"\nkind = "sec_full_text"\neach = "prospect"\n'
    'options = { forms = "8-K,10-K,10-Q" }\n',
    needs=("query|name",),
    takes=("forms", "cik"),
    url="https://efts.sec.gov/LATEST/search-index",
    hosts=("efts.sec.gov",),
    contact=True,
    budgets=(sec.SEC,),
    every=86400.0,
    waits=sec.WAITS,
    publisher="regulator",
)
SIZE = 100
MOST = 10_000
_FILER = re.compile(r"^(?P<name>.+?)\s*(?:\([A-Z0-9., -]{1,60}\)\s*)?\(CIK (?P<cik>\d{10})\)\s*$", re.ASCII)


def first(source: Source, state: FetchState) -> Request:
    """GET what was filed since a few days before the latest known."""
    start, end = window(state, overlap=3, first=30)
    options = source.options
    query = str(options.get("query") or f'"{str(options.get("name", "")).replace(chr(34), " ")}"')
    asked = {"q": query, "dateRange": "custom", "startdt": start.isoformat(), "enddt": end.isoformat(), "from": 0}
    if forms := sec.wanted_forms(source):
        asked["forms"] = ",".join(sorted(forms))
    return Request(f"{source.url}?{urlencode(asked)}", headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """One entry a filing, the best of its documents."""
    document = read_table(response, error="error", need="hits")
    hits = document["hits"]
    if not isinstance(hits, Mapping):
        raise ReadError("`hits` is not an object: the schema may have changed")
    rows = rows_of(hits.get("hits"), "hits.hits")
    own = sec.cik_of(source) if source.options.get("cik") else ""
    entries, problems = read_records(rows, lambda hit: _entry(hit, own), "documents")
    best: dict[str, Entry] = {}
    for entry in entries:
        best.setdefault(entry.id, entry)
    dates = [each.published for each in entries]
    return Page(
        tuple(best.values()),
        problems=problems,
        next=_next(response, len(rows), int(number(at(hits, "total.value")) or 0)),
        cursor=latest(dates, response.reached),
    )


def _entry(hit: Mapping[str, Any], own: str) -> Entry:
    record = hit.get("_source")
    accession, form = required(record, "adsh"), required(record, "form")
    filers = [found for each in texts(at(record, "display_names")) if (found := _FILER.match(each))]
    ciks = texts(at(record, "ciks"))
    name = filers[0]["name"] if filers else text(at(record, "display_names.0")) or "A filer"
    items = sec.items_of(form, at(record, "items") if isinstance(at(record, "items"), list) else "")
    filed = day(at(record, "file_date"))
    is_own = bool(own) and own in ciks
    file_name = text(hit.get("_id")).partition(":")[2]
    kind = text(at(record, "file_type"))
    about = {"Form": form, "Items": items, "Document": kind, "Filed": filed, "Of": day(at(record, "period_ending"))}
    # What another company's form and items say is of that company: under these names they decide nothing here.
    told = {"form": form, "items": items} if is_own or not own else {"found_in_form": form, "found_in_items": items}
    return Entry(
        id=f"sec:{accession}",
        link=sec.filing_url(ciks[0], accession, file_name) if ciks and number(ciks[0]) else "",
        title=sec.title_of(name, form, items, text(at(record, "file_description"))),
        summary=summary(text(at(record, "file_description")), facts=about),
        published=noon(filed),
        language="en",
        fields=fields(
            filer=[each["name"] for each in filers] or None,
            cik=ciks,
            **told,
            document_kind=kind,
            accession_number=accession,
            filed=filed,
            location=texts(at(record, "biz_locations")),
        ),
    )


def _next(response: Response, found: int, total: int) -> Request | None:
    url = response.asked.url if response.asked else response.url
    start = parse_qs(urlsplit(url).query).get("from", ["0"])[0]
    at_ = (int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0) + SIZE
    if not found or at_ >= min(total, MOST):
        return None
    moved = re.sub(r"([?&])from=\d*", rf"\g<1>from={at_}", url)
    return Request(moved, headers=(("Accept", "application/json"),)) if moved != url else None
