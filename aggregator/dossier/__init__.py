"""What one takes into a call and hands on after it: call sheets, dossiers, early warnings; a file a format."""

from __future__ import annotations

from importlib import import_module

from aggregator.dossier.nouns import Brief, Dossier
from aggregator.dossier.sheet import Sheet, brief_sheet, dossier_sheet, early_sheet

FORMATS = {"text": "to_text", "md": "to_markdown", "html": "to_html", "json": "to_json"}
"""Format → the module beside this one that writes it; ``to_zip`` packs them with copies of documents."""
BRIEF_LINES = 60
"""A call sheet is one page."""


def render_brief(brief: Brief, form: str) -> str:
    """A call sheet in one of FORMATS; as text at most BRIEF_LINES lines."""
    if form == "json":
        from aggregator.dossier import to_json

        return to_json.render(brief)
    return render_sheet(brief_sheet(brief), form, lines=BRIEF_LINES)


def render_dossier(dossier: Dossier, form: str) -> str:
    """A dossier in one of FORMATS."""
    if form == "json":
        from aggregator.dossier import to_json

        return to_json.render(dossier)
    return render_sheet(dossier_sheet(dossier), form)


def render_early(dossier: Dossier, form: str) -> str:
    """The early warning of a dossier in one of FORMATS; as JSON, the dossier's own parts of it."""
    if form == "json":
        from aggregator.dossier import to_json

        return to_json.render_early(dossier)
    return render_sheet(early_sheet(dossier), form)


def render_sheet(sheet: Sheet, form: str, *, lines: int = 0) -> str:
    """A page as text, Markdown or HTML."""
    if form == "text":
        from aggregator.dossier import to_text

        return to_text.render(sheet, lines=lines)
    text: str = import_module(f"aggregator.dossier.{FORMATS[form]}").render(sheet)
    return text
