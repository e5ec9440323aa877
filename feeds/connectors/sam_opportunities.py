"""Kind ``sam_opportunities``: what the US government plans to buy, tenders and awards, notice by notice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from feeds.connectors.base import About
from feeds.connectors.records import (
    at,
    day,
    fields,
    instant,
    money,
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
from feeds.model import AUTH, Budget, Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="SAM.gov contract opportunities",
    brings="Federal notices: sources sought, presolicitations, solicitations with deadlines, awards with supplier and "
    "amount. One source without a prospect serves all: buyers and suppliers are matched by name and UEI.",
    limits="10 requests a day for a key without a role, 1,000 with one. A key expires after 90 days. Public domain.",
    example='[[sources]]\nid = "sam"\nkind = "sam_opportunities"\nauth = "env:SAM_API_KEY"\n'
    'options = { organization = "VETERANS AFFAIRS, DEPARTMENT OF" }\n',
    takes=("organization", "naics", "psc", "set_aside", "title", "state", "notice_types"),
    url="https://api.sam.gov/opportunities/v2/search",
    hosts=("api.sam.gov",),
    key="of an account at sam.gov (Account Details, API key), sent in the query",
    budgets=(Budget("api.sam.gov", 10, 86400.0),),
    every=43200.0,
    nothing=(404,),
    publisher="regulator",
)
SIZE = 1_000
_PARAMETERS = {
    "organization": "organizationName", "naics": "ncode", "psc": "ccode", "set_aside": "typeOfSetAside",
    "title": "title", "state": "state",
}  # fmt: skip
_SKIPPED = frozenset({"sale of surplus property", "surplus sale"})


def first(source: Source, state: FetchState) -> Request:
    """GET what was posted since a few days before the latest known, in one request if it can be."""
    start, end = window(state, overlap=3, first=30)
    asked = {
        "postedFrom": _american(start),
        "postedTo": _american(end),
        "ptype": str(source.options.get("notice_types") or "r,p,s,o,k,a,u,i"),
        "limit": str(SIZE),
        "offset": "0",
    }
    asked |= {sent: str(source.options[name]) for name, sent in _PARAMETERS.items() if source.options.get(name)}
    return _request(f"{source.url}?{urlencode(asked)}")


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 - the answer says all
    """The notices; the counter of pages is called ``offset`` here."""
    document = read_table(response, error="error", need="opportunitiesData")
    rows = rows_of(document["opportunitiesData"], "opportunitiesData")
    entries, problems = read_records(rows, _entry, "notices")
    total = int(number(document.get("totalRecords")) or 0)
    return Page(
        entries,
        problems=problems,
        next=_next(response, total) if rows else None,
        cursor=latest((day(at(row, "postedDate")) for row in rows), response.reached),
    )


def _entry(row: Mapping[str, Any]) -> Entry | None:
    notice, kind = required(row, "noticeId"), text(row.get("type"))
    if kind.lower() in _SKIPPED:
        return None
    path = [text(part) for part in text(row.get("fullParentPathName")).split(".")]
    buyer = path[0] or text(row.get("department"))
    office = path[-1] if len(path) > 1 else text(row.get("office"))
    deadline = instant(row.get("responseDeadLine") or row.get("reponseDeadLine"))
    supplier, amount = text(at(row, "award.awardee.name")), money(at(row, "award.amount"), "USD")
    title = required(row, "title")
    closes = f"{deadline:%Y-%m-%d %H:%M} UTC" if deadline else ""
    about = {"Notice": kind, "Buyer": _plain_order(buyer), "Office": office, "Deadline": closes, "Supplier": supplier,
             "Amount": amount, "Solicitation": row.get("solicitationNumber")}  # fmt: skip
    return Entry(
        id=f"sam:{notice}",
        link=text(row.get("uiLink")) or f"https://sam.gov/opp/{notice}/view",
        title=title,
        summary=summary(facts=about),
        published=noon(day(row.get("postedDate"))),
        language="en",
        fields=fields(
            notice_type=kind,
            solicitation_number=text(row.get("solicitationNumber")),
            buyer=list(dict.fromkeys([buyer, _plain_order(buyer)])) if buyer else None,
            department=office,
            deadline=deadline.isoformat() if deadline else None,
            supplier=supplier,
            supplier_uei=text(at(row, "award.awardee.ueiSAM")),
            amount=amount,
            award_date=day(at(row, "award.date")),
            naics=texts(row.get("naicsCodes")) or text(row.get("naicsCode")),
            psc=text(row.get("classificationCode")),
            set_aside=text(row.get("typeOfSetAsideDescription")) or text(row.get("typeOfSetAside")),
            location=text(at(row, "placeOfPerformance.state.name")) or text(at(row, "placeOfPerformance.city.name")),
        ),
    )


def _plain_order(name: str) -> str:
    """``VETERANS AFFAIRS, DEPARTMENT OF`` as one says it."""
    found = re.fullmatch(r"(.+), (DEPARTMENT|DEPT|OFFICE|AGENCY) OF(?: THE)?", name, re.IGNORECASE)
    return f"Department of {found[1].title()}" if found and found[2].upper() in ("DEPARTMENT", "DEPT") else name


def _next(response: Response, total: int) -> Request | None:
    url = response.asked.url if response.asked else ""
    number_ = parse_qs(urlsplit(url).query).get("offset", [""])[0]
    if not number_.isascii() or not number_.isdigit() or len(number_) > 6 or (int(number_) + 1) * SIZE >= total:
        return None
    return Request(re.sub(r"([?&])offset=\d+", rf"\g<1>offset={int(number_) + 1}", url))


def _request(url: str) -> Request:
    return Request(f"{url}&api_key={AUTH}", headers=(("Accept", "application/json"),))


def _american(known: date) -> str:
    return f"{known:%m/%d/%Y}"
