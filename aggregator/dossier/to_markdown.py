"""A sheet as Markdown, for wikis and mail; whatever came from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.digest.to_markdown import escape
from aggregator.dossier.sheet import Entry, Sheet
from feeds.text import printable, safe_link


def render(sheet: Sheet) -> str:
    """The sheet as CommonMark."""
    parts = [f"# {escape(sheet.title)}", "", *(f"{escape(line)}  " for line in sheet.lead), ""]
    for section in sheet.sections:
        parts += [f"## {escape(section.title)}", ""]
        parts += [line for entry in section.entries for line in _entry(entry, "")] or [escape(section.empty)]
        parts.append("")
    parts += ["## What was seen", "", *(f"- {escape(line)}" for line in sheet.foot)]
    return printable("\n".join(parts)).rstrip("\n") + "\n"


def _entry(entry: Entry, indent: str) -> Iterator[str]:
    mark = f"**{escape(entry.mark)}** · " if entry.mark else ""
    link = re.sub(r"[<>\\\s]", lambda found: f"%{ord(found[0]):02X}", safe_link(entry.link))
    text = f"[{escape(entry.text)}](<{link}>)" if link else escape(entry.text)
    detail = f" · {escape(entry.beside)}" if entry.beside else ""
    about = f"{escape(entry.about)} " if entry.about else ""
    yield f"{indent}- {mark}{about}{text}{detail}"
    for sub in entry.subs:
        yield from _entry(sub, f"{indent}  ")
