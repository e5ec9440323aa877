"""``leadline digest``: today's digest in the terminal, as Markdown or as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import common, opened

if TYPE_CHECKING:
    from aggregator.digest.build import Digest


@click.command(
    short_help="Print what is new and why it matters.",
    epilog="""\b
Examples:
  leadline digest                     the last day
  leadline digest --since 7d          the last week
  leadline digest --since last        since the digest before
  leadline digest --format md > d.md  for a note or a wiki
""",
)
@click.option("--since", metavar="WHEN", help="24h, 7d, a date like 2026-11-20, or `last` (the digest before).")
@click.option("--format", "format_", type=click.Choice(["text", "md", "json"]), default="text", help="How to write it.")
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@click.option("--prospect", "prospects", multiple=True, metavar="ID", help="Only this prospect (repeat for more).")
@common
@click.pass_context
def digest(
    ctx: click.Context,
    /,
    since: str | None,
    format_: str,
    json_: bool,
    prospects: tuple[str, ...],
    **options: Any,
) -> None:
    """Print what is new on your prospects, why it matters, and what could not be seen."""
    aggregator = opened(ctx, **options)
    form = "json" if json_ else format_
    built = aggregator.digest(since=since, prospects=prospects, external=form == "md")
    print_digest(built, form)
    aggregator.digest_delivered(built)


def print_digest(digest: Digest, form: str) -> None:
    """Write a digest to stdout: in colour on a terminal, plain elsewhere."""
    from aggregator.digest import render

    if form == "text" and sys.stdout.isatty():
        from rich.console import Console

        from aggregator.digest.to_text import draw

        Console(highlight=False).print(draw(digest))
    else:
        click.echo(render(digest, form), nl=False)
    sys.stdout.flush()
