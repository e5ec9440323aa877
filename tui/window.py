"""The rows that a list holds out of many: pages behind each other, read on at both ends, bounded in number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aggregator.board import Row, RowPage

FIRST, TYPED, LATER = 400, 80, 200
"""Items of the first page where it is ranked, where it is not (as while typing), and of each further one."""
MOST_ROWS = 1_500
"""Rows held at once; beyond, a page at the other end is let go."""

Fetch = Callable[[str, int, bool], RowPage]
"""Where a page starts, how many items, and whether the best come first → the page."""


@dataclass
class Window:
    """Pages that follow each other. ``starts`` knows where every page up to now began; some of them are held."""

    best_first: bool = True
    starts: list[str] = field(default_factory=lambda: [""])
    first: int = 0
    """The first page held."""
    pages: list[list[Row]] = field(default_factory=list)
    next: str = ""
    """Where the page after the last one held starts; empty on the last."""

    @property
    def rows(self) -> list[Row]:
        """All rows held, in order."""
        return [row for page in self.pages for row in page]

    @property
    def has_before(self) -> bool:
        """Whether pages before the first one held were let go."""
        return self.first > 0

    def fetch(self, fetch: Fetch, number: int) -> RowPage:
        """Read a page by its number."""
        return self.fetch_at(fetch, self.starts[number], number)

    def fetch_at(self, fetch: Fetch, start: str, number: int) -> RowPage:
        """Read the page that starts somewhere."""
        count = LATER if number else FIRST if self.best_first else TYPED
        return fetch(start, count, self.best_first and number == 0)

    def read(self, fetch: Fetch) -> Window:
        """As many pages read anew, from where the first one held starts."""
        fresh = Window(self.best_first, self.starts[: self.first + 1], self.first)
        for _ in range(max(1, len(self.pages))):
            page = fresh.fetch(fetch, len(fresh.starts) - 1)
            fresh.pages.append(list(page.rows))
            fresh.next = page.next
            if not page.next:
                break
            fresh.starts.append(page.next)
        if fresh.next:
            fresh.starts.pop()
        return fresh

    def append(self, page: RowPage) -> tuple[list[Row], int]:
        """Take in the page after the last; its rows that are not held yet, and how many rows were let go in front."""
        held = {id_ for row in self.rows for id_ in row.ids}
        rows = [row for row in page.rows if row.item.id not in held]
        self.starts[self.first + len(self.pages) :] = [self.next]
        self.pages.append(rows)
        self.next = page.next
        gone = 0
        while len(self.pages) > 2 and sum(map(len, self.pages)) > MOST_ROWS:
            gone += len(self.pages.pop(0))
            self.first += 1
        return rows, gone

    def prepend(self, page: RowPage) -> tuple[list[Row], int]:
        """Take in the page before the first; its rows, and how many rows were let go at the end."""
        rows = list(page.rows)
        self.first -= 1
        self.pages.insert(0, rows)
        gone = 0
        while len(self.pages) > 2 and sum(map(len, self.pages)) > MOST_ROWS:
            gone += len(self.pages.pop())
            self.next = self.starts[self.first + len(self.pages)]
        return rows, gone

    def replace(self, change: Callable[[Row], Row | None]) -> None:
        """Every row as ``change`` makes it; None takes it out."""
        self.pages = [[new for row in page if (new := change(row)) is not None] for page in self.pages]
