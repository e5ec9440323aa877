"""``leadline items``: what is stored, as lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.columns import aligned, screen_width
from aggregator.cli.output import as_json_list, as_jsonl, common, data, opened, say
from aggregator.cli.shapes import item_dict
from aggregator.digest import words
from aggregator.model import Item

if TYPE_CHECKING:
    from aggregator.core import Aggregator

NARROW = 70
"""On a terminal of fewer columns the list leaves some out."""


class QueryCommand(click.Command):
    """A command whose arguments are a query, in which ``-word`` and ``-type:x`` are words and no options."""

    _NEGATED = re.compile(r"-(?![qvh]+$)[^-]..*", re.DOTALL)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, the excluded words behind everything else."""
        excluded = [] if "--" in args else [each for each in args if self._NEGATED.fullmatch(each)]
        rest = [each for each in args if each not in excluded]
        return super().parse_args(ctx, [*rest, "--", *excluded] if excluded else args)


@click.command(
    cls=QueryCommand,
    short_help="List or search what is stored.",
    epilog="""\b
A query is words that must all occur, "phrases", -words that must not, and fields
(quote it for the shell as a whole):
  prospect:ID  type:purchasing_plans  -type:market_position  source:ID
  score>60  -tag:recognition
  age<7d  age>2w  state:kept  scope:internal  is:new  is:tagged  is:unmatched
  owner:me  is:shared  is:pinned  is:answered  is:noted  is:owned
\b
Examples:
  leadline items "cloud migration"
  leadline items 'prospect:acme "data center" -jobs'
  leadline items prospect:acme type:purchasing_plans age<30d
  leadline items --jsonl --limit 0 | jq .title
""",
)
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="At most so many; 0 for all.")
@click.option("--json", "json_", is_flag=True, help="One JSON list.")
@click.option("--jsonl", is_flag=True, help="One JSON object on each line.")
@click.option("--csv", "csv_", is_flag=True, help="CSV, a row an item and prospect.")
@common
@click.pass_context
def items(
    ctx: click.Context, /, query: tuple[str, ...], limit: int, json_: bool, jsonl: bool, csv_: bool, **options: Any
) -> None:
    """List stored items, newest first; with words, search their full text.

    Each is written as it is read: a million need no more memory than a page.
    """
    if json_ + jsonl + csv_ > 1:
        raise click.UsageError("Give one of --json, --jsonl and --csv.")
    aggregator = opened(ctx, **options)
    if csv_:
        _as_csv(aggregator, " ".join(query), limit)
        return
    found = aggregator.search(" ".join(query), limit=limit)
    if jsonl:
        as_jsonl(map(item_dict, found))
    elif json_:
        as_json_list(map(item_dict, found))
    else:
        count = 0
        for line in _lines(found, aggregator):
            data(line)
            count += 1
        if not count:
            say("No items." if query or not limit else "No items yet: `leadline poll` fetches some.")
        elif count == limit and screen_width():
            say(f"The latest {limit}; --limit 0 lists all.")


def _as_csv(aggregator: Aggregator, query: str, limit: int) -> None:
    """The rows of `leadline export`, internal items among them: they are read here and do not leave."""
    from aggregator.exporting import Export
    from aggregator.exports.tables import items as rows

    for piece in rows(Export(aggregator, query, limit, internal=True)):
        click.echo(piece, nl=False)


def _lines(items: Iterable[Item], aggregator: Aggregator) -> Iterator[str]:
    """A line an item: short and cut on a terminal, whole where it is piped."""
    width, now = screen_width(), aggregator.now()
    if not width:
        return aligned(_row(item, aggregator.source_name(item.source), now) for item in items)
    if width < NARROW:
        return aligned(((*_short_row(item, now)[:2], item.title) for item in items), width=width, most=(8, 4))
    return aligned((_short_row(item, now) for item in items), width=width, most=(8, 4, 14, 14))


def _row(item: Item, source: str, now: datetime) -> tuple[str, ...]:
    types = ",".join(dict.fromkeys(tag.type for tag in item.tags)) or "-"
    return item.id[:8], words.item_age(item, now), words.prospect_ids(item) or "-", types, f"[{source}]", item.title


def _short_row(item: Item, now: datetime) -> tuple[str, ...]:
    types = ",".join(dict.fromkeys(words.type_short(tag.type) for tag in item.tags)) or "-"
    return item.id[:8], words.short_age(item, now), words.prospect_ids(item) or "-", types, item.title
