"""The registry of connectors: kind of source → the module that reads it, imported when first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import cast

from feeds.connectors.base import Connector
from feeds.errors import LeadlineError
from feeds.tables import did_you_mean
from feeds.text import one_line

__all__ = ["KINDS", "Connector", "connector"]

_MODULES = {
    "ashby": "feeds.connectors.ashby",
    "bing_news": "feeds.connectors.bing_news",
    "bluesky": "feeds.connectors.bluesky",
    "companies_house": "feeds.connectors.companies_house",
    "csv": "feeds.connectors.csv_rows",
    "federal_register": "feeds.connectors.federal_register",
    "feed": "feeds.connectors.syndication",
    "folder": "feeds.connectors.folder",
    "gdelt": "feeds.connectors.gdelt",
    "github": "feeds.connectors.github",
    "github_releases": "feeds.connectors.github_releases",
    "google_news": "feeds.connectors.google_news",
    "grants_gov": "feeds.connectors.grants_gov",
    "greenhouse": "feeds.connectors.greenhouse",
    "hn_algolia": "feeds.connectors.hn_algolia",
    "json_api": "feeds.connectors.json_api",
    "lever": "feeds.connectors.lever",
    "mailbox": "feeds.connectors.mailbox",
    "mastodon": "feeds.connectors.mastodon",
    "ocds": "feeds.connectors.ocds",
    "page_watch": "feeds.connectors.page_watch",
    "press_wire": "feeds.connectors.press_wire",
    "regulations_gov": "feeds.connectors.regulations_gov",
    "sam_opportunities": "feeds.connectors.sam_opportunities",
    "sec_atom": "feeds.connectors.sec_atom",
    "sec_full_text": "feeds.connectors.sec_full_text",
    "sec_submissions": "feeds.connectors.sec_submissions",
    "sqlite": "feeds.connectors.sqlite_rows",
    "ted": "feeds.connectors.ted",
    "uk_contracts_finder": "feeds.connectors.uk_contracts_finder",
    "uk_find_a_tender": "feeds.connectors.uk_find_a_tender",
    "usaspending": "feeds.connectors.usaspending",
}

KINDS: tuple[str, ...] = tuple(_MODULES)
"""The kinds of source that can be read."""


@cache
def connector(kind: str) -> Connector:
    """The connector for a kind of source; ``LeadlineError`` names the nearest kind if there is none."""
    if kind not in _MODULES:
        raise LeadlineError(
            f"no connector reads sources of kind {one_line(kind, 40)!r}", hint=did_you_mean(kind, KINDS)
        )
    return cast("Connector", import_module(_MODULES[kind]))
