"""The one list of the six content types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContentType:
    """One of the six kinds of thing that a seller wants to hear of a prospect."""

    id: str
    title: str
    label: str
    """At most nine characters: fits a column."""
    meaning: str
    """One line, as one would explain it to a new rep."""


CONTENT_TYPES = (
    ContentType(
        "strategy", "Business strategy", "strategy",
        "It changes where it plays or how: deals, alliances, markets, products, investments.",
    ),
    ContentType(
        "structure", "Organizational structure", "structure",
        "Who decides, and how its people and sites are arranged.",
    ),
    ContentType(
        "purchasing_plans", "Purchasing plans", "plans",
        "A purchase is coming: tender, market engagement, budget, capital plan.",
    ),
    ContentType(
        "requirements", "Business requirements", "needs",
        "What it must do, fix or obtain: rules, incidents, stated needs.",
    ),
    ContentType(
        "market_position", "Market position", "position",
        "How it stands: results, finance, share, disputes, authorities.",
    ),
    ContentType(
        "purchasing_history", "Purchasing history", "history",
        "A purchase has been made or a supplier chosen.",
    ),
)  # fmt: skip
"""All six, in the order in which they are shown."""

TYPE_IDS = tuple(kind.id for kind in CONTENT_TYPES)
"""Their ids."""
