"""Date strings of feeds to UTC: RFC 822 and ISO 8601 first, then whatever else publishers write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from feeds.parsing.months import MERIDIEM, MONTHS, ZONES

MAX_LENGTH = 120
"""Only so much of a string is looked at."""
MAX_NUMBERS = 4
"""More numbers than these, beside a time of day, are no date."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2101, 1, 1, tzinfo=UTC)

_RFC822 = re.compile(
    r"(?:[a-z]{2,9}\.?,?\s+)?(\d{1,2})[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?\s*([+-]\d{1,2}:?\d{2}|[a-z]{1,5})?"
)
_ISO = re.compile(
    r"([+-]?\d{4})-?(\d{2})?-?(\d{2})?"
    r"(?:(?:t|\s+|_)(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,:]\d*)?)?\s*(z|ut|utc|gmt|[+-]\d{1,2}(?::?\d{2})?|[a-z]{2,5})?)?"
)
_TIME = re.compile(r"(\d{1,2})[:h](\d{2})(?:[:m](\d{2})(?:[.,]\d+)?)?")
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s?([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")


def parse_date(text: str) -> datetime | None:
    """The moment that a date string names, in UTC (as is no zone); None if none from 1970 to 2100."""
    text = " ".join(text[:MAX_LENGTH].lower().split())
    if not text:
        return None
    for read in (_rfc822, _iso, _anything):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            moment = None
        if moment is not None:
            return moment if EARLIEST <= moment < LATEST else None
    return None


def from_epoch(seconds: float | None) -> datetime | None:
    """The moment of a POSIX time; None outside 1970 to 2100."""
    if seconds is None or not 0 <= seconds < LATEST.timestamp():
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, offset: int = 0
) -> datetime:
    """A moment in UTC; 24:mm is the next day's 00:mm, a leap second the one before; ``offset`` in minutes."""
    days = 1 if hour == 24 else 0
    moment = datetime(year, month, day, 0 if days else hour, minute, min(second, 59), tzinfo=UTC)
    return moment + timedelta(days=days, minutes=-offset)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 90 else 1900)


def _offset(zone: str | None) -> int:
    """Minutes east of UTC; 0 for a zone that nobody knows."""
    if not zone:
        return 0
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        total = int(hours) * 60 + int(minutes)
        return -total if zone[0] == "-" else total
    return ZONES.get(zone, 0)


def _rfc822(text: str) -> datetime | None:
    match = _RFC822.fullmatch(text)
    if not match or match[2] not in MONTHS:
        return None
    day, _, year, hour, minute, second, zone = match.groups()
    if zone in MERIDIEM:
        return None
    return _moment(
        _year(year),
        MONTHS[match[2]],
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        _offset(zone),
    )


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    if zone in MERIDIEM:
        return None
    return _moment(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        _offset(zone),
    )


def _anything(text: str) -> datetime | None:
    """A date by its parts: a time of day, a zone, a month's name, and numbers as their signs order them."""
    hour, minute, second, offset, rest = _time_of_day(text)
    words = _WORD.findall(rest)
    month = next((MONTHS[word] for word in words if word in MONTHS), 0)
    numbers = _NUMBER.findall(rest)
    if len(numbers) > MAX_NUMBERS:
        return None
    if month:
        year, day = _year_and_day(numbers)
    else:
        year, month, day = _three(numbers, "/" in rest)
    return _moment(year, month, day, hour, minute, second, offset)


def _time_of_day(text: str) -> tuple[int, int, int, int, str]:
    """Hour, minute, second, offset, and the text without them."""
    time = _TIME.search(text)
    if not time:
        return 0, 0, 0, 0, text
    hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
    before, after = text[: time.start()], text[time.end() :]
    near = set(_WORD.findall(before + " " + after))
    half = next((MERIDIEM[word] for word in near if word in MERIDIEM), None)
    if half is not None and hour <= 12:
        hour = hour % 12 + half
    zone = _OFFSET.search(after)
    if zone:
        after = after[: zone.start()] + " " + after[zone.end() :]
        return hour, minute, second, _offset(zone[1] + zone[2] + (zone[3] or "00")), before + " " + after
    offset = next((ZONES[word] for word in _WORD.findall(after) if word in ZONES), 0)
    return hour, minute, second, offset, before + " " + after


def _year_and_day(numbers: list[str]) -> tuple[int, int]:
    if not numbers:
        raise ValueError("no numbers")
    at = next((index for index, each in enumerate(numbers) if len(each) == 4), -1)
    if at < 0:
        at = 1 if len(numbers) > 1 else 0
        if len(numbers) < 2:
            raise ValueError("no year")
    others = numbers[:at] + numbers[at + 1 :]
    return _year(numbers[at]), int(others[0]) if others else 1


def _three(numbers: list[str], slashes: bool) -> tuple[int, int, int]:
    """Year, month, day of three numbers: by their sizes, and month first only where slashes are."""
    if len(numbers) < 3:
        raise ValueError("too few numbers")
    first, second, third = numbers[:3]
    if len(first) == 4:
        return int(first), int(second), int(third)
    if slashes and int(first) <= 12:
        return _year(third), int(first), int(second)
    return _year(third), int(second), int(first)
