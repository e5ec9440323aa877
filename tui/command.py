"""``leadline tui``: the desk, registered through the entry-point group ``leadline.commands``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import common, opened, say
from aggregator.errors import LeadlineError
from feeds.tables import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.command(
    short_help="Triage what is new at the desk.",
    epilog="""\b
Examples:
  leadline tui
  leadline tui --query 'prospect:acme age<30d'
  leadline tui --web            the same in a browser on this machine
\b
Keys are listed at the bottom of the screen; ? shows all of them.
""",
)
@click.option("--query", default="", help="Which items to show (see `leadline items --help`) instead of [desk] view.")
@click.option("--web", is_flag=True, help="Serve the desk to a browser; needs the extra `leadline[web]`.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --web: the address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="With --web; 0 takes any.")
@click.option("--public", is_flag=True, help="With --web: allow an address that other machines can reach.")
@common
@click.pass_context
def tui(
    ctx: click.Context, /, query: str, web: bool, host: str, port: int, public: bool, **options: Any
) -> None:  # fmt: skip
    """Triage what is new at the desk: keep, snooze, dismiss, undo, open, all by key."""
    aggregator = opened(ctx, **options)
    check_keys(aggregator.config.settings.desk.keys)
    if query:
        aggregator.query(query)
    if web:
        from tui.web import serve

        serve(ctx.find_root().obj, query, host, port, public=public, tell=say)
        return
    from tui.app import Desk

    Desk(aggregator, query).run()


def check_keys(keys: Mapping[str, str]) -> None:
    """Raise LeadlineError for a key bound to an action that there is not."""
    from tui.keys import BY_NAME

    for name in keys:
        if name not in BY_NAME:
            raise LeadlineError(f"[desk] keys: no action is named {name!r}", hint=did_you_mean(name, list(BY_NAME)))
