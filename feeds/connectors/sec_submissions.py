"""Kind ``sec_submissions``: the filings of one SEC registrant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from feeds.connectors import sec
from feeds.connectors.base import About
from feeds.connectors.records import (
    at,
    day,
    fields,
    noon,
    read_records,
    read_table,
    required,
    summary,
    text,
    texts,
)
from feeds.connectors.windows import cursor_day, latest
from feeds.errors import ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="SEC EDGAR submissions",
    brings="Every filing of a US registrant with its form, and of an 8-K the items: agreements, acquisitions, results, "
    "officers who come and go.",
    limits=sec.LIMITS,
    example='[[sources]]\nid = "sec"\nkind = "sec_submissions"\neach = "prospect"\n',
    needs=("cik",),
    takes=("forms",),
    url="https://data.sec.gov/submissions/",
    hosts=("data.sec.gov",),
    contact=True,
    budgets=(sec.SEC,),
    every=3600.0,
    waits=sec.WAITS,
    publisher="regulator",
)
OVERLAP = timedelta(days=5)
"""Filings are dated on the next business day and not in order within a day."""
MOST = 300
"""Filings taken from one answer: it reaches back a year or a thousand filings."""
_COLUMNS = ("accessionNumber", "filingDate", "reportDate", "form", "items", "primaryDocument", "primaryDocDescription")


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 - there is one document, and no way to ask for less
    """GET the registrant's document."""
    return Request(urljoin(source.url, f"CIK{sec.cik_of(source)}.json"), headers=(("Accept", "application/json"),))


def read(source: Source, response: Response) -> Page[Entry]:
    """Its filings, those that came well before the last poll left out."""
    document = read_table(response)
    recent = at(document, "filings.recent") or (document if "accessionNumber" in document else None)
    if not isinstance(recent, Mapping) or not isinstance(recent.get("accessionNumber"), list):
        raise ReadError("the answer has no `filings.recent`: its schema may have changed")
    company = _Company.of(document, source)
    seen = cursor_day(response.cursor)
    rows = [row for row in _rows(recent) if not seen or (day(row.get("filingDate")) or seen) >= seen - OVERLAP]
    wanted = sec.wanted_forms(source)
    entries, problems = read_records(
        [row for row in rows if sec.is_wanted(text(row.get("form")), wanted)][:MOST], company.entry, "filings"
    )
    return Page(
        entries, problems=problems, cursor=latest((day(row.get("filingDate")) for row in rows), response.cursor)
    )


def _rows(recent: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The parallel columns as rows; one that is missing or shorter gives nothing."""
    for number in range(len(recent["accessionNumber"])):
        yield {name: at(recent, f"{name}.{number}") for name in _COLUMNS}


class _Company:
    """Whose filings they are."""

    def __init__(self, name: str, cik: str, tickers: list[str]) -> None:
        self.name, self.cik, self.tickers = name, cik, tickers

    @classmethod
    def of(cls, document: Mapping[str, Any], source: Source) -> _Company:
        name = text(document.get("name")) or text(source.options.get("name")) or source.name
        return cls(name, sec.cik_of(source), texts(document.get("tickers")))

    def entry(self, row: Mapping[str, Any]) -> Entry:
        accession, form = required(row, "accessionNumber"), required(row, "form")
        items = sec.items_of(form, text(row.get("items")))
        filed = day(row.get("filingDate"))
        about = {"Form": form, "Items": items, "Filed": filed, "Of": day(row.get("reportDate"))}
        return Entry(
            id=f"sec:{accession}",
            link=sec.filing_url(self.cik, accession, text(row.get("primaryDocument"))),
            title=sec.title_of(self.name, form, items, text(row.get("primaryDocDescription"))),
            summary=summary(facts=about),
            published=noon(filed),
            language="en",
            fields=fields(
                filer=self.name,
                cik=self.cik,
                ticker=self.tickers,
                form=form,
                items=items,
                accession_number=accession,
                filed=filed,
                event_date=day(row.get("reportDate")),
            ),
        )
