"""Kind ``companies_house``: what a company in the United Kingdom files at its register."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

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
)
from feeds.connectors.windows import cursor_day, latest
from feeds.errors import LeadlineError
from feeds.model import AUTH_BASIC, Budget, Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="Companies House filing history",
    brings="Filings of a UK company: directors and owners who come and go, charges, shares, accounts, insolvency.",
    limits="600 requests in five minutes for a key. Open Government Licence 3.0.",
    example='[[sources]]\nid = "register"\nkind = "companies_house"\neach = "prospect"\n'
    'auth = "env:COMPANIES_HOUSE_KEY"\n',
    needs=("company_number",),
    takes=("name",),
    url="https://api.company-information.service.gov.uk/company/",
    hosts=("api.company-information.service.gov.uk",),
    key="free, of a live application at developer.company-information.service.gov.uk",
    budgets=(Budget("api.company-information.service.gov.uk", 600, 300.0),),
    every=86400.0,
    waits={429: 300.0},
    publisher="regulator",
)
SIZE = 100
OVERLAP = timedelta(days=7)
_PAGE = "https://find-and-update.company-information.service.gov.uk/company"
_DROPPED = frozenset({"confirmation-statement", "annual-return"})
_WORDS = {
    "appoint": "appointment", "termination": "end of appointment", "notification": "new",
    "cessation": "no longer", "change": "change", "mortgage-create": "new charge",
    "mortgage-satisfy": "charge satisfied", "certificate-change-of-name": "change of name",
}  # fmt: skip
_TAIL = re.compile(r"-(company|with)(-.*)?$")


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - the newest stand first; no way to ask for less
    """GET the newest hundred filings."""
    company = company_number(source)
    return _request(urljoin(source.url, f"{quote(company)}/filing-history?items_per_page={SIZE}&start_index=0"))


def company_number(source: Source) -> str:
    """The company's number as eight characters; LeadlineError where it is none."""
    told = re.sub(r"\s", "", str(source.options.get("company_number", ""))).upper()
    told = told.zfill(8) if told.isdigit() else told
    if not re.fullmatch(r"[A-Z0-9]{8}", told, re.ASCII):
        raise LeadlineError("`company_number` is not a number at Companies House: eight digits, or two letters and six")
    return told


def read(source: Source, response: Response) -> Page[Entry]:
    """The filings that tell something; confirmation statements and the like do not."""
    document = read_table(response, error="error", need="items")
    rows = rows_of(document["items"], "items")
    company, name = company_number(source), text(source.options.get("name")) or source.name
    entries, problems = read_records(rows, lambda row: _entry(row, company, name), "filings")
    days = [found for row in rows if (found := day(at(row, "date")))]
    known = cursor_day(response.cursor)
    more = known is not None and bool(days) and min(days) > known - OVERLAP
    return Page(
        entries,
        problems=problems,
        next=_next(response, number(document.get("total_count")) or 0.0) if more else None,
        cursor=latest(days, response.reached),
    )


def _entry(row: Mapping[str, Any], company: str, name: str) -> Entry | None:
    key, code = required(row, "transaction_id"), text(row.get("description"))
    if text(row.get("category")) in _DROPPED:
        return None
    values = row.get("description_values")
    values = values if isinstance(values, Mapping) else {}
    person, filed = text(values.get("officer_name")) or text(values.get("psc_name")), day(row.get("date"))
    effective = day(row.get("action_date"))
    about = {"Filed": filed, "Effective": effective, "Form": row.get("type"), "Person": person}
    return Entry(
        id=f"ch:{company}:{key}",
        link=f"{_PAGE}/{company}/filing-history",
        title=f"{name or company}: {describe(code, values) or text(row.get('type')) or 'filing'}",
        summary=summary(facts=about),
        published=noon(filed),
        language="en",
        fields=fields(
            company=name,
            company_number=company,
            description_code=code,
            filing_code=text(row.get("type")),
            category=text(row.get("category")),
            person=person,
            filed=filed,
            effective_date=effective,
            period_end=day(values.get("made_up_date")),
        ),
    )


def describe(code: str, values: Mapping[str, Any]) -> str:
    """A key of the register's list of descriptions in words: its words, and whom or what it concerns."""
    if code == "legacy":
        return text(values.get("description"), 300).replace("\\", " ")
    words = code
    for key, said in _WORDS.items():
        if code.startswith(key):
            words = f"{said}-{code.removeprefix(key).strip('-')}"
            break
    told = _TAIL.sub("", words).replace("-", " ").replace(" person ", " ").strip()
    whom = text(values.get("officer_name")) or text(values.get("psc_name")) or text(values.get("made_up_date"))
    return f"{told}: {whom}" if whom else told


def _next(response: Response, total: float) -> Request | None:
    url = response.asked.url if response.asked else ""
    start = parse_qs(urlsplit(url).query).get("start_index", [""])[0]
    if not start.isascii() or not start.isdigit() or len(start) > 6 or int(start) + SIZE >= total:
        return None
    return _request(re.sub(r"([?&])start_index=\d+", rf"\g<1>start_index={int(start) + SIZE}", url))


def _request(url: str) -> Request:
    return Request(url, headers=(("Authorization", f"Basic {AUTH_BASIC}"), ("Accept", "application/json")))
