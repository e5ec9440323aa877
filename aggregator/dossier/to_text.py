"""A sheet as plain text of 80 columns, an entry a line; as short as asked, and what is left out is counted."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from aggregator.dossier.sheet import Entry, Section, Sheet
from feeds.text import one_line, printable, safe_link

_STEPS = ((99, 99), (99, 8), (4, 8), (4, 6), (3, 6), (2, 6), (2, 4), (1, 4), (1, 3), (0, 3), (0, 2), (0, 1))
"""Entries under an entry, entries of a section: tried until the page is short enough."""
MARK = 22
"""Columns of a mark at most."""


def render(sheet: Sheet, *, width: int = 80, lines: int = 0) -> str:
    """The sheet; with ``lines`` no longer than that, whatever it holds."""
    for subs, most in _STEPS if lines else ((10**6, 10**6),):
        page = list(_lines(sheet, width, subs, most, short=bool(lines)))
        if len(page) <= lines or not lines:
            break
    if lines and len(page) > lines:
        page = [*page[: lines - 1], "…"]
    return "".join(f"{line.rstrip()}\n" for line in page)


def _lines(sheet: Sheet, width: int, subs: int, most: int, *, short: bool) -> Iterator[str]:
    yield _cut(sheet.title.upper(), width)
    yield from (_cut(line, width) for line in sheet.lead)
    for section in sheet.sections:
        if not short:
            yield ""
        yield from _section(section, width, subs, most, short=short)
    yield "─" * width
    foot = sheet.foot if not short else _shortened(sheet.foot)
    for line in foot:
        yield from [_cut(line, width)] if short else _wrapped(line, width, "")


def _shortened(foot: Sequence[str]) -> list[str]:
    """The first line of what was seen, gaps as far as three, and what was withheld."""
    rest = len(foot) - 5
    return list(foot) if rest <= 0 else [*foot[:4], f"… and {rest} more gaps: leadline sources --failed", foot[-1]]


def _section(section: Section, width: int, subs: int, most: int, *, short: bool) -> Iterator[str]:
    if not section.entries:
        yield _cut(f"{section.title}: {section.empty}", width)
        return
    yield section.title if section.is_whole else f"{section.title} ({len(section.entries)})"
    shown = section.entries if section.is_whole else section.entries[:most]
    for entry in shown:
        yield from _entry(entry, width, 2, short=short)
        for sub in entry.subs[:subs]:
            yield from _entry(sub, width, 4, short=short)
        if 0 < subs < len(entry.subs):
            yield f"    … and {len(entry.subs) - subs} more"
    if len(shown) < len(section.entries):
        yield f"  … and {len(section.entries) - len(shown)} more"


def _entry(entry: Entry, width: int, indent: int, *, short: bool) -> Iterator[str]:
    head = _cut(f"[{one_line(entry.mark)}", MARK) + "] " if entry.mark else ""
    ref = f" #{entry.item[:8]}" if entry.item else ""
    text, blank = one_line(entry.text), " " * indent
    detail = one_line(entry.detail if short else entry.beside)
    if short:
        ref = f" {entry.day}{ref}" if entry.day else ref
        words = f"{text} · {detail}" if detail else text
        yield f"{blank}{head}{_cut(words, width - indent - cell_len(head) - len(ref))}{ref}"
        return
    about = f"{one_line(entry.about)} " if entry.about else ""
    yield from _wrapped(f"{head}{about}{text}{ref}", width, blank)
    if detail:
        yield from _wrapped(detail, width, f"{blank}  ")
    if entry.link:
        yield f"{blank}  {safe_link(entry.link)}"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        printable(text), width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False
    ) or [indent]


def _cut(text: str, width: int) -> str:
    text = printable(text)
    return text if cell_len(text) <= width else f"{set_cell_size(text, max(0, width - 1)).rstrip()}…"
