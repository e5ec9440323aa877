"""Tenders: what can still be bid for, the nearest deadline first."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.content import Content

from aggregator.board import Row
from tui.formatting import countdown, fit, line, score_style
from tui.page import story_page
from tui.screens.sheet import Sheet, Sheeted, title, words

WEEK, MONTH = 7, 31


class TendersScreen(Sheet):
    """Procurements by deadline."""

    NAME = "tenders"

    def read(self) -> list[Sheeted]:
        """Open ones by how near they end, then those that tell no day."""
        today = self.aggregator.now().date()
        rows = self.aggregator.board.tenders(self.session.prospect)
        found: list[Sheeted] = []
        groups: tuple[tuple[str, int, int], ...] = (
            ("This week", 0, WEEK), ("This month", WEEK + 1, MONTH), ("Later", MONTH + 1, 10_000),
        )  # fmt: skip
        for name, least, most in groups:
            those = [row for row in rows if row.deadline and least <= (row.deadline - today).days <= most]
            found += self._group(name, those)
        found += self._group("No day told", [row for row in rows if row.deadline is None])
        return found or [words(Content("No open tender is known. Sources that publish tenders are in packs: g k"))]

    def _group(self, name: str, rows: list[Row]) -> list[Sheeted]:
        if not rows:
            return []
        today = self.aggregator.now().date()
        lines = [Sheeted(partial(_tender, row, countdown(row.deadline, today)), row) for row in rows]
        return [title(name, str(len(rows))), *lines, words(Content(""))]

    def page(self, behind: Any) -> Content:
        """The story whole."""
        detail = self.aggregator.board.detail(behind.ids)
        return story_page(detail, self.aggregator.now()) if detail else Content("")


def _tender(row: Row, left: tuple[str, str], width: int) -> Content:
    day = f"{row.deadline:%d %b}" if row.deadline else ""
    who = min(18, width // 6)
    return line(
        [
            left,
            (f" {day:>6} ", "$faint"),
            (f"{row.score:4.0f} ", score_style(row.score)),
            (fit(",".join(row.prospects) or "—", who) + " ", "$faint"),
            (fit(row.item.title, width - who - 19), ""),
        ]
    )
