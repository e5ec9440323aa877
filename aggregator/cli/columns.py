"""Rows in aligned columns: cut to the width of a terminal, whole where they are piped."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rich.cells import cell_len, set_cell_size

GAP = "  "
TOGETHER = 200
"""Rows that are aligned together, so that a long list need not be held."""


def screen_width() -> int:
    """Columns of the terminal that stdout goes to; 0 where it goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def aligned(rows: Iterable[Sequence[str]], *, width: int = 0, most: Sequence[int] = ()) -> Iterator[str]:
    """The rows as lines; with a ``width`` no cell is wider than ``most`` says, and the last one takes what is left."""
    left = iter(rows)
    while chunk := list(islice(left, TOGETHER)):
        widths = [max(map(cell_len, column)) for column in zip(*(row[:-1] for row in chunk), strict=True)]
        if width:
            widths = [min(pair) for pair in zip(widths, most, strict=True)]
        rest = max(10, width - sum(widths) - len(GAP) * len(widths)) if width else 0
        for row in chunk:
            cells = [_fit(cell, size) for cell, size in zip(row, widths, strict=False)]
            yield GAP.join([*cells, cut(row[-1], rest) if rest else row[-1]]).rstrip()


def cut(text: str, width: int) -> str:
    """Text of at most so many columns, an ellipsis where it was cut."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _fit(cell: str, width: int) -> str:
    return set_cell_size(cut(cell, width), width)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Text in lines of at most ``width`` characters; on one line where ``width`` is 0."""
    if not width:
        return [indent + text]
    return textwrap.wrap(
        text, max(20, width), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    ) or [indent.rstrip()]
