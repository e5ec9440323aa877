"""From when to when a poll asks, and the cursor that it leaves: overlapping windows of days. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from feeds.model import FetchState


def now_of(state: FetchState) -> datetime:
    """The present moment, as the poller put it into the state."""
    return state.checked_at or datetime.now(UTC)


def window(state: FetchState, *, overlap: int = 2, first: int = 30, longest: int = 364) -> tuple[date, date]:
    """First and last day to ask for: from so many days before the cursor, at the first poll from ``first`` days ago.

    The cursor is the latest day seen (see ``latest``); one ahead of the present, from a clock or record that runs
    wrong, counts as the present. Neither a gap between polls nor a slow publisher loses what lies within ``longest``.
    """
    today = now_of(state).astimezone(UTC).date()
    seen = cursor_day(state.cursor)
    start = min(seen, today) - timedelta(days=overlap) if seen else today - timedelta(days=first)
    return max(start, today - timedelta(days=longest)), today


def cursor_day(cursor: str) -> date | None:
    """The day that a cursor begins with; None for one that tells none."""
    try:
        return date.fromisoformat(cursor[:10])
    except ValueError:
        return None


def latest(days: Iterable[date | datetime | None], former: str = "") -> str:
    """The latest of days as a cursor; the former one where that is later or there is none."""
    told = [each.astimezone(UTC).date() if isinstance(each, datetime) else each for each in days if each is not None]
    return max([*(each.isoformat() for each in told), former])
