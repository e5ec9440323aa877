"""Kind ``uk_contracts_finder``: England's notices below the thresholds, and its awards."""

from __future__ import annotations

from feeds.connectors import ocds
from feeds.connectors.base import About, Budget
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="UK Contracts Finder",
    brings="Awards, tenders, early engagement and future opportunities in England, most of them small. One source "
    "serves all prospects: buyers and suppliers are found by name and company number. `buyer`, `cpv` and `stages` "
    "keep part of it. Half of the awards are published more than 13 days late.",
    limits="No key, no stated limit: the server answers 403 to who asks too much, and is then left alone for 5 "
    "minutes. Crown copyright, Open Government Licence v3.",
    example='[[sources]]\nid = "contracts-finder"\nkind = "uk_contracts_finder"\n',
    takes=("buyer", "cpv", "stages", "back"),
    url="https://www.contractsfinder.service.gov.uk/Published/Notices/OCDS/Search",
    hosts=("www.contractsfinder.service.gov.uk",),
    budgets=(Budget("contractsfinder.service.gov.uk", 1, 2.0),),
    every=21_600.0,
    waits={403: 300.0},
    publisher="regulator",
    anew=True,
)
SETTING = ocds.Setting(
    "publishedFrom",
    "publishedTo",
    window=24.0 * 15,
    overlap=24.0,
    back=48.0,
    extra={"stages": "planning,tender,award,implementation", "limit": "100"},
)


def _setting(source: Source) -> ocds.Setting:
    return ocds.bounded(SETTING, source.options)


def first(source: Source, state: FetchState) -> Request:
    """GET what was published since a day before the last window's end."""
    return ocds.ask(source, state, _setting(source))


def read(source: Source, response: Response) -> Page[Entry]:
    """The notices, whatever charset they come in; then the next page or window."""
    return ocds.answer(source, response, _setting(source))
