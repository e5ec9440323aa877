"""``leadline triage``: set your state of items without the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened
from aggregator.errors import LeadlineError
from aggregator.model import TRIAGE_STATES
from feeds.tables import Seconds


@click.command(
    epilog="""\b
What you keep and dismiss moves the scores of such items a little:
`leadline explain` shows by how much, `leadline suggest --reset` starts anew.
\b
Examples:
  leadline triage 3f2a91c0 --state kept
  leadline triage 3f2a91c0 77d0b2e1 --state snoozed --until 3d
  leadline triage 3f2a91c0 --undo
"""
)
@click.argument("item_ids", metavar="ITEM...", nargs=-1, required=True)
@click.option("--state", type=click.Choice(TRIAGE_STATES), help="What you make of it.")
@click.option("--until", metavar="WHEN", help="When a snoozed item comes back: 3d, 2026-12-01.")
@click.option("--undo", is_flag=True, help="Make it new again.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def triage(
    ctx: click.Context,
    /,
    item_ids: tuple[str, ...],
    state: str | None,
    until: str | None,
    undo: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Keep, qualify, hand over, snooze or dismiss items."""
    if bool(state) == undo:
        raise click.UsageError("Give either --state or --undo.")
    if (until is not None) != (state == "snoozed"):
        raise click.UsageError("--until belongs to --state snoozed, and that needs it.")
    aggregator = opened(ctx, **options)
    found = [aggregator.one_item(each) for each in item_ids]
    end = _moment(until, aggregator.now()) if until is not None else None
    aggregator.triage([item.id for item in found], state or "new", until=end)
    if json_:
        as_json([{"id": item.id, "state": state or "new", "until": end} for item in found])
        return
    for item in found:
        data(f"{item.id[:8]}  {state or 'new'}  {item.title}")


def _moment(text: str, now: datetime) -> datetime:
    try:
        return now + timedelta(seconds=Seconds.read(text))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise LeadlineError(f"cannot tell when {text!r} is", hint="3d, 12h, 2026-12-01, 2026-12-01T08:00") from None
    if moment <= now:
        raise LeadlineError(f"{text!r} has passed", hint="3d, 12h, or a date to come")
    return moment
