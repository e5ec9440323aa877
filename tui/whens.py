"""When a snoozed story shall be new again: the usual times, and what a rep may type."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from feeds.tables import Seconds

MORNING = time(8, 0)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=3660)


def usual(now: datetime, deadline: date | None = None) -> list[tuple[str, str, datetime]]:
    """Letter, words and moment of each usual time; three days before a deadline where there is one."""
    local = now.astimezone()
    today = local.date()
    monday = today + timedelta(days=7 - today.weekday())
    found = [
        ("l", "later today", now + timedelta(hours=3)),
        ("t", "tomorrow", _morning(today + timedelta(days=1), local)),
        ("m", "on Monday", _morning(monday, local)),
        ("w", "in a week", _morning(today + timedelta(days=7), local)),
        ("o", "in a month", _morning(today + timedelta(days=30), local)),
    ]
    if deadline and deadline - timedelta(days=3) > today:
        found.append(("d", "three days before its deadline", _morning(deadline - timedelta(days=3), local)))
    return found


def read(text: str, now: datetime) -> datetime | None:
    """The moment that was typed: ``3d``, ``2w``, ``tomorrow``, ``fri``, ``2026-12-01``; None where it is none ahead."""
    text, local = text.strip().lower(), now.astimezone()
    if text in ("tomorrow", "tom"):
        found = _morning(local.date() + timedelta(days=1), local)
    elif text[:3] in _DAYS and text.isalpha():
        ahead = (_DAYS.index(text[:3]) - local.weekday() - 1) % 7 + 1
        found = _morning(local.date() + timedelta(days=ahead), local)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            found = _morning(date.fromisoformat(text), local)
        except ValueError:
            return None
    else:
        try:
            found = now + timedelta(seconds=Seconds.read(text))
        except (ValueError, OverflowError):
            return None
    return found if now < found < now + LONGEST else None


def _morning(day: date, local: datetime) -> datetime:
    return datetime.combine(day, MORNING, local.tzinfo).astimezone(UTC)
