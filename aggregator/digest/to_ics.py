"""The days to come as an iCalendar file (RFC 5545): deadlines, and contracts whose end opens a window."""

from __future__ import annotations

from aggregator.digest import words
from aggregator.digest.build import Digest
from aggregator.digest.coming import DEADLINE
from feeds.text import one_line, safe_link


def render(digest: Digest) -> str:
    """All days to come that are known, those told long ago among them: a calendar is replaced, not added to."""
    from aggregator.calendar_file import Day, written

    names = {section.prospect.id: section.prospect.name for section in digest.sections if section.prospect}
    names |= {prospect.id: prospect.name for prospect in digest.quiet}
    days = []
    for due in digest.calendar:
        company = next((names[m.prospect] for m in due.item.matches if m.prospect in names), "")
        what = "Deadline" if due.kind == DEADLINE else "Contract ends"
        title = f"{what}: {f'{one_line(company)}: ' if company else ''}{due.item.title}"
        told = "\n".join(part for part in (words.due_reason(due), due.words) if part)
        days.append(Day(f"{due.item.id}-{due.kind}", due.day, title, told, safe_link(due.item.link), due.item.seen_at))
    return written(days, "leadline deadlines")
