"""``leadline correct``: a rep's own word on what an item means, in force for him at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO

import click

from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.cli.shapes import correction_dict, item_dict
from aggregator.model import Correction, Item
from aggregator.pipeline.corrections import told


@click.command(
    epilog="""\b
What you say counts for you before any rule, also after rules change, and
`leadline explain` shows it. Without options it lists what you said.
\b
Examples:
  leadline correct 3f2a91c0 --not-tag strategy
  leadline correct 3f2a91c0 --tag purchasing_plans.tender --not-prospect acme
  leadline correct 3f2a91c0 --undo
  leadline correct --export examples.toml     for the tests of a pack
  leadline rules check examples.toml          runs them
"""
)
@click.argument("item_id", metavar="[ITEM]", default="")
@click.option("--tag", "tags", metavar="NAME", multiple=True, help="It has this content type or signal.")
@click.option("--not-tag", "not_tags", metavar="NAME", multiple=True, help="It has not.")
@click.option("--prospect", "prospects", metavar="ID", multiple=True, help="It is about this prospect.")
@click.option("--not-prospect", "not_prospects", metavar="ID", multiple=True, help="It does not concern this prospect.")
@click.option("--undo", is_flag=True, help="Take back what the options name, or everything said of the item.")
@click.option("--export", metavar="FILE", type=click.File("w", encoding="utf-8"),
              help="Write the items with corrected tags as examples for rules; - for stdout.")  # fmt: skip
@click.option("--internal", is_flag=True, help="Export items of internal and subscribed sources, too.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def correct(
    ctx: click.Context,
    /,
    item_id: str,
    tags: tuple[str, ...],
    not_tags: tuple[str, ...],
    prospects: tuple[str, ...],
    not_prospects: tuple[str, ...],
    undo: bool,
    export: TextIO | None,
    internal: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Say that a tag or a prospect of an item is wrong or missing."""
    said = [
        (subject, value, holds)
        for subject, holds, values in (
            ("tag", False, not_tags),
            ("prospect", False, not_prospects),
            ("tag", True, tags),
            ("prospect", True, prospects),
        )
        for value in values
    ]
    if (said or undo) and not item_id:
        raise click.UsageError("Which ITEM?")
    aggregator = opened(ctx, **options)
    learning, item = aggregator.learning, aggregator.one_item(item_id) if item_id else None
    if export is not None:
        text, left_out = learning.examples(internal=internal)
        export.write(text)
        if left_out:
            say(f"{left_out} of internal or subscribed sources left out; --internal writes them too.")
        leave(0)
    if undo and item:
        count = learning.uncorrect(item, said)
        say(f"{count} corrections taken back." if count != 1 else "1 correction taken back.")
    elif said and item:
        _show(learning.correct(item, said), json_=json_)
        return
    _list(learning.corrections(item), json_=json_)


def _show(item: Item, *, json_: bool) -> None:
    if json_:
        as_json(item_dict(item))
        return
    data(f"{item.id[:8]}  {item.title}")
    data(f"  content types: {', '.join(dict.fromkeys(tag.type for tag in item.tags)) or 'none'}")
    data(f"  prospects: {', '.join(match.prospect for match in item.matches) or 'none'}")


def _list(corrections: Iterable[Correction], *, json_: bool) -> None:
    if json_:
        as_json([correction_dict(each) for each in corrections])
        return
    for each in corrections:
        data(f"{each.item[:8]}  {'' if each.holds else 'not '}{each.subject} {each.value}: {told(each)}")
