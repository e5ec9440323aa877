"""``leadline items`` and ``leadline show``: what is stored, as lists and one by one."""

from __future__ import annotations

from typing import Any

import click

from aggregator.cli.output import as_json, as_jsonl, common, data, leave, opened, say
from aggregator.cli.shapes import item_dict
from aggregator.digest import words
from aggregator.errors import LeadlineError
from aggregator.model import Item


@click.command(
    epilog="""\b
A query is words that must all occur, "phrases", -words that must not, and fields
(quote it for the shell as a whole):
  prospect:ID  type:purchasing_plans  -type:market_position  source:ID
  age<7d  age>2w  state:kept  scope:internal  is:new  is:tagged  is:unmatched
\b
Examples:
  leadline items "cloud migration"
  leadline items 'prospect:acme "data center" -jobs'
  leadline items prospect:acme type:purchasing_plans age<30d
  leadline items --jsonl --limit 0 | jq .title
"""
)
@click.argument("query", nargs=-1)
@click.option("--limit", default=50, show_default=True, help="At most so many; 0 for all.")
@click.option("--json", "json_", is_flag=True, help="One JSON list.")
@click.option("--jsonl", is_flag=True, help="One JSON object on each line.")
@common
@click.pass_context
def items(ctx: click.Context, /, query: tuple[str, ...], limit: int, json_: bool, jsonl: bool, **options: Any) -> None:
    """List stored items, newest first; with words, search their full text."""
    aggregator = opened(ctx, **options)
    found = aggregator.search(" ".join(query), limit=limit)
    if jsonl:
        as_jsonl(map(item_dict, found))
    elif json_:
        as_json([item_dict(item) for item in found])
    else:
        count = 0
        for item in found:
            data(_line(item, aggregator.source_name(item.source), words.age(item.dated, aggregator.now())))
            count += 1
        if not count:
            say("No items." if query else "No items yet: `leadline poll` fetches some.")


@click.command(
    epilog="Example:\n\n  leadline show 3f2a91c0    (an id from a digest or list; its first 6 characters are enough)"
)
@click.argument("item_id", metavar="ITEM")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def show(ctx: click.Context, /, item_id: str, json_: bool, **options: Any) -> None:
    """Show one item whole: text, matches, tags and their evidence, score, former versions."""
    aggregator = opened(ctx, **options)
    item = aggregator.item(item_id)
    if item is None:
        raise LeadlineError(
            f"no single item has an id that starts with {item_id!r}",
            hint="`leadline items` lists ids; give at least 6 characters",
        )
    versions = aggregator.versions(item.id)
    if json_:
        as_json(
            item_dict(item)
            | {"versions": [{"replaced_at": v.replaced_at, "title": v.title, "text": v.text} for v in versions]}
        )
        leave(0)
    data(_whole(item, aggregator.source_name(item.source)))
    for prospect, score in aggregator.scores(item):
        name = prospect.name if prospect else "no prospect"
        terms = " × ".join(f"{reason.factor:.2g} ({reason.words})" for reason in score.reasons)
        data(f"score for {name}: {score.value:.0f} = {terms}")
    for version in versions:
        data(f"\nuntil {version.replaced_at:%Y-%m-%d %H:%M} UTC it read: {version.title}\n{version.text[:1000]}")


def _line(item: Item, source: str, age: str) -> str:
    types = ",".join(dict.fromkeys(tag.type for tag in item.tags)) or "-"
    prospects = ",".join(match.prospect for match in item.matches) or "-"
    return f"{item.id[:8]}  {age:14}  {prospects}  {types}  {item.title}  [{source}]"


def _whole(item: Item, source: str) -> str:
    lines = [item.title, f"{source} · {item.link or 'no link'}"]
    dates = [("published", item.published), ("updated", item.updated), ("first seen", item.seen_at)]
    lines.append(" · ".join(f"{name} {moment:%Y-%m-%d %H:%M} UTC" for name, moment in dates if moment))
    lines += [f"{name}: {value}" for name, value in item.fields.items()]
    lines += ["", item.text, ""]
    for match in item.matches:
        lines.append(f"{match.prospect}: {words.match_reason(match)} ({match.confidence:.2f})")
    for tag in item.tags:
        signal = words.signal_title(tag) or tag.type
        lines.append(f"{tag.type} · {signal}: {words.tag_reason(tag)} (rule {tag.rule}, {tag.confidence:.2f})")
    lines += [words.fact_line(fact) for fact in item.facts]
    return "\n".join(lines)
