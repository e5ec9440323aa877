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
    "feed": "feeds.connectors.syndication",
    "json_api": "feeds.connectors.json_api",
    "sec_submissions": "feeds.connectors.sec_submissions",
    "sec_atom": "feeds.connectors.sec_atom",
    "sec_full_text": "feeds.connectors.sec_full_text",
    "usaspending": "feeds.connectors.usaspending",
    "sam_opportunities": "feeds.connectors.sam_opportunities",
    "ted": "feeds.connectors.ted",
    "companies_house": "feeds.connectors.companies_house",
    "federal_register": "feeds.connectors.federal_register",
    "regulations_gov": "feeds.connectors.regulations_gov",
    "grants_gov": "feeds.connectors.grants_gov",
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
