"""Kind ``ted``: public procurement of the European Union, notice by notice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from feeds.connectors.base import About
from feeds.connectors.records import (
    asked_body,
    day,
    fields,
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
from feeds.model import Budget, Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="TED, Tenders Electronic Daily",
    brings="Notices of public buyers in the EU: plans, consultations, tenders with deadlines, awards, changes. Asks "
    "for a buyer's name (in its own language), or for what `query` says in TED's expert search.",
    limits="None published, but too many are refused: leadline asks once in two seconds at most. "
    "Reuse is free with attribution: TED, Publications Office of the EU.",
    example='[[sources]]\nid = "ted"\nkind = "ted"\n'
    "options = { query = 'classification-cpv=72* AND buyer-country=DEU' }\n",
    needs=("query|buyer|name",),
    url="https://api.ted.europa.eu/v3/notices/search",
    hosts=("api.ted.europa.eu",),
    budgets=(Budget("api.ted.europa.eu", 1, 2.0),),
    every=86400.0,
    waits={429: 60.0},
    publisher="regulator",
    anew=True,
)
FIELDS = (
    "publication-number", "publication-date", "notice-type", "form-type", "notice-title", "organisation-name-buyer",
    "buyer-country", "classification-cpv", "total-value", "total-value-cur", "deadline-receipt-tender-date-lot",
    "procedure-identifier", "place-of-performance",
)  # fmt: skip
SIZE = 100
MOST = 15_000
_HEADERS = (("Content-Type", "application/json"), ("Accept", "application/json"))


def first(source: Source, state: FetchState) -> Request:
    """POST the search for what was published since a few days before the latest known, the oldest first."""
    start, _ = window(state, overlap=3, first=30)
    options = source.options
    own = str(options.get("query") or "").strip()
    name = str(options.get("buyer") or options.get("name") or "").replace("\\", " ").replace('"', " ")
    who = f"({own})" if own else f'organisation-name-buyer ~ "{name}"'
    body = {
        "query": f"{who} AND publication-date>={start:%Y%m%d} SORT BY publication-date",
        "fields": list(FIELDS),
        "page": 1,
        "limit": SIZE,
        "scope": "ACTIVE",
        "checkQuerySyntax": False,
        "paginationMode": "PAGE_NUMBER",
        "onlyLatestVersions": False,
    }
    return Request(source.url, "POST", _HEADERS, json.dumps(body).encode())


def read(source: Source, response: Response) -> Page[Entry]:  # noqa: ARG001 - the answer says all
    """The notices."""
    document = read_table(response, error="error", need="notices")
    rows = rows_of(document["notices"], "notices")
    entries, problems = read_records(rows, _entry, "notices")
    if document.get("timedOut") is True:
        problems = (*problems, "the server ran out of time: its answer is partial")
    return Page(
        entries,
        problems=problems,
        next=_next(response, number(document.get("totalNoticeCount")) or 0.0) if rows else None,
        cursor=latest((each.published for each in entries), response.reached),
    )


def _entry(row: Mapping[str, Any]) -> Entry | None:
    key = required(row, "publication-number")
    form, kind = text(row.get("form-type")), text(_value(row.get("notice-type")))
    if form == "bri":
        return None
    buyers = _in_any_language(row.get("organisation-name-buyer"))
    countries, cpv = texts(row.get("buyer-country")), texts(row.get("classification-cpv"))
    currency = next(iter(texts(row.get("total-value-cur"))), "")
    amount, deadline = money(row.get("total-value"), currency), _first_day(row.get("deadline-receipt-tender-date-lot"))
    about = {"Notice": kind or form, "Buyer": buyers, "Country": countries, "Deadline": deadline, "Value": amount}
    language, title = _title(row.get("notice-title"))
    return Entry(
        id=f"ted:{key}",
        link=f"https://ted.europa.eu/en/notice/-/detail/{key}",
        title=title or key,
        summary=summary(facts=about),
        published=noon(day(row.get("publication-date"))),
        language=language,
        fields=fields(
            notice_type=kind or form,
            form_type=form,
            procedure=text(row.get("procedure-identifier")),
            buyer=buyers,
            buyer_country=countries,
            cpv=cpv,
            amount=amount,
            deadline=deadline,
            location=texts(row.get("place-of-performance")),
        ),
    )


def _title(value: Any) -> tuple[str, str]:
    """Language and title, English where there is one; the part before the last dash only says country and kind."""
    if not isinstance(value, Mapping):
        return "", text(value)
    language = "eng" if "eng" in value else next(iter(value), "")
    return {"eng": "en"}.get(language, text(language)), text(_value(value.get(language)))


def _in_any_language(value: Any) -> list[str]:
    """Names told by language, each a text or a list of them, in the order given."""
    told = list(value.values()) if isinstance(value, Mapping) else [value]
    return list(dict.fromkeys(name for each in told for name in texts(each)))


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get("value")
    return value[0] if isinstance(value, list) and value else value


def _first_day(value: Any) -> Any:
    days = [found for each in (value if isinstance(value, list) else [value])[:50] if (found := day(each))]
    return min(days) if days else None


def _next(response: Response, total: float) -> Request | None:
    body = asked_body(response)
    if body is None or response.asked is None:
        return None
    if body["page"] * body["limit"] >= min(total, MOST):
        return None
    body["page"] += 1
    return Request(response.asked.url, "POST", _HEADERS, json.dumps(body).encode())
