"""``leadline export``: items as files for other programs, CRMs among them; ``leadline audit``: what left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened, say
from aggregator.errors import LeadlineError
from aggregator.exports import LAYOUTS, renderer

_TABLE = "\n".join(f"  {name:19} {words}" for name, (_, words) in LAYOUTS.items())


@click.command(
    short_help="Write items for other programs and CRMs.",
    epilog=f"""\b
Layouts:
{_TABLE}
\b
With --accounts, an export of your CRM's accounts (CSV: id, name, website), rows
carry the CRM's own id: matched by domain, then by name. Internal items stay
inside unless --internal; how many were left out is said on stderr.
\b
Examples:
  leadline export is:shared --as csv > leads.csv
  leadline export state:qualified --as hubspot-task -o tasks.csv
  leadline export age<7d --as salesforce-task --accounts accounts.csv -o tasks.csv
  leadline export type:purchasing_plans --as ics -o deadlines.ics
""",
)
@click.argument("query", nargs=-1)
@click.option("--as", "layout", metavar="LAYOUT", type=click.Choice(list(LAYOUTS)), default="csv", show_default=True,
              help="The layout.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", help="Write this file, whole or not at all.")
@click.option("--accounts", metavar="FILE", type=click.Path(path_type=Path), help="Your CRM's accounts, as CSV.")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="At most so many items; 0 for all.")
@click.option("--internal", is_flag=True, help="Internal items too.")
@common
@click.pass_context
def export(
    ctx: click.Context,
    /,
    query: tuple[str, ...],
    layout: str,
    output: str | None,
    accounts: Path | None,
    limit: int,
    internal: bool,
    **options: Any,
) -> None:
    """Write the items that a query finds in a layout that other programs read."""
    from aggregator.exporting import Export, matched, read_accounts
    from aggregator.whole_file import writing

    aggregator = opened(ctx, **options)
    known = matched(read_accounts(accounts), aggregator) if accounts else None
    exported = Export(aggregator, " ".join(query), limit, internal, known)
    pieces = renderer(layout)(exported)
    if output:
        with writing(Path(output)) as file:
            file.writelines(pieces)
    else:
        for piece in pieces:
            sys.stdout.write(piece)
    aggregator.team.note_left("export", output or "stdout", exported.written, exported.withheld, layout)
    if exported.withheld:
        say(f"{exported.withheld} internal items were left out; --internal takes them along.")
    if known is not None:
        say(f"{len(known)} of {len(aggregator.catalog.prospects)} prospects were found among the accounts.")
    if output:
        say(f"{exported.written} rows in {output}")


@click.command(
    short_help="List what left this machine.",
    epilog="""\b
Exports, digests that were sent, alerts, dossiers: what, when, to whom, how many
items, and how many were withheld.
\b
Examples:
  leadline audit
  leadline audit --since 30d --json
""",
)
@click.option("--since", metavar="WHEN", help="24h, 7d, a date; everything if left out.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def audit(ctx: click.Context, /, since: str | None, json_: bool, **options: Any) -> None:
    """List what left this machine, when and to whom."""
    aggregator = opened(ctx, **options)
    try:
        entries = aggregator.team.left(since=aggregator.moment(since) if since else None)
    except ValueError as error:
        raise LeadlineError(f"the ledger cannot be read: {error}") from None
    if json_:
        as_json(entries)
        return
    for each in entries:
        held = f", {each['withheld']} withheld" if each["withheld"] else ""
        data(
            f"{each['at']:%Y-%m-%d %H:%M}  {each['rep']}  {each['what']} → {each['target']}  "
            f"{each['count']} items{held}  {each['words']}"
        )
    if not entries:
        say("Nothing left this machine.")
