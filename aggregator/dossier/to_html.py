"""A sheet as one HTML file: nothing fetched, nothing run, all text escaped, readable by ear and in print.

What is written is well-formed XML as well, so that a fault in it cannot hide.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from aggregator.dossier.sheet import Entry, Section, Sheet
from aggregator.html_page import document, text
from feeds.text import printable, safe_link

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid; }
ul { padding-left: 1.2rem; } li { margin: .4rem 0; overflow-wrap: anywhere; }
.mark { font-weight: 600; } .detail { display: block; font-size: .9rem; }
.empty { font-style: italic; } nav ul { columns: 2; } a:focus { outline: 3px solid; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid; }
td.figure, th.figure { text-align: right; } svg { max-width: 100%; height: auto; }
@media print { nav { display: none; } body { max-width: none; } }
"""


def render(sheet: Sheet) -> str:
    """The sheet as a whole document."""
    lead = "".join(f"<p>{text(line)}</p>\n" for line in sheet.lead)
    names = [section.title for section in sheet.sections] + ["What was seen"]
    links = "".join(f'<li><a href="#s{number}">{text(name)}</a></li>\n' for number, name in enumerate(names, 1))
    sections = "".join(_section(number, section) for number, section in enumerate(sheet.sections, 1))
    last = _section(len(names), Section("What was seen", tuple(Entry(line) for line in sheet.foot)))
    header = f"<header>\n<h1>{text(sheet.title)}</h1>\n{lead}</header>\n"
    nav = f'<nav aria-label="Sections">\n<ul>\n{links}</ul>\n</nav>\n'
    return document(sheet.title, STYLE, f"{header}{nav}<main>\n{sections}{last}</main>\n")


def _section(number: int, section: Section) -> str:
    entries = "".join(_entry(entry) for entry in section.entries)
    inside = f"<ul>\n{entries}</ul>\n" if entries else f'<p class="empty">{text(section.empty)}</p>\n'
    return f'<section aria-labelledby="s{number}">\n<h2 id="s{number}">{text(section.title)}</h2>\n{inside}</section>\n'


def _entry(entry: Entry) -> str:
    return f"<li>{''.join(_parts(entry))}</li>\n"


def _parts(entry: Entry) -> Iterator[str]:
    if entry.mark:
        yield f'<span class="mark">{text(entry.mark)}</span> '
    if entry.about:
        yield f"{text(entry.about)} "
    words = "<br/>".join(escape(line) for line in printable(entry.text).splitlines()) or text(entry.text)
    link = safe_link(entry.link)
    yield f'<a href="{escape(link)}" rel="noopener noreferrer">{words}</a>' if link else words
    if entry.beside:
        yield f' <span class="detail">{text(entry.beside)}</span>'
    if entry.subs:
        yield f"\n<ul>\n{''.join(_entry(sub) for sub in entry.subs)}</ul>\n"
