"""Kind ``sec_atom``: EDGAR's Atom feeds, of one filer (``cik``) or of all filers as they file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

from msgspec.structs import replace

from feeds.connectors import sec
from feeds.connectors.base import About
from feeds.connectors.records import day, fields, instant, number, read_records, required, summary
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="SEC EDGAR Atom feeds",
    brings="Filings as they arrive: with `cik` those of one filer, without it those of all filers, of which the "
    "prospects' own are found by their CIK. One source for all is better than one each for more than fifty prospects.",
    limits=sec.LIMITS,
    example='[[sources]]\nid = "sec-current"\nkind = "sec_atom"\noptions = { forms = "8-K" }\n',
    takes=("cik", "forms"),
    url="https://www.sec.gov/cgi-bin/browse-edgar",
    hosts=("www.sec.gov",),
    contact=True,
    budgets=(sec.SEC,),
    every=900.0,
    waits=sec.WAITS,
    publisher="regulator",
)
COUNT = 100
OVERLAP = timedelta(hours=1)
MAX_BYTES = 5_000_000
_TITLE = re.compile(r"^(?P<form>.+?) - (?P<name>.+) \((?P<cik>\d{10})\) \((?P<role>[^)]+)\)$", re.ASCII)
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}", re.ASCII)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - the newest page is asked for whatever is known
    """GET the newest hundred filings."""
    forms = sorted(sec.wanted_forms(source)) or ["8-K"]
    if len(forms) > 1:
        raise LeadlineError("`forms` may name one form here: EDGAR's feeds know no lists")
    about = {"type": forms[0], "count": COUNT, "start": 0, "output": "atom"}
    if source.options.get("cik"):
        asked = {"action": "getcompany", "CIK": sec.cik_of(source), "dateb": "", "owner": "exclude"}
    else:
        asked = {"action": "getcurrent", "owner": "include"}
    return Request(f"{source.url}?{urlencode({**asked, **about})}", headers=(("Accept", "application/atom+xml"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """The filings, the parties of each together; more are asked for until what is known already is reached."""
    rows, company = _rows(response)
    form = next(iter(sec.wanted_forms(source)), "8-K")
    made, problems = read_records(rows, lambda row: _entry(row, company, source), "filings")
    entries = _merged([each for each in made if str(each.fields["form"]).upper().removesuffix("/A") == form])
    times = [each.updated for each in made if each.updated]
    page = Page(entries, problems=problems)
    if not _start(response):
        page = replace(page, cursor=max([*(time.isoformat() for time in times), response.cursor]))
    known = instant(response.cursor)
    if len(rows) >= COUNT and known and times and min(times) > known - OVERLAP:
        page = replace(page, next=_next(source, response))
    return page


def _rows(response: Response) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Each entry as a flat table of texts, and what is said of the one company, if it is one's feed."""
    body = response.body
    if b"<feed" not in body[:5_000]:
        raise ReadError("the answer is no Atom feed: EDGAR may not know the filer, or wants a pause")
    if len(body) > MAX_BYTES or b"<!DOCTYPE" in body[:5_000] or b"<!ENTITY" in body:
        raise ReadError("the answer is no feed that EDGAR writes")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - entities were refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        raise ReadError("the answer's XML is damaged") from None
    about = {_name(each): (each.text or "").strip() for found in _all(root, "company-info") for each in found}
    return [_flat(each) for each in _all(root, "entry")], about


def _flat(entry: ElementTree.Element) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for each in entry.iter():
        name = _name(each)
        if name == "category" and each.get("term"):
            row.setdefault("category", each.get("term"))
        elif name == "link" and each.get("href"):
            row.setdefault("href", each.get("href"))
        elif each.text and each.text.strip():
            row.setdefault(name, each.text.strip())
    return row


def _entry(row: Mapping[str, Any], company: Mapping[str, str], source: Source) -> Entry:
    title = _TITLE.match(row.get("title", ""))
    told = unescape(str(row.get("summary", "")))
    places = " ".join(str(row.get(name, "")) for name in ("accession-number", "id", "accession-nunber"))
    found = _ACCESSION.search(places)
    accession = found[0] if found else required({}, "accession number")
    form = title["form"] if title else required(row, "filing-type", "category")
    items = sec.items_of(form, row.get("items-desc", "") or " ".join(re.findall(r"Item (\d\.\d\d)", told)))
    name = title["name"] if title else company.get("conformed-name", "") or source.name
    cik = title["cik"] if title else company.get("cik", "") or sec.cik_of(source)
    filed = day(row.get("filing-date")) or day(next(iter(re.findall(r"\d{4}-\d\d-\d\d", told)), ""))
    return Entry(
        id=f"sec:{accession}",
        link=row.get("href") or sec.filing_url(cik, accession),
        title=sec.title_of(name, form, items, row.get("form-name", "")),
        summary=summary(facts={"Form": form, "Items": items, "Filed": filed}),
        published=instant(row.get("updated")),
        updated=instant(row.get("updated")),
        language="en",
        fields=fields(
            filer=[name] if name else None,
            cik=[cik] if number(cik) else None,
            role=[title["role"]] if title else None,
            form=form,
            items=items,
            accession_number=accession,
            filed=filed,
        ),
    )


def _merged(entries: list[Entry]) -> tuple[Entry, ...]:
    """One entry a filing: the same one stands there once for each party, and any may be a prospect."""
    kept: dict[str, Entry] = {}
    for each in entries:
        known = kept.get(each.id)
        if known is None:
            kept[each.id] = each
            continue
        joined = {key: _joined(known.fields.get(key), each.fields.get(key)) for key in ("filer", "cik", "role")}
        kept[each.id] = replace(known, fields={**known.fields, **fields(**joined)})
    return tuple(kept.values())


def _joined(left: Any, right: Any) -> list[str]:
    return list(dict.fromkeys([*(left or ()), *(right or ())]))


def _start(response: Response) -> int:
    query = parse_qs(urlsplit(response.asked.url if response.asked else response.url).query)
    start = query.get("start", ["0"])[0]
    return int(start) if start.isascii() and start.isdigit() and len(start) < 8 else 0


def _next(source: Source, response: Response) -> Request:
    asked = response.asked or first(source, FetchState())
    url = re.sub(r"([?&])start=\d*", rf"\g<1>start={_start(response) + COUNT}", asked.url)
    return Request(url, headers=(("Accept", "application/atom+xml"),))


def _all(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root if _name(each) == name]


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
