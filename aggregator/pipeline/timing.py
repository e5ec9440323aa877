"""How an item's worth runs with time: it halves with age, rises to a date and ends, or opens months ahead of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from aggregator.model import Fact, Item, Reason
from aggregator.tagging.signals import DEADLINE, WINDOW, Signal

DEFAULT_HALF_LIFE = 45.0
"""Days, for signals of which nothing is known, and for what has a window whose date is not known."""
UNDATED_HALF_LIFE = 60.0
"""Days, for what has a deadline that the item does not tell."""
FAR = 0.75
"""What a deadline far ahead is worth, against 1 on its day."""
NEAR_DAYS = 30.0
"""The distance from the full worth halves with each of these days before a deadline."""
OPENS, FULL = 548, 183
"""Days before its date at which a window begins to open and is fully open: a year and a half, half a year."""
SHUT = 0.2
"""What a window that is not open yet is worth."""

_WHERE = ("field", "title", "body")


def time_term(signal: Signal | None, item: Item, now: datetime) -> Reason:
    """The factor of time, 0 to 1, for an item with this signal; an unknown signal decays."""
    shape = signal.shape if signal else ""
    if shape == DEADLINE:
        return _deadline(item, now, _KINDS.get(signal.id if signal else "", ("deadline",)))
    if shape == WINDOW:
        return _window(item, now)
    return freshness(item, now, signal.half_life if signal and signal.half_life else DEFAULT_HALF_LIFE)


_KINDS = {"requirements.regulation": ("deadline", "effective")}


def freshness(item: Item, now: datetime, half_life: float) -> Reason:
    """News halves with each half-life, in days."""
    days = max(0.0, (now - item.dated).total_seconds() / 86400)
    return Reason(_count(int(days), "old"), 0.5 ** (days / half_life))


def deciding_day(facts: Sequence[Fact], kinds: Collection[str], today: date) -> date | None:
    """The day that counts: a field's before the title's before the body's; the next to come, else the last past."""
    for where in _WHERE:
        days = [fact.day for fact in facts if fact.where == where and fact.kind in kinds and fact.day]
        ahead = [day for day in days if day >= today]
        if days:
            return min(ahead) if ahead else max(days)
    return None


def _deadline(item: Item, now: datetime, kinds: Collection[str]) -> Reason:
    day = deciding_day(item.facts, kinds, now.date())
    if day is None:
        undated = freshness(item, now, UNDATED_HALF_LIFE)
        return Reason(f"{undated.words}, no deadline told", undated.factor)
    left = (day - now.date()).days
    if left < 0:
        return Reason(f"closed on {_day(day)}", 0.0)
    return Reason(f"{_count(left, 'left')}, until {_day(day)}", FAR + (1 - FAR) * 0.5 ** (left / NEAR_DAYS))


def _window(item: Item, now: datetime) -> Reason:
    """As news while it is fresh, and again from the time at which the window opens."""
    news = freshness(item, now, DEFAULT_HALF_LIFE)
    day = deciding_day(item.facts, ("end",), now.date())
    left = (day - now.date()).days if day else -1
    if day is None or left < 0:
        return news
    opened = min(1.0, max(0.0, (OPENS - left) / (OPENS - FULL)))
    factor = SHUT + (1 - SHUT) * opened
    return Reason(f"ends on {_day(day)}, in {left // 30} months", factor) if factor > news.factor else news


def _count(days: int, of: str) -> str:
    return f"{days} {'day' if days == 1 else 'days'} {of}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
