"""Deadlines and ends of contracts as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator.calendar_file import Day, written
from aggregator.exports.rows import Row

_KINDS = {"deadline": "Deadline", "end": "Contract ends", "effective": "Takes effect"}


def render(rows: Iterable[Row]) -> Iterator[str]:
    """One entry a day and item, all day long, with a reminder a week before; the same file for the same rows."""
    yield written(_days(rows), "leadline deadlines")


def _days(rows: Iterable[Row]) -> Iterator[Day]:
    for row in rows:
        for fact in row.item.facts:
            if fact.kind in _KINDS and fact.day is not None:
                title = f"{_KINDS[fact.kind]}: {f'{row.company}: ' if row.company else ''}{row.item.title}"
                words = "\n".join(part for part in (row.why_now, row.evidence, row.source) if part)
                uid = f"{row.item.id}-{fact.kind}-{fact.day:%Y%m%d}"
                yield Day(uid, fact.day, title, words, row.link, row.item.seen_at)
