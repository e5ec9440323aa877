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
