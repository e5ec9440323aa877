"""The registry of connectors: kind → the module that reads it, loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from feeds.connectors.base import Connector
from feeds.errors import LeadlineError

_MODULES = {"feed": "syndication"}

KINDS = tuple(_MODULES)
"""Every kind that a source can have."""


def connector(kind: str) -> Connector:
    """The connector for a kind. Raises LeadlineError for an unknown one."""
    if kind not in _MODULES:
        raise LeadlineError(
            f"no connector reads sources of the kind {kind!r}", hint=f"allowed: {', '.join(KINDS)}"
        )
    return cast("Connector", import_module(f"feeds.connectors.{_MODULES[kind]}"))
