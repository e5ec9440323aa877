"""A sheet as plain text of 80 columns; short as asked, an entry is a line, and what is left out is counted."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from aggregator.dossier.sheet import Entry, Section, Sheet
from feeds.text import one_line, printable, safe_link

_STEPS = ((99, 99), (99, 8), (4, 8), (4, 6), (3, 6), (2, 6), (2, 4), (1, 4), (1, 3), (0, 3), (0, 2), (0, 1))
"""Entries under an entry, entries of a section: tried until the page is short enough."""
MARK = 22
"""Columns of a mark at most."""


def render(sheet: Sheet, *, width: int = 80, lines: int = 0) -> str:
    """The sheet; with ``lines`` no longer than that, whatever it holds."""
    if not lines:
        return _written(_Page(sheet, width).whole())
    for subs, most in _STEPS:
        page = list(_Page(sheet, width, subs, most).short())
        if len(page) <= lines:
            return _written(page)
    return _written([*page[: lines - 2], "…", page[-1]])


@dataclass(frozen=True, slots=True)
class _Page:
    sheet: Sheet
    width: int
    subs: int = 0
    most: int = 0

    def whole(self) -> Iterator[str]:
        """Everything, wrapped, with addresses."""
        yield self.sheet.title.upper()
        for line in self.sheet.lead:
            yield from self._wrapped(line, "")
        for section in self.sheet.sections:
            yield ""
            yield section.title if section.entries else f"{section.title}: {section.empty}"
            for entry in section.entries:
                yield from self._entry(entry, "  ")
        yield "─" * self.width
        for line in self.sheet.foot:
            yield from self._wrapped(line, "")

    def short(self) -> Iterator[str]:
        """As much as fits on the page, an entry a line."""
        yield from (self._cut(line) for line in (self.sheet.title.upper(), *self.sheet.lead))
        for section in self.sheet.sections:
            yield from self._section(section)
        yield "─" * self.width
        yield from (self._cut(line) for line in _shortened(self.sheet.foot))

    def _section(self, section: Section) -> Iterator[str]:
        if not section.entries:
            yield self._cut(f"{section.title}: {section.empty}")
            return
        yield section.title if section.is_whole else f"{section.title} ({len(section.entries)})"
        shown = section.entries if section.is_whole else section.entries[: self.most]
        for entry in shown:
            yield self._line(entry, "  ")
            yield from (self._line(sub, "    ") for sub in entry.subs[: self.subs])
            if 0 < self.subs < len(entry.subs):
                yield f"    … and {len(entry.subs) - self.subs} more"
        if len(shown) < len(section.entries):
            yield f"  … and {len(section.entries) - len(shown)} more"

    def _line(self, entry: Entry, blank: str) -> str:
        head = f"{blank}{_mark(entry)}"
        tail = f" {entry.day}" if entry.day else ""
        tail += f" #{entry.item[:8]}" if entry.item else ""
        words = " · ".join(filter(None, (self._without_name(one_line(entry.text)), one_line(entry.detail))))
        return f"{head}{_cut(words, self.width - cell_len(head) - len(tail))}{tail}"

    def _entry(self, entry: Entry, blank: str) -> Iterator[str]:
        about = f"{one_line(entry.about)} " if entry.about else ""
        ref = f" #{entry.item[:8]}" if entry.item else ""
        yield from self._wrapped(f"{_mark(entry)}{about}{one_line(entry.text)}{ref}", blank)
        if entry.beside:
            yield from self._wrapped(one_line(entry.beside), f"{blank}  ")
        if link := safe_link(entry.link):
            yield f"{blank}  {link}"
        for sub in entry.subs:
            yield from self._entry(sub, f"{blank}  ")

    def _without_name(self, text: str) -> str:
        """A title without the name that heads the page."""
        name = self.sheet.name
        return text.removeprefix(f"{name}: ").removeprefix(f"{name} ") if name else text

    def _wrapped(self, text: str, blank: str) -> list[str]:
        return textwrap.wrap(
            printable(text), self.width, initial_indent=blank, subsequent_indent=f"{blank}  ", break_on_hyphens=False
        ) or [blank]

    def _cut(self, text: str) -> str:
        return _cut(text, self.width)


def _mark(entry: Entry) -> str:
    return _cut(f"[{one_line(entry.mark)}", MARK) + "] " if entry.mark else ""


def _shortened(foot: Sequence[str]) -> list[str]:
    """What was seen, gaps as far as three, and what was withheld."""
    rest = len(foot) - 5
    return list(foot) if rest <= 0 else [*foot[:4], f"… and {rest} more gaps: leadline sources", foot[-1]]


def _cut(text: str, width: int) -> str:
    text = printable(text)
    return text if cell_len(text) <= width else f"{set_cell_size(text, max(0, width - 1)).rstrip()}…"


def _written(lines: Sequence[str] | Iterator[str]) -> str:
    return "".join(f"{printable(line).rstrip()}\n" for line in lines)
