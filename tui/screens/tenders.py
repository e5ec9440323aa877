"""Tenders: procurements as threads of notices, the nearest deadline first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from rich.cells import cell_len
from textual.content import Content

from aggregator.digest.words import counted
from aggregator.pipeline.procurements import Thread
from tui.formatting import Part, countdown, fit, line
from tui.screens.sheet import Sheet, Sheeted, title, words
from tui.thread_page import change_words, money, thread_page

WEEK, MONTH = 7, 31
MOST_GROUP = 500
"""Lines of one group; ``leadline tenders`` lists the rest."""
CHANGED = 110
"""From so many columns on, a line also says what changed last."""
BUYER = 70
"""From so many columns on, a line also says who buys and for how much."""


class TendersScreen(Sheet):
    """Procurements by deadline."""

    NAME = "tenders"

    def read(self) -> list[Sheeted]:
        """Open ones by how near they end, then those that tell no day."""
        today, prospect = self.aggregator.now().date(), self.session.prospect
        found = self.aggregator.threads(prospects=(prospect,) if prospect else ())
        anyone = not self.aggregator.catalog.prospects
        shown = [each for each in found if each.is_open(today) and (anyone or each.prospects)]
        lines = [line for name, those in _groups(shown, today) for line in _group(name, those, today)]
        if not lines:
            lines = [words(Content("No open tender is known. Sources that publish tenders are in packs: g k"))]
        if left := len(found) - len(shown):
            note = f"{counted(left, 'more is', 'more are')} closed or of no prospect: leadline tenders --all"
            lines.append(words(line([(note, "$faint")])))
        return lines

    def page(self, behind: Any) -> Content:
        """The thread: what it is, each notice and what it changed, the last one's text."""
        names = {each.id: each.name for each in self.aggregator.catalog.prospects}
        return thread_page(behind, self.aggregator.now().date(), names, self.aggregator.source_name)


def _groups(threads: Sequence[Thread], today: date) -> Iterator[tuple[str, list[Thread]]]:
    days = [((each.deadline - today).days if each.deadline else -1, each) for each in threads]
    dated = sorted((each for each in days if each[0] >= 0), key=lambda each: (each[0], each[1].key))
    for name, least, most in (("This week", 0, WEEK), ("This month", WEEK + 1, MONTH), ("Later", MONTH + 1, 100_000)):
        yield name, [thread for left, thread in dated if least <= left <= most]
    yield "No deadline told", [thread for left, thread in days if left < 0]


def _group(name: str, threads: Sequence[Thread], today: date) -> list[Sheeted]:
    if not threads:
        return []
    lines = [Sheeted(partial(_line, thread, today), thread) for thread in threads[:MOST_GROUP]]
    return [title(name, str(len(threads))), *lines, words(Content(""))]


def _line(thread: Thread, today: date, width: int) -> Content:
    """Days left, deadline, stage and how many notices, prospects, title, buyer, value, what changed last."""
    deadline = thread.deadline if thread.deadline and thread.deadline >= today else None
    count = len(thread.notices)
    stage = f"{thread.stage} {count}" if count > 1 else thread.stage
    changed = change_words(thread)
    parts: list[Part] = [
        countdown(deadline, today),
        (f" {deadline:%d %b} " if deadline else " " * 8, "$faint"),
        (fit(stage, 11) + " ", "bold $warning" if changed else "$foreground 80%"),
        (fit(",".join(thread.prospects) or "—", 10) + " ", "$faint"),
    ]
    tail: list[Part] = []
    if width >= BUYER:
        buyer = max(10, min(24, width // 7))
        tail = [(f" {fit(_buyer(thread), buyer)}", "$faint"), (f" {money(thread):>10}", "$primary")]
    if width >= CHANGED:
        told = max(30, width // 4)
        tail += [(" Δ " if changed else "   ", "bold $warning"), (fit(changed, told), "$warning")]
    left = width - sum(cell_len(text) for text, _ in (*parts, *tail))
    return line([*parts, (fit(thread.latest.title, left), ""), *tail])


def _buyer(thread: Thread) -> str:
    return next((", ".join(notice.buyers) for notice in reversed(thread.notices) if notice.buyers), "")
