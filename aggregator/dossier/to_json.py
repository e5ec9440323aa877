"""Call sheets and dossiers as JSON, for programs; the shape is part of the interface."""

from __future__ import annotations

from typing import Any

import msgspec

from aggregator.digest.to_json import encoded
from aggregator.dossier.nouns import Brief, Dossier

VERSION = 1
"""Of the shape; grows when a key goes or changes its meaning."""


def render(noun: Brief | Dossier) -> str:
    """One JSON object, indented; times are RFC 3339 in UTC."""
    return encoded(as_dict(noun), indent=2) + "\n"


_EARLY = ("prospect", "name", "stage", "rep", "made_at", "to", "risks", "people", "procurements", "ends", "commitments",
          "coverage", "withheld", "withheld_words")  # fmt: skip


def render_early(dossier: Dossier) -> str:
    """The parts of a dossier that warn early, as one JSON object."""
    whole = as_dict(dossier)
    return (
        encoded({"kind": "early_warning", "version": VERSION, **{key: whole[key] for key in _EARLY}}, indent=2) + "\n"
    )


def as_dict(noun: Brief | Dossier) -> dict[str, Any]:
    """The fields of the noun as plain values, what it is and the version of the shape first."""
    kind = "brief" if isinstance(noun, Brief) else "dossier"
    return {"kind": kind, "version": VERSION, **msgspec.to_builtins(noun), "withheld_words": noun.withheld.words}
