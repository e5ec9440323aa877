"""``leadline sources``: what is polled, how each source does, and when it is asked next."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.cli.shapes import source_dict
from aggregator.digest.words import age
from aggregator.errors import LeadlineError
from aggregator.model import SourceStatus


@click.command(
    epilog="""\b
Examples:
  leadline sources                 every source and its health
  leadline sources --failed        only what could not be read, and why
  leadline sources --why acme-news when it is asked next, and why then
"""
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
    if why:
        statuses = [status for status in statuses if why in (status.source.id, status.source.name)]
        if not statuses:
            raise LeadlineError(f"no source {why!r}", hint="`leadline sources` lists them")
    if failed:
        statuses = [status for status in statuses if status.state.status in ("failed", "gone")]
    if json_:
        as_json([source_dict(status) for status in statuses])
        leave(0)
    for status in statuses:
        data(_explained(status, aggregator) if why else _line(status, aggregator))
    if not statuses:
        say("No source has failed." if failed else "No sources are configured.")


def _line(status: SourceStatus, aggregator: Any) -> str:
    state, source = status.state, status.source
    word = "retired" if status.retired else state.status
    seen = f"answered {age(state.answered_at, aggregator.now())}" if state.answered_at else "never answered"
    line = f"{word:8} {source.id}  {status.items} items  {seen}  {source.url}"
    if state.moved_to:
        line += f"\n         moved for good; asked at {state.moved_to}"
    return line + (f"\n         {state.reason}" if state.reason else "")


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
