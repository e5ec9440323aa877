"""``leadline retag``: bring stored items in line with edited rules and prospects."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened, say


@click.command(
    short_help="Bring stored items in line with edited rules.",
    epilog="""\b
Polls do this by themselves; call it to have it done now. It works in chunks,
newest first, beside a poll or the desk, and can be stopped and called again.
\b
Example:
  leadline retag
""",
)
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def retag(ctx: click.Context, /, json_: bool, **options: Any) -> None:
    """Tag and match stored items anew after rules or prospects were edited."""
    aggregator = opened(ctx, **options)
    done = aggregator.retag(progress=lambda count: say(f"{count} items", level=1))
    if json_:
        as_json({"items": done})
        return
    data(f"{done} items tagged and matched anew." if done else "Every item is up to date.")
