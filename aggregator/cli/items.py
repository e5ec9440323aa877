"""``leadline items`` and ``leadline show``: what is stored, as lists and one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.columns import aligned, screen_width, wrapped
from aggregator.cli.output import as_json, as_jsonl, common, data, leave, opened, say
from aggregator.cli.shapes import item_dict
from aggregator.digest import words
from aggregator.errors import LeadlineError
from aggregator.model import MATCH_THRESHOLD, Item

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
        for line in _lines(found, aggregator):
            data(line)
            count += 1
        if not count:
            say("No items." if query or not limit else "No items yet: `leadline poll` fetches some.")
        elif count == limit and screen_width():
            say(f"The latest {limit}; --limit 0 lists all.")


@click.command(
    short_help="Show one item whole.",
    epilog="""\b
Examples:
  leadline show 3f2a91c0         an id from a list; its first 6 characters will do
  leadline show 3f2a91c0 --json
""",
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
    for line in _whole(item, aggregator):
        data(line)
    for version in versions:
        data(f"\nUntil {version.replaced_at:%Y-%m-%d %H:%M} UTC it read: {version.title}\n{version.text[:1000]}")


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


def _whole(item: Item, aggregator: Aggregator) -> Iterator[str]:
    """Everything that is known of an item, wrapped on a terminal."""
    width = min(screen_width(), 100)
    verdict = aggregator.verdicts([item.id]).get(item.id)
    about = [aggregator.source_name(item.source), words.item_age(item, aggregator.now()), item.id]
    about += [
        word for word in (item.scope if item.scope == "internal" else "", verdict.state if verdict else "") if word
    ]
    dates = [("published", item.published), ("updated", item.updated), ("first seen", item.seen_at)]
    yield from wrapped(item.title, width)
    yield from wrapped(" · ".join(about), width)
    yield item.link or "no link"
    yield from wrapped(" · ".join(f"{name} {at:%Y-%m-%d %H:%M} UTC" for name, at in dates if at), width)
    for paragraph in ["", *item.text.split("\n")] if item.text else ():
        yield from wrapped(paragraph, width) if paragraph else [""]
    for title, lines in _parts(item, aggregator):
        if lines:
            yield f"\n{title}"
        for line in lines:
            yield from wrapped(line, width, "  ")


def _parts(item: Item, aggregator: Aggregator) -> Iterator[tuple[str, list[str]]]:
    yield "Fields", [f"{name}: {value}" for name, value in item.fields.items()]
    names = {prospect.id: prospect.name for prospect in aggregator.catalog.prospects}
    yield (
        "Prospects",
        [
            f"{names.get(m.prospect, m.prospect)}: {words.match_reason(m)} ({m.confidence:.2f})"
            + ("" if m.confidence >= MATCH_THRESHOLD else ", doubtful")
            for m in item.matches
        ],
    )
    yield (
        "Content types",
        [
            f"{words.type_title(tag.type)} · {words.signal_title(tag) or 'no signal'}: {words.tag_reason(tag)} "
            f"(rule {tag.rule}, {tag.confidence:.2f})"
            for tag in item.tags
        ],
    )
    yield "Facts", [words.fact_line(fact) for fact in item.facts]
    yield (
        "Score",
        [
            f"{score.value:.0f}{f' for {prospect.name}' if prospect else ''} = {words.score_terms(score)}"
            for prospect, score in aggregator.scores(item)
        ],
    )
