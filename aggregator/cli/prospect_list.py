"""``leadline prospect list`` and ``show``: whom you sell to, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.columns import aligned, screen_width
from aggregator.cli.output import as_json, common, data, opened, say
from aggregator.model import STAGES, Prospect

if TYPE_CHECKING:
    from aggregator.accounts import AccountRow
    from aggregator.core import Aggregator
    from aggregator.templates import NotConfigured

_JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
_COLUMNS = ("SCORE", "PROSPECT", "STAGE", "SOURCES", "ITEMS", "IDENTIFIERS")
SORTS = ("config", "name", "score", "items")
SORTED = ", ".join(SORTS)
LATEST = 5
"""Items shown of one prospect."""


@click.command(
    "list",
    short_help="List prospects with stage, sources, items and score.",
    epilog="""\b
The score is that of the last 30 days, as in the digest.
\b
Examples:
  leadline prospect list
  leadline prospect list --stage proposing --sort score --limit 20
""",
)
@click.option("--stage", "stages", metavar="STAGE", type=click.Choice(STAGES), multiple=True, help="Only these stages.")
@click.option("--sort", metavar="BY", type=click.Choice(SORTS), default="config", help=f"By {SORTED}.")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="At most so many; 0 for all.")
@_JSON
@common
@click.pass_context
def list_(
    ctx: click.Context, /, stages: Sequence[str], sort: str, limit: int, json_: bool, **options: Any
) -> None:  # fmt: skip
    """List prospects with stage, identifiers, sources, items and score."""
    aggregator = opened(ctx, **options)
    rows = [each for each in aggregator.accounts() if not stages or each.prospect.stage in stages]
    if sort == "name":
        rows.sort(key=lambda row: row.prospect.name.casefold())
    elif sort != "config":
        rows.sort(key=lambda row: -(row.score if sort == "score" else row.items))
    rows = rows[: limit or None]
    if json_:
        as_json([account_dict(each) for each in rows])
        return
    width = screen_width()
    lines: list[tuple[str, ...]] = [_row(each) for each in rows]
    if width and lines:
        lines.insert(0, _COLUMNS)
    for line in aligned(lines, width=width, most=(5, 40, 12, 7, 7)):
        data(line)
    if not rows:
        say("None in that stage." if stages else "No prospects are configured: `leadline prospect add NAME` adds one.")


def _row(each: AccountRow) -> tuple[str, ...]:
    known = each.prospect
    told = [known.domain] if known.domain else []
    told += [f"{key} {value}" for key, value in known.identifiers.items()]
    count = f"{len(each.sources)}" + (f"+{len(each.lacking)}" if each.lacking else "")
    score = f"{each.score:.0f}" if each.score else "-"
    return score, known.id, known.stage, count, str(each.items), ", ".join(told) or "-"


@click.command(
    short_help="All that is known of a prospect.",
    epilog="""\b
Example:
  leadline prospect show acme
"""
)  # fmt: skip
@click.argument("name", metavar="PROSPECT")
@_JSON
@common
@click.pass_context
def show(ctx: click.Context, /, name: str, json_: bool, **options: Any) -> None:
    """Show all that is known of a prospect: names, identifiers, sources, what they lack, latest items, notes."""
    from aggregator.cli.shapes import item_dict
    from aggregator.cli.team import note_dict

    aggregator = opened(ctx, **options)
    known = aggregator.prospect(name)
    (row,) = aggregator.accounts(only=[known.id])
    items = list(aggregator.search(f"prospect:{known.id}", limit=LATEST))
    notes = aggregator.team.prospect_notes(known.id)
    if json_:
        more = {"latest": [item_dict(each) for each in items], "notes": [note_dict(each) for each in notes]}
        as_json(account_dict(row) | more)
        return
    _print_known(row)
    _print_sources(aggregator, row)
    for each in items:
        data(f"  {each.listed:%Y-%m-%d}  {each.id[:8]}  {each.title}")
    for note in notes:
        data(f"  note {note.id[:8]}  {note.rep}: {note.text}")


def _print_known(row: AccountRow) -> None:
    known = row.prospect
    data(f"{known.name} ({known.id}) · {known.stage} · score {row.score:.0f}")
    for title, values in (("also", known.aliases), ("needs", known.require), ("but not", known.exclude)):
        if values:
            data(f"  {title:9} {', '.join(values)}")
    data(f"  {'domain':9} {known.domain or '-'}")
    for key, value in known.identifiers.items():
        data(f"  {key:9} {value}")


def _print_sources(aggregator: Aggregator, row: AccountRow) -> None:
    health = {each.status.source.id: each for each in aggregator.health()}
    data(f"\nSources of its own: {len(row.sources)}; items: {row.items}")
    for source in row.sources:
        found = health.get(source.id)
        state = f"{found.state}, {found.status.items} items" if found else "new"
        data(f"  {source.id}  {source.kind}  {state}  {source.url}")
    for each in row.lacking:
        data(f"  {each.source}  not configured: it needs {_needs(each)}")
        data(f"    {how_to_add(each, row.prospect)}")


def _needs(each: NotConfigured) -> str:
    return ", and ".join(name.replace("|", " or ") for name in each.missing)


def how_to_add(each: NotConfigured, known: Prospect) -> str:
    """The command that gives a source what it lacks."""
    first = each.missing[0].partition("|")[0]
    if first == "auth":
        return 'set its `auth` in the config to "env:NAME", "file:PATH" or "cmd:COMMAND"'
    word = "--set domain=…" if first == "domain" else f"--id {first}=…"
    return f"leadline prospect edit {known.id} {word}"


def account_dict(row: AccountRow) -> dict[str, Any]:
    """A prospect and its figures as plain values."""
    known = row.prospect
    return {
        "id": known.id, "name": known.name, "aliases": known.aliases, "domain": known.domain or None,
        "stage": known.stage, "ids": dict(known.identifiers), "require": known.require, "exclude": known.exclude,
        "sources": [source.id for source in row.sources],
        "not_configured": [
            {"source": each.source, "kind": each.kind, "missing": each.missing, "how": how_to_add(each, known)}
            for each in row.lacking
        ],
        "items": row.items, "score": round(row.score, 1),
    }  # fmt: skip
