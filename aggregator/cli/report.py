"""``leadline report`` and ``credit``: figures for managers, and who is to be thanked for what."""

from __future__ import annotations

import csv
import io
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.columns import aligned, screen_width
from aggregator.cli.output import as_json, common, data, opened, say
from aggregator.model import FACETS

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.credit import CreditEntry

QUARTER = timedelta(days=91)


@click.command(
    short_help="Print what came and what was made of it.",
    epilog="""\b
Per signal, source, pack or prospect: n items; the share of verdicts that kept an
item, with the number of verdicts; corrections; the median time from first seen
to verdict; and items a week. Figures are of all reps together.
\b
Examples:
  leadline report                               by signal, the last 13 weeks
  leadline report --by source --since 365d
  leadline report --by prospect --format html -o report.html
""",
)
@click.option("--since", metavar="WHEN", help="30d, a date; 13 weeks if left out.")
@click.option("--by", "facet", type=click.Choice([each for each in FACETS if each != "all"]), default="signal",
              show_default=True, help="What a row is.")  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(["text", "html", "json"]), default="text", help="How to write it."
)
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", metavar="FILE", help="Write this file, whole or not at all.")
@common
@click.pass_context
def report(
    ctx: click.Context, /, since: str | None, facet: str, format_: str, json_: bool, output: str | None, **options: Any
) -> None:
    """Print what came, how much of it was worth it, and how fast it was seen to."""
    from aggregator.report import render
    from aggregator.report.build import build
    from aggregator.whole_file import writing

    aggregator = opened(ctx, **options)
    now = aggregator.now()
    start = aggregator.moment(since) if since else now - QUARTER
    built = build(
        aggregator.tallies("all", start), aggregator.tallies(facet, start), facet=facet,
        names=_names(aggregator, facet), since=start, now=now,
    )  # fmt: skip
    page = render(built, "json" if json_ else format_)
    if output:
        with writing(Path(output)) as file:
            file.write(page)
        say(f"Report in {output}")
    else:
        click.echo(page, nl=False)


def _names(aggregator: Aggregator, facet: str) -> dict[str, str]:
    """What to call the keys of a facet."""
    from aggregator.tagging.content_types import CONTENT_TYPES
    from aggregator.tagging.signals import SIGNALS

    if facet == "signal":
        return {kind.id: kind.title for kind in CONTENT_TYPES} | {signal.id: signal.title for signal in SIGNALS}
    if facet == "source":
        return {status.source.id: status.source.name for status in aggregator.sources(retired=True)}
    if facet == "prospect":
        return {prospect.id: prospect.name for prospect in aggregator.catalog.prospects}
    return {}


@click.command(
    short_help="List shares, thanks and stage moves that cite a share.",
    epilog="""\b
Who shares an item first is its finder for good, and the credit for thanks and
for stage moves that cite it is his. Counts are per rep. Nothing of what anybody
read, dismissed or noted for himself is in it; internal items are not named.
\b
Examples:
  leadline credit
  leadline credit --since 90d --csv > credit.csv
""",
)
@click.option("--since", metavar="WHEN", help="90d, a date; everything if left out.")
@click.option("--json", "json_", is_flag=True, help="As JSON: figures and ledger.")
@click.option("--csv", "csv_", is_flag=True, help="The ledger as CSV.")
@common
@click.pass_context
def credit(ctx: click.Context, /, since: str | None, json_: bool, csv_: bool, **options: Any) -> None:
    """List who found, thanked and moved what."""
    from aggregator.credit import KINDS
    from aggregator.credit import credit as credit_of

    if json_ and csv_:
        raise click.UsageError("Give either --json or --csv.")
    aggregator = opened(ctx, **options)
    found = credit_of(aggregator.team.ledger(*KINDS), aggregator.moment(since) if since else None)
    entries = [_entry(aggregator, each) for each in found.entries]
    figures = [{"rep": r.rep, "found": r.found, "thanks": r.thanks, "moves": r.moves} for r in found.reps]
    if json_:
        as_json({"kind": "credit", "version": 1, "reps": figures, "ledger": entries})
    elif csv_:
        _csv(entries)
    else:
        _print(figures, entries)
    if json_ or csv_:
        aggregator.team.note_left("credit", "stdout", len(entries))


def _entry(aggregator: Aggregator, entry: CreditEntry) -> dict[str, Any]:
    item = aggregator.item(entry.item)
    title = "" if item is None else "(internal item)" if item.scope == "internal" else item.title
    return {
        "at": entry.at, "kind": entry.kind, "rep": entry.rep, "finder": entry.finder, "item": entry.item,
        "title": title, "prospect": entry.prospect or None, "stage": entry.stage or None,
        "taken_back": entry.is_taken_back,
    }  # fmt: skip


def _csv(entries: list[dict[str, Any]]) -> None:
    from aggregator.exports.tables import cell

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["at", "kind", "rep", "finder", "item", "title", "prospect", "stage", "taken_back"])
    writer.writerows([cell(value) for value in entry.values()] for entry in entries)
    sys.stdout.write(out.getvalue())


def _print(figures: list[dict[str, Any]], entries: list[dict[str, Any]]) -> None:
    if not entries:
        say("Nothing was shared yet: `leadline share ITEM`.")
        return
    rows = [("rep", "found", "thanks", "stage moves")]
    rows += [(each["rep"], f"{each['found']}", f"{each['thanks']}", f"{each['moves']}") for each in figures]
    for line in aligned(rows):
        data(line)
    data("")
    told = [(f"{e['at']:%Y-%m-%d}", _words(e), e["item"][:8], e["title"] or "(pruned)") for e in entries]
    for line in aligned(told, width=screen_width(), most=(10, 40, 8)):
        data(line)


def _words(entry: dict[str, Any]) -> str:
    back = " (taken back)" if entry["taken_back"] else ""
    if entry["kind"] == "stage":
        return f"{entry['rep']} moved {entry['prospect']} to {entry['stage']}, found by {entry['finder']}{back}"
    return (
        f"{entry['rep']} thanked {entry['finder']}{back}"
        if entry["kind"] == "thank"
        else f"{entry['rep']} shared{back}"
    )
