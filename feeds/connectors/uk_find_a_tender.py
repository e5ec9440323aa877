"""Kind ``uk_find_a_tender``: the notices of the United Kingdom's central digital platform."""

from __future__ import annotations

from feeds.connectors import ocds
from feeds.connectors.base import About, Budget
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="UK Find a Tender",
    brings="Every notice of the Procurement Act, UK1 to UK14: plans, market engagement, tenders, awards, changes. One "
    "source serves all prospects: buyers and suppliers are found by name, PPON and company number. `buyer`, `cpv` "
    "and `stages` (planning, tender, award) keep part of it.",
    limits="No key; at most 12 requests in 2 minutes; windows of 6 hours. Crown copyright, Open Government Licence v3.",
    example='[[sources]]\nid = "find-a-tender"\nkind = "uk_find_a_tender"\n',
    takes=("buyer", "cpv", "stages", "back"),
    url="https://www.find-tender.service.gov.uk/api/1.0/ocdsReleasePackages",
    hosts=("www.find-tender.service.gov.uk",),
    budgets=(Budget("find-tender.service.gov.uk", 12, 120.0),),
    every=3_600.0,
    waits={429: 120.0},
    publisher="regulator",
    anew=True,
)
SETTING = ocds.Setting("updatedFrom", "updatedTo", window=6.0, overlap=1.0, back=24.0, extra={"limit": "100"})
"""Longer windows lose releases."""


def _setting(source: Source) -> ocds.Setting:
    return ocds.bounded(SETTING, source.options)


def first(source: Source, state: FetchState) -> Request:
    """GET the window from an hour before the last one's end; after a gap, one of several."""
    return ocds.ask(source, state, _setting(source))


def read(source: Source, response: Response) -> Page[Entry]:
    """The notices; then the next page or window."""
    return ocds.answer(source, response, _setting(source))
