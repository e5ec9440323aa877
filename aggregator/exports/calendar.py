"""Deadlines and ends of contracts as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from aggregator.exports.rows import Row

_KINDS = {"deadline": "Deadline", "end": "Contract ends", "effective": "Takes effect"}


def render(rows: Iterable[Row]) -> Iterator[str]:
    """One entry a day and item, all day long, with a reminder a week before; the same file for the same rows."""
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//leadline//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "leadline deadlines")
    for row in rows:
        for fact in row.item.facts:
            if fact.kind not in _KINDS or fact.day is None:
                continue
            event = Event()
            event.add("uid", f"{row.item.id}-{fact.kind}-{fact.day:%Y%m%d}@leadline")
            event.add("dtstamp", row.item.seen_at)
            event.add("dtstart", fact.day)
            event.add("dtend", fact.day + timedelta(days=1))
            event.add("summary", f"{_KINDS[fact.kind]}: {f'{row.company}: ' if row.company else ''}{row.item.title}")
            event.add("description", "\n".join(part for part in (row.why_now, row.evidence, row.source) if part))
            if row.link:
                event.add("url", row.link)
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", row.item.title)
            alarm.add("trigger", timedelta(days=-7))
            event.add_component(alarm)
            calendar.add_component(event)
    yield calendar.to_ical().decode("utf-8")
