"""Days as an iCalendar file (RFC 5545), for exports and digests alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feeds.text import one_line


@dataclass(frozen=True, slots=True)
class Day:
    """One entry of a calendar, all day long."""

    uid: str
    """The same whenever it is written, so that a calendar moves it instead of doubling it."""
    day: date
    title: str
    words: str
    link: str
    stamp: datetime


def written(days: Iterable[Day], name: str) -> str:
    """The file: each day with a reminder a week before; the same file for the same days."""
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//leadline//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for each in days:
        event = Event()
        event.add("uid", f"{each.uid}@leadline")
        event.add("dtstamp", each.stamp)
        event.add("dtstart", each.day)
        event.add("dtend", each.day + timedelta(days=1))
        event.add("summary", one_line(each.title))
        event.add("description", "\n".join(map(one_line, each.words.splitlines())))
        if each.link:
            event.add("url", each.link)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one_line(each.title))
        alarm.add("trigger", timedelta(days=-7))
        event.add_component(alarm)
        calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8"))
