"""``leadline sources``: what is polled, how each source does, and when it is asked next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from aggregator.cli.columns import aligned, cut, screen_width
from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.cli.shapes import not_configured_dict, source_dict
from aggregator.digest.words import age
from aggregator.errors import LeadlineError
from aggregator.model import SourceStatus

NARROW = 70
"""On a terminal of fewer columns the list leaves some out."""


@click.command(
    short_help="List sources and how each does.",
    epilog="""\b
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
    """List sources with their state: last answer, next poll, and the reason where one fails."""
    aggregator = opened(ctx, **options)
    statuses = aggregator.sources(retired=retired)
    if why is not None:
        statuses = [status for status in statuses if why and why in (status.source.id, status.source.name)]
        if not statuses:
            raise LeadlineError(f"no source {why!r}", hint="`leadline sources` lists them")
    if failed:
        statuses = [status for status in statuses if status.state.status in ("failed", "gone")]
    if json_:
        lacking = [] if failed or why is not None else aggregator.catalog.not_configured
        as_json([source_dict(status) for status in statuses] + [not_configured_dict(each) for each in lacking])
        leave(0)
    if why is not None:
        for status in statuses:
            data(_explained(status, aggregator))
    else:
        _print(statuses, aggregator.now())
        if not failed:
            for _, message, hint in aggregator.catalog.notes:
                say(f"{message} {hint}".rstrip())
    if not statuses:
        say("No source has failed." if failed else "No sources are configured: add [[sources]] to the config.")


def _print(statuses: Sequence[SourceStatus], now: datetime) -> None:
    """A line a source; below it, where it has moved, failed or was read in part, where to and why."""
    width = screen_width()
    rows: list[tuple[str, ...]] = [_row(status, now) for status in statuses]
    if width and rows:
        rows.insert(0, ("STATE", "SOURCE", "ITEMS", "ANSWERED", "NEXT", "ADDRESS"))
    if 0 < width < NARROW:
        rows = [(state, source, answered) for state, source, _, answered, _, _ in rows]
    lines = list(aligned(rows, width=width, most=(8, 28, 7, 15, 14)[: len(rows[0]) - 1] if rows else ()))
    notes = [_notes(status) for status in statuses]
    for line, below in zip(lines, [(), *notes] if len(lines) > len(statuses) else notes, strict=True):
        data(line)
        for note in below:
            data(f"{'':10}{cut(note, width - 10) if width else note}")


def _notes(status: SourceStatus) -> tuple[str, ...]:
    """What must be said of a source beside its line."""
    moved = f"moved for good; asked at {status.state.moved_to}" if status.state.moved_to else ""
    held = status.state.next_why if status.state.next_why.startswith("held: ") else ""
    return tuple(filter(None, (moved, held, status.state.reason)))


def _row(status: SourceStatus, now: datetime) -> tuple[str, ...]:
    state, source = status.state, status.source
    word = "retired" if status.retired else state.status
    answered = age(state.answered_at, now) if state.answered_at else "never"
    asked = "-" if status.retired or state.status == "gone" else "now"
    if asked == "now" and state.next_at is not None and state.next_at > now:
        asked = age(state.next_at, now)
    return word, source.id, str(status.items), answered, asked, source.url


def _explained(status: SourceStatus, aggregator: Any) -> str:
    state, source = status.state, status.source
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
