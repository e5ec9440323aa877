"""What managers read: how much came, how much of it was worth it, how fast it was seen to; always with its n."""

from __future__ import annotations

from importlib import import_module

from aggregator.report.build import Report

FORMATS = {"text": "to_text", "html": "to_html", "json": "to_json"}
"""Format → the module beside this one whose ``render(report) -> str`` writes it."""


def render(report: Report, form: str) -> str:
    """The report in one of FORMATS."""
    text: str = import_module(f"aggregator.report.{FORMATS[form]}").render(report)
    return text
