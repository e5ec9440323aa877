"""``leadline stage``: at which stage of the sale a prospect is, and what led there."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened
from aggregator.errors import LeadlineError
from aggregator.model import STAGES
from feeds.tables import did_you_mean


@click.command(
    short_help="Show a prospect's stage, or move it.",
    epilog=f"""\b
Stages: {", ".join(STAGES[:4])},
{", ".join(STAGES[4:])}.
A move that names an item gives credit to who shared it first: leadline credit.
The config's own stage stands until the first move; --reset goes back to it.
\b
Examples:
  leadline stage acme
  leadline stage acme negotiating --for 3f2a91c0
  leadline stage acme --reset
""",
)
@click.argument("prospect", metavar="PROSPECT")
@click.argument("stage", metavar="[STAGE]", default="")
@click.option("--for", "item_id", metavar="ITEM", default="", help="The item that led to it.")
@click.option("--reset", is_flag=True, help="Back to what the config says.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def stage(
    ctx: click.Context, /, prospect: str, stage: str, item_id: str, reset: bool, json_: bool, **options: Any
) -> None:
    """Show at which stage of the sale a prospect is and how it came there, or move it."""
    if (stage and reset) or (item_id and not stage):
        raise click.UsageError("Give a stage, and with it --for; or --reset alone.")
    aggregator = opened(ctx, **options)
    known = {each.id: each for each in aggregator.prospects()}
    if prospect not in known:
        hint = did_you_mean(prospect, list(known)) if known else "no [[prospects]] are configured"
        raise LeadlineError(f"no prospect has the id {prospect!r}", hint=hint)
    if stage or reset:
        cites = aggregator.one_item(item_id).id if item_id else ""
        aggregator.team.move_stage(prospect, stage, cites=cites)
        known = {each.id: each for each in aggregator.prospects()}
    moves = [deed for deed in aggregator.team.ledger("stage") if deed.subject == prospect]
    if json_:
        told = [{"at": m.at, "rep": m.rep, "stage": m.value or None, "item": m.cites or None} for m in moves]
        as_json({"prospect": prospect, "stage": known[prospect].stage, "moves": told})
        return
    data(f"{prospect} is at {known[prospect].stage}")
    for move in moves:
        because = f"  for {move.cites[:8]}" if move.cites else ""
        data(f"{move.at:%Y-%m-%d %H:%M}  {move.rep}  {move.value or 'as configured'}{because}")
