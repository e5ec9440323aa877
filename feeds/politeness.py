"""When may this source be asked again? Pure: ``now`` is an argument, jitter follows from source and day."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from feeds.model import Budget, Rhythm

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
WEEK = 7 * DAY
"""No wait is longer, whatever a server asks for: a slip of theirs must not lose a source for good."""
JITTER = 0.1
"""Part of the interval by which polls are spread, so that equal sources do not fall due together."""
UNKNOWN = HOUR
"""The rhythm of a source whose dates say nothing."""
FREE_FAILURES = 3
"""So many failures in a row cost nothing extra: most are over within an hour."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits of polling, in seconds."""

    floor: float = 15 * MINUTE
    """No source is asked more often, unless the user's own interval says so."""
    ceiling: float = DAY
    """No healthy source is asked more rarely, unless it asks for that itself (which counts up to a day, or more)."""


DEFAULT_PACE = Pace()


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for (a number or a date), 0 to 7 days; None for what cannot be read."""
    text = value.strip()
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?", text, re.ASCII):
        return _between(0.0, float(text), WEEK)
    date = _http_date(text)
    return None if date is None else _between(0.0, (date - now).total_seconds(), WEEK)


def freshness(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that Cache-Control or Expires calls the answer fresh, 0 to 7 days; None if they say nothing."""
    directives = _directives(headers.get("cache-control", ""))
    if directives.keys() & {"no-cache", "no-store"}:
        return None
    if "max-age" in directives:
        age = _seconds(headers.get("age", "")) or 0.0
        fresh = _seconds(directives["max-age"])
        return None if fresh is None else _between(0.0, fresh - age, WEEK)
    expires = _http_date(headers.get("expires", ""))
    if expires is None:
        return None
    served = _http_date(headers.get("date", "")) or now
    return _between(0.0, (expires - served).total_seconds(), WEEK)


def rhythm(published: Sequence[datetime], now: datetime, pace: Pace = DEFAULT_PACE) -> float:
    """Seconds between polls that suit how often, and how lately, a source publishes.

    The average gap of the last 7 days, as if it went on: a young source is not called slow. Where the dates
    say nothing (none, or all the same) it is an hour. ``silence`` lengthens it; future dates do not count.
    """
    past = sorted(date for date in published if date <= now)
    if not past:
        return UNKNOWN
    recent = [date for date in past if (now - date).total_seconds() <= WEEK]
    return max(silence(past[-1], now, pace), _gap(recent, pace))


def silence(latest: datetime | None, now: datetime, pace: Pace = DEFAULT_PACE) -> float:
    """Seconds to wait at least when the latest news is so old.

    A quarter of the ceiling after 7 days, half after 14, all of it after 30.
    """
    if latest is None:
        return 0.0
    days = (now - latest).total_seconds() / DAY
    return next((pace.ceiling / part for limit, part in ((30, 1), (14, 2), (7, 4)) if days >= limit), 0.0)


def next_poll(
    source_id: str,
    now: datetime,
    *,
    interval: float,
    asked: Rhythm | None = None,
    headers: Mapping[str, str] | None = None,
    every: float | None = None,
    pace: Pace = DEFAULT_PACE,
) -> tuple[datetime, str]:
    """When to ask a healthy source next, and why then, in words.

    ``interval`` is its rhythm (see ``rhythm``), which the user's ``every`` replaces; what the source and its
    server ask for prolongs it. Jitter only delays, and hours that the source wants skipped are skipped.
    """
    asked = asked or Rhythm()
    headers = headers or {}
    if every is None:
        own, why = _between(pace.floor, interval, pace.ceiling), "its rhythm"
    else:
        own, why = _between(MINUTE, every, WEEK), "your interval"
    wishes = [(own, f"{why} is {spell(own)}"), *_wishes(asked, headers, now, pace)]
    wait, why = max(wishes, key=lambda wish: wish[0])
    at = now + timedelta(seconds=_between(0.0, wait * (1 + jitter(source_id, now)), WEEK))
    shifted = _skip(at, asked, now)
    return (shifted, "the feed asks to be left alone until then") if shifted != at else (at, why)


def next_try(
    source_id: str,
    now: datetime,
    *,
    failures: int,
    retry_after: float | None = None,
    every: float | None = None,
    pace: Pace = DEFAULT_PACE,
) -> tuple[datetime, str]:
    """When to ask a failed source again, and why then: ever later up to a day, and never not at all.

    ``failures`` counts this one too. A Retry-After is obeyed up to 7 days.
    """
    hours = max(0, min(failures, 1000) - FREE_FAILURES)
    wait = _between(max(pace.floor, _between(0.0, every or 0.0, DAY)), hours * HOUR, max(DAY, pace.floor))
    why = "it failed" if failures <= 1 else f"it failed {failures} times in a row"
    if retry_after is not None and retry_after >= wait:
        wait, why = min(retry_after, WEEK), f"the server asks to wait {spell(retry_after)}"
    return now + timedelta(seconds=min(wait * (1 + jitter(source_id, now)), max(wait, WEEK))), why


def remember(interval: float, asked: Rhythm) -> str:
    """The cadence of a source as one short text, to be honoured behind a 304 too; ``recall`` reads it."""
    days, hours = (",".join(map(str, sorted(marks))) for marks in (asked.skip_days, asked.skip_hours))
    return f"{interval:.0f} {asked.ttl or 0:.0f} {hours or '-'} {days or '-'}"


def recall(cadence: str) -> tuple[float, Rhythm]:
    """The rhythm and the wishes that ``remember`` wrote; an unknown rhythm from any other text."""
    try:
        interval, ttl, hours, days = cadence.split(" ")
        return float(interval), Rhythm(float(ttl) or None, _marks(hours), _marks(days))
    except ValueError:
        return UNKNOWN, Rhythm()


def jitter(source_id: str, now: datetime) -> float:
    """A part between 0 and JITTER of the interval: the same for a source all day, another on the next."""
    day = now.astimezone(UTC).date().toordinal()
    return JITTER * (zlib.crc32(f"{source_id} {day}".encode("utf-8", "replace")) / 2**32)


def spell(seconds: float) -> str:
    """A duration in words: ``45 s``, ``15 min``, ``3 h``, ``2 d``."""
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * unit or (seconds >= unit and seconds % unit == 0):
            return f"{round(seconds / unit)} {name}"
    return f"{round(seconds)} s"


def allowance(budget: Budget) -> str:
    """What a budget allows, in words: ``10 requests a day``, ``12 requests in 2 min``."""
    span = {DAY: "a day", HOUR: "an hour", 1.0: "a second"}.get(budget.seconds, f"in {spell(budget.seconds)}")
    return f"{budget.requests:,} request{'s' * (budget.requests != 1)} {span}"


def _gap(recent: Sequence[datetime], pace: Pace) -> float:
    if len(recent) < 2:
        return pace.ceiling
    span = (recent[-1] - recent[0]).total_seconds() / (len(recent) - 1)
    if span <= 0:
        return UNKNOWN
    return _between(pace.floor, WEEK / math.ceil(WEEK / span), pace.ceiling)


def _wishes(asked: Rhythm, headers: Mapping[str, str], now: datetime, pace: Pace) -> list[tuple[float, str]]:
    wishes: list[tuple[float, str]] = []
    most = max(pace.ceiling, DAY)
    if asked.ttl:
        wishes.append((min(asked.ttl, most), f"the feed asks for {spell(asked.ttl)} between polls"))
    fresh = freshness(headers, now)
    if fresh:
        wishes.append((min(fresh, most), f"the server calls its answer fresh for {spell(fresh)}"))
    least = _seconds(headers.get("x-poll-interval", "").strip())
    if least:
        wishes.append((min(least, DAY), f"the server asks for {spell(least)} between polls"))
    after = parse_retry_after(headers.get("retry-after", ""), now)
    if after:
        wishes.append((after, f"the server asks to wait {spell(after)}"))
    return wishes


def _skip(at: datetime, asked: Rhythm, now: datetime) -> datetime:
    """The first moment from ``at`` that the feed does not want skipped; within a week, else ``at`` itself."""
    if not asked.skip_hours and not asked.skip_days:
        return at
    moment = at.astimezone(UTC)
    while (moment - now).total_seconds() <= WEEK:
        if moment.weekday() not in asked.skip_days and moment.hour not in asked.skip_hours:
            return at if moment == at else moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def _marks(text: str) -> frozenset[int]:
    return frozenset() if text == "-" else frozenset(map(int, text.split(",")))


def _directives(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text[:2000].split(","):
        name, _, value = part.partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]+", text, re.ASCII) else None


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text[:100])
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _between(least: float, value: float, most: float) -> float:
    return max(least, min(value, most))
