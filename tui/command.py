"""``leadline tui``: the desk, registered through the entry-point group ``leadline.commands``."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import common, opened


@click.command(
    short_help="Triage what is new at the desk.",
    epilog="""\b
Examples:
  leadline tui
  leadline tui --query 'prospect:acme age<30d'
\b
Keys are listed at the bottom of the screen; ? shows all of them.
""",
)
@click.option(
    "--query",
    default="is:new is:matched",
    show_default=True,
    help="Which items to show (see `leadline items --help`).",
)
@common
@click.pass_context
def tui(ctx: click.Context, /, query: str, **options: Any) -> None:
    """Triage what is new at the desk: keep, dismiss, undo, open, all by key."""
    from tui.app import Desk

    Desk(opened(ctx, **options), query).run()
