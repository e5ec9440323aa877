"""How keeping and deciding fails. The whole tree is drawn in ``feeds.errors``."""

from __future__ import annotations

from feeds.errors import LeadlineError
from feeds.tables import TableError


class ConfigError(TableError):
    """Faults in ``config.toml``: each with file, line, key, what is allowed, and a hint."""


class RuleError(TableError):
    """Faults in a rules file; the rules without fault still load."""


class StoreError(LeadlineError):
    """The database cannot do what was asked."""


class StoreBusy(StoreError):  # noqa: N818 - says what is, as one reads it
    """Another process held the database longer than we wait."""


class StoreTooNew(StoreError):  # noqa: N818 - likewise
    """The database was written by a newer leadline; this one must not touch it."""


class ClaimLost(StoreError):  # noqa: N818 - likewise
    """A source's claim ran out and another poll took it; nothing of this poll was stored for it."""


__all__ = [
    "ClaimLost",
    "ConfigError",
    "LeadlineError",
    "RuleError",
    "StoreBusy",
    "StoreError",
    "StoreTooNew",
    "TableError",
]
