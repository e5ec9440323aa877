"""A report as JSON, for programs; the shape is part of the interface."""

from __future__ import annotations

from typing import Any

from aggregator.digest.to_json import encoded
from aggregator.model import Tally
from aggregator.report.build import Report

VERSION = 1
"""Of the shape; grows when a key goes or changes its meaning."""


def render(report: Report) -> str:
    """One JSON object, indented; weeks are named by their Mondays, durations are seconds."""
    return encoded(as_dict(report), indent=2) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "kind": "report", "version": VERSION, "made_at": report.made_at, "since": report.since, "by": report.facet,
        "weeks": list(report.mondays), "items_by_week": list(report.items), "kept_by_week": list(report.kept),
        "whole": _tally(report.whole),
        "rows": [{"key": r.key, "name": r.name, **_tally(r.tally), "by_week": list(r.weeks)} for r in report.rows],
    }  # fmt: skip


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "n": tally.n, "kept": tally.kept, "dismissed": tally.dismissed, "decided": tally.decided,
        "kept_ratio": None if tally.kept_ratio is None else round(tally.kept_ratio, 4),
        "corrections": tally.corrections, "median_seconds_to_triage": tally.median_seconds,
    }  # fmt: skip
