"""``leadline explain``: everything that led to an item's match, tags, story and score, and what nearly did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from aggregator.cli.output import as_json, common, data, leave, opened
from aggregator.cli.shapes import correction_dict, fact_dict, match_dict, tag_dict
from aggregator.core import Explanation
from aggregator.digest import words
from aggregator.pipeline.corrections import told


@click.command(
    short_help="Say why an item is where it is.",
    epilog="Example:\n\n  leadline explain 3f2a91c0",
)
@click.argument("item_id", metavar="ITEM")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def explain(ctx: click.Context, /, item_id: str, json_: bool, **options: Any) -> None:
    """Say why an item is where it is: match, tags, story, score, and which rules nearly fired."""
    explained = opened(ctx, **options).explain(item_id)
    if json_:
        as_json(_dict(explained))
        leave(0)
    for line in _lines(explained):
        data(line)


def _lines(explained: Explanation) -> Iterator[str]:
    item = explained.item
    yield f"{item.title}\n{item.link or 'no link'}\n\nMatched to"
    for match in item.matches:
        about = "about" if match.about else "mentioned"
        yield f"  {match.prospect}: {words.match_reason(match)} ({about}, {match.confidence:.2f})"
    if not item.matches:
        yield "  no prospect"
    yield "\nTagged"
    for tag in item.tags:
        name = f"{words.type_title(tag.type)} · {words.signal_title(tag) or 'type only'}"
        phase = f", {tag.phase}" if tag.phase else ""
        yield f"  {name}: {words.tag_reason(tag)} (rule {tag.rule or '-'}, {tag.confidence:.2f}{phase})"
    if not item.tags:
        yield "  not at all"
    if explained.corrections:
        yield "\nCorrected"
        yield from (
            f"  {'' if each.holds else 'not '}{each.subject} {each.value}: {told(each)}"
            for each in explained.corrections
        )
    if item.facts:
        yield "\nFacts"
        yield from (f"  {words.fact_line(fact)}" for fact in item.facts)
    yield "\nScored"
    for prospect, score in explained.scores:
        terms = " × ".join(f"{reason.factor:.3g} ({reason.words})" for reason in score.reasons)
        yield f"  {prospect.name if prospect else 'without a prospect'}: {score.value:.0f} = {terms}"
    if explained.story:
        yield "\nThe same story"
        yield from (f"  {each.id[:8]}  {each.title}  [{each.source}]" for each in explained.story)
    if explained.near:
        yield "\nNearly tagged"
        yield from (
            f"  {near.signal} (rule {near.rule}): “{near.words}” in the {near.where}; {near.why}"
            for near in explained.near
        )


def _dict(explained: Explanation) -> dict[str, Any]:
    return {
        "id": explained.item.id,
        "title": explained.item.title,
        "prospects": [match_dict(match) for match in explained.item.matches],
        "tags": [tag_dict(tag) for tag in explained.item.tags],
        "corrections": [correction_dict(each) for each in explained.corrections],
        "facts": [fact_dict(fact) for fact in explained.item.facts],
        "scores": [
            {
                "prospect": prospect.id if prospect else None,
                "value": score.value,
                "reasons": [{"words": reason.words, "factor": reason.factor} for reason in score.reasons],
            }
            for prospect, score in explained.scores
        ],
        "story": [each.id for each in explained.story],
        "near": [
            {"rule": near.rule, "signal": near.signal, "evidence": near.words, "where": near.where, "why": near.why}
            for near in explained.near
        ],
    }
