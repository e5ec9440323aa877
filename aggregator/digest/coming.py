"""Procurements and dated facts → days that come nearer: deadlines, and contracts whose end opens a window. Pure.

What only comes nearer every day would be told every day. So a day is told when it is new or was moved, and again when
it is a month, two weeks, a week, three days, one day away; a contract's end a year, half a year, a quarter before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.model import MATCH_THRESHOLD, Fact, Item
from aggregator.pipeline.procurements import Thread
from aggregator.pipeline.timing import deciding_day

DEADLINE, END = "deadline", "end"
MILESTONES: Mapping[str, tuple[int, ...]] = {DEADLINE: (30, 14, 7, 3, 1, 0), END: (365, 183, 90, 30)}
"""Days left at which a day is told again."""


@dataclass(frozen=True, slots=True)
class Due:
    """One day that comes nearer."""

    kind: str
    """``deadline`` or ``end``."""
    day: date
    days_left: int
    item: Item
    """The latest that tells of it."""
    fact: Fact | None
    """What tells it, word for word."""
    words: str = ""
    """How it changed: ``deadline moved from 3 Dec 2026 to 17 Dec 2026``."""
    is_now: bool = False
    """Whether this digest is to tell it; the others are for calendars."""


def dues(
    threads: Iterable[Thread],
    items: Iterable[Item],
    *,
    now: datetime,
    since: datetime,
    prospects: Collection[str],
    new: Collection[str] = (),
) -> tuple[Due, ...]:
    """Days to come, the nearest first: of procurements, and of items that belong to none.

    ``prospects`` are the ids that count (all, where there are none); ``new`` the items told for the first time.
    """
    today, then = now.date(), since.date()
    held = [thread for thread in threads if any(_concerns(item, prospects) for item in thread.items)]
    found = [due for thread in held for due in _of_thread(thread, today, then, since, new)]
    in_threads = {item.id for thread in held for item in thread.items}
    for item in items:
        if item.id not in in_threads and _concerns(item, prospects):
            found += _of_item(item, today, then, new)
    return tuple(sorted(found, key=lambda due: (due.day, due.item.id, due.kind)))


def passed(kind: str, left: int, former: int) -> bool:
    """Whether a milestone lies between so many days left now, and so many when it was told last."""
    return any(left <= mark < former for mark in MILESTONES[kind])


def _of_thread(thread: Thread, today: date, then: date, since: datetime, new: Collection[str]) -> Iterator[Due]:
    item = thread.latest.item
    changes = [change for notice in thread.notices if notice.at > since for change in notice.changes]
    told = ((DEADLINE, thread.deadline if thread.is_open(today) else None), (END, thread.end))
    for kind, day in told:
        if day is None or day < today:
            continue
        words = "; ".join(change.words for change in changes if change.what == kind)
        fresh = bool(words) or (any(each.id in new for each in thread.items) and kind == DEADLINE)
        left = (day - today).days
        is_now = fresh or passed(kind, left, (day - then).days)
        yield Due(kind, day, left, item, _fact(thread.items, kind, day), words, is_now)


def _of_item(item: Item, today: date, then: date, new: Collection[str]) -> Iterator[Due]:
    for kind in (DEADLINE, END):
        day = deciding_day(item.facts, (kind,), today)
        if day is not None and day >= today:
            left = (day - today).days
            is_now = (item.id in new and kind == DEADLINE) or passed(kind, left, (day - then).days)
            yield Due(kind, day, left, item, _fact((item,), kind, day), "", is_now)


def _fact(items: Sequence[Item], kind: str, day: date) -> Fact | None:
    return next((f for item in reversed(items) for f in item.facts if f.kind == kind and f.day == day), None)


def _concerns(item: Item, prospects: Collection[str]) -> bool:
    return not prospects or any(m.prospect in prospects and m.confidence >= MATCH_THRESHOLD for m in item.matches)
