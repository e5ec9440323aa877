"""``leadline sources``: what is polled, how each source does, and when it is asked next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from aggregator.cli.columns import aligned, cut, screen_width
from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.cli.shapes import health_dict, not_configured_dict
from aggregator.configured import lacking_lines
from aggregator.digest.words import age
from aggregator.errors import LeadlineError
from aggregator.source_health import HELD, SourceHealth

NARROW = 70
"""On a terminal of fewer columns the list leaves most out."""
_COLUMNS = ("STATE", "SOURCE", "ITEMS", "ANSWERED", "NEXT", "EVERY", "A WEEK", "KEPT", "ADDRESS")
_MOST = (8, 28, 7, 15, 14, 7, 7, 5)


@click.command(
    short_help="List sources and how each does.",
    epilog="""\b
A line a source: its state (partly: some records were unreadable; held: its
quota is spent), items, last answer, next poll, how often it is asked, items a
week over the last four, and what of its items you kept.
\b
Examples:
  leadline sources                 every source and its health
  leadline sources --failed        only what could not be read, and why
  leadline sources --why acme-news when it is asked next, and why then
""",
)
@click.option("--failed", is_flag=True, help="Only sources that failed or are gone.")
@click.option("--retired", is_flag=True, help="Also sources that are no longer configured.")
@click.option("--why", metavar="ID", help="Explain one source's next poll.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def sources(ctx: click.Context, /, failed: bool, retired: bool, why: str | None, json_: bool, **options: Any) -> None:
    """List sources with their health: last answer, next poll, what they bring, and why one fails."""
    aggregator = opened(ctx, **options)
    found = aggregator.health(retired=retired)
    if why is not None:
        found = [each for each in found if why and why in (each.status.source.id, each.status.source.name)]
        if not found:
            raise LeadlineError(f"no source {why!r}", hint="`leadline sources` lists them")
    if failed:
        found = [each for each in found if each.status.state.status in ("failed", "gone")]
    lacking = [] if failed or why is not None else aggregator.catalog.not_configured
    if json_:
        as_json([health_dict(each) for each in found] + [not_configured_dict(each) for each in lacking])
        leave(0)
    if why is not None:
        for each in found:
            data(_explained(each, aggregator))
        return
    _print(found, aggregator.now())
    for _, sentence, hint in lacking_lines(lacking):
        data(f"{'unset':8}  {sentence}")
        say(hint)
    if not failed:
        for subject, message, hint in aggregator.catalog.notes:
            if subject != "sources":
                say(f"{message} {hint}".rstrip())
    if not found:
        say("No source has failed." if failed else "No sources are configured: `leadline source add URL` adds one.")


def _print(found: Sequence[SourceHealth], now: datetime) -> None:
    """A line a source; below it, where it has moved, failed or was read in part, where to and why."""
    width = screen_width()
    rows: list[tuple[str, ...]] = [_row(each, now) for each in found]
    if width and rows:
        rows.insert(0, _COLUMNS)
    most: tuple[int, ...] = _MOST
    if 0 < width < NARROW:
        rows, most = [(row[0], row[1], row[3]) for row in rows], _MOST[:2]
    lines = list(aligned(rows, width=width, most=most))
    notes = [_notes(each) for each in found]
    for line, below in zip(lines, [(), *notes] if len(lines) > len(found) else notes, strict=True):
        data(line)
        for note in below:
            data(f"{'':10}{cut(note, width - 10) if width else note}")


def _notes(each: SourceHealth) -> tuple[str, ...]:
    """What must be said of a source beside its line."""
    state = each.status.state
    moved = f"moved for good; asked at {state.moved_to}" if state.moved_to else ""
    held = state.next_why if state.next_why.startswith(HELD) else ""
    return tuple(filter(None, (moved, held, state.reason)))


def _row(each: SourceHealth, now: datetime) -> tuple[str, ...]:
    state, source = each.status.state, each.status.source
    answered = age(state.answered_at, now) if state.answered_at else "never"
    asked = "-" if each.status.retired or state.status == "gone" else "now"
    if asked == "now" and state.next_at is not None and state.next_at > now:
        asked = age(state.next_at, now)
    kept = "-" if each.kept_ratio is None else f"{each.kept_ratio:.0%}"
    week = f"{each.per_week:.0f}" if each.per_week >= 10 or not each.per_week else f"{each.per_week:.1f}"
    return each.state, source.id, str(each.status.items), answered, asked, each.cadence, week, kept, source.url


def _explained(each: SourceHealth, aggregator: Any) -> str:
    state, source = each.status.state, each.status.source
    lines = [f"{source.name or source.id}  {source.url}"]
    if state.moved_to:
        lines.append(f"moved permanently: asked at {state.moved_to}")
    if state.failed_since:
        lines.append(
            f"failing since {age(state.failed_since, aggregator.now())} ({state.failures} times): {state.reason}"
        )
    if state.next_at is None:
        lines.append("asked at the next poll")
    else:
        lines.append(
            f"asked next {age(state.next_at, aggregator.now())} "
            f"({state.next_at.astimezone():%Y-%m-%d %H:%M}): {state.next_why}"
        )
    return "\n".join(lines)
