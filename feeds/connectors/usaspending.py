"""Kind ``usaspending``: contracts and other awards of the US government, by who buys or who is paid."""

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
    instant,
    money,
    noon,
    read_records,
    read_table,
    required,
    rows_of,
    summary,
    text,
)
from feeds.connectors.windows import latest, window
from feeds.errors import LeadlineError
from feeds.model import Budget, Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="USAspending.gov awards",
    brings="US federal awards with buyer, supplier, amount and end date: with `agency` what an agency buys, else what "
    "the prospect is paid, found by its UEI or name.",
    limits="None published; leadline asks once a second at most. Public domain.",
    example='[[sources]]\nid = "awards"\nkind = "usaspending"\neach = "prospect"\n',
    needs=("agency|recipient|uei|name",),
    takes=("awards", "keywords", "naics"),
    url="https://api.usaspending.gov/api/v2/search/spending_by_award/",
    hosts=("api.usaspending.gov",),
    budgets=(Budget("api.usaspending.gov", 1, 1.0),),
    every=86400.0,
    publisher="regulator",
    anew=True,
)
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "contracts": ("A", "B", "C", "D"),
    "vehicles": ("IDV_A", "IDV_B", "IDV_B_A", "IDV_B_B", "IDV_B_C", "IDV_C", "IDV_D", "IDV_E"),
    "grants": ("02", "03", "04", "05"),
}
"""Families of award types; a request may ask for one."""
FIELDS = (
    "Award ID", "Recipient Name", "Recipient UEI", "Award Amount", "Description", "Awarding Agency",
    "Awarding Sub Agency", "Start Date", "Base Obligation Date", "Last Modified Date",
)  # fmt: skip
_MORE = {
    "contracts": ("End Date", "Contract Award Type", "NAICS", "PSC"),
    "vehicles": ("Last Date to Order", "Contract Award Type", "NAICS", "PSC"),
    "grants": ("End Date", "Award Type"),
}
_HEADERS = (("Content-Type", "application/json"), ("Accept", "application/json"))


def first(source: Source, state: FetchState) -> Request:
    """POST a search for what was modified since a few days before the latest known, the oldest first."""
    family = str(source.options.get("awards") or "contracts")
    if family not in FAMILIES:
        raise LeadlineError(f"`awards` is none of: {', '.join(FAMILIES)}")
    start, end = window(state, overlap=2, first=30)
    span = {"start_date": start.isoformat(), "end_date": end.isoformat(), "date_type": "last_modified_date"}
    body = {
        "filters": {"award_type_codes": FAMILIES[family], "time_period": [span], **_who(source.options)},
        "fields": [*FIELDS, *_MORE[family]],
        "sort": "Last Modified Date",
        "order": "asc",
        "limit": 100,
        "page": 1,
        "subawards": False,
    }
    return Request(source.url, "POST", _HEADERS, json.dumps(body).encode())


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 - the answer says all
    """The awards."""
    document = read_table(response, error="detail", need="results")
    rows = rows_of(document["results"], "results")
    entries, problems = read_records(rows, _entry, "awards")
    return Page(
        entries,
        problems=problems,
        next=_next(response, document) if rows else None,
        cursor=latest((each.updated for each in entries), response.reached),
    )


def _who(options: Mapping[str, Any]) -> dict[str, Any]:
    """The filters for who buys or is paid; an agency's full official name, for another gives silently nothing."""
    who: dict[str, Any] = {}
    if options.get("agency"):
        who["agencies"] = [{"type": "awarding", "tier": "toptier", "name": str(options["agency"])}]
    recipient = options.get("recipient") or ("" if who else options.get("uei") or options.get("name"))
    if recipient:
        who["recipient_search_text"] = [str(recipient)]
    for name, key in (("keywords", "keywords"), ("naics", "naics_codes")):
        if options.get(name):
            given = options[name]
            who[key] = [str(each) for each in (given if isinstance(given, list) else [given])]
    return who


def _entry(row: Mapping[str, Any]) -> Entry:
    key = required(row, "generated_internal_id")
    supplier, what = text(row.get("Recipient Name")), text(row.get("Description"), 4_000)
    buyer, office = text(row.get("Awarding Agency")), text(row.get("Awarding Sub Agency"))
    amount, ends = money(row.get("Award Amount"), "USD"), day(row.get("End Date")) or day(row.get("Last Date to Order"))
    changed = instant(row.get("Last Modified Date"))
    kind = text(row.get("Contract Award Type")) or text(row.get("Award Type"))
    about = {"Buyer": buyer, "Supplier": supplier, "Amount": amount, "Ends": ends, "Kind": kind}
    return Entry(
        id=f"usaspending:{key}",
        link=f"https://www.usaspending.gov/award/{key}",
        title=f"{supplier or 'Award'}: {what[:200] or text(row.get('Award ID')) or key}",
        summary=summary(what, facts=about),
        published=noon(day(row.get("Base Obligation Date"))) or noon(day(row.get("Start Date"))) or changed,
        updated=changed,
        language="en",
        fields=fields(
            notice_type="Award Notice",
            award_id=text(row.get("Award ID")),
            supplier=supplier,
            supplier_uei=text(row.get("Recipient UEI")),
            buyer=buyer,
            department=office if office != buyer else "",
            amount=amount,
            contract_start=day(row.get("Start Date")),
            contract_end=ends,
            award_kind=kind,
            naics=_code(row.get("NAICS")),
            psc=_code(row.get("PSC")),
        ),
    )


def _code(value: Any) -> str:
    return text(at(value, "code")) or text(value)


def _next(response: Response, document: Mapping[str, Any]) -> Request | None:
    """The page after: by number within the first 50,000 rows, else behind the last row."""
    about = document.get("page_metadata")
    body = asked_body(response)
    if body is None or response.asked is None or at(about, "hasNext") is not True:
        return None
    page = body["page"] + 1
    if page * body["limit"] > 50_000:
        body["last_record_unique_id"] = at(about, "last_record_unique_id")
        body["last_record_sort_value"] = at(about, "last_record_sort_value")
        page = 1
    body["page"] = page
    return Request(response.asked.url, "POST", _HEADERS, json.dumps(body).encode())
