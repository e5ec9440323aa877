"""When may this source, this host, be asked again? Pure: ``now`` is an argument, jitter follows from source and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeds.model import Rhythm

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of polling, in seconds."""

    floor: float = 15 * MINUTE
    """No source is asked more often, unless the user's own interval says so."""
    ceiling: float = DAY
    """No healthy source is asked more rarely, unless it asks for that."""


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for (number or date), 0 to 7 days; None for what cannot be read."""
    raise NotImplementedError


def freshness(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that Cache-Control or Expires calls the answer fresh; None where they say nothing."""
    raise NotImplementedError


def rhythm(published: Sequence[datetime], now: datetime) -> float:
    """Seconds between polls that suit how often, and how lately, a source publishes."""
    raise NotImplementedError


def next_poll(
    source_id: str,
    now: datetime,
    *,
    interval: float,
    asked: Rhythm = Rhythm(),
    headers: Mapping[str, str] | None = None,
    every: float | None = None,
    pace: Pace = Pace(),
) -> tuple[datetime, str]:
    """When to ask a healthy source next, and why then, in words.

    ``interval`` is its rhythm (see ``rhythm``); the user's ``every`` replaces it; what the source asks for prolongs it.
    """
    raise NotImplementedError


def next_try(
    source_id: str, now: datetime, *, failures: int, retry_after: float | None = None, pace: Pace = Pace()
) -> tuple[datetime, str]:
    """When to ask a failed source again, and why then: ever later up to a day, but never not at all."""
    raise NotImplementedError
