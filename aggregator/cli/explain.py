"""``leadline explain``: everything that led to an item's match, tags, story and score, and what nearly did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import as_json, common, data, leave, opened
from aggregator.cli.shapes import correction_dict, fact_dict, match_dict, tag_dict, thread_dict
from aggregator.core import Explanation
from aggregator.digest import words
from aggregator.model import MATCH_THRESHOLD
from aggregator.pipeline.corrections import told
from aggregator.pipeline.roles import role_of

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.pipeline.story_keys import StoryKey


@click.command(
    short_help="Say why an item is where it is.",
    epilog="Example:\n\n  leadline explain 3f2a91c0",
)
@click.argument("item_id", metavar="ITEM")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def explain(ctx: click.Context, /, item_id: str, json_: bool, **options: Any) -> None:
    """Say why an item is where it is: match, tags, story, procurement, score, and which rules nearly fired."""
    aggregator = opened(ctx, **options)
    explained = aggregator.explain(item_id)
    if json_:
        as_json(_dict(explained, aggregator))
        leave(0)
    for line in (*_meaning(explained), *_standing(explained, aggregator)):
        data(line)


def _meaning(explained: Explanation) -> Iterator[str]:
    """Whence it came, whom it concerns, what it says."""
    item = explained.item
    yield f"{item.title}\n{item.link or 'no link'}\n\nFrom"
    yield f"  {_source_words(explained)}"
    yield "\nMatched to"
    for match in item.matches:
        about = "about" if match.about else "mentioned"
        role = f", as {told_role}" if (told_role := role_of(item, match)) else ""
        doubt = "" if match.confidence >= MATCH_THRESHOLD else ", doubtful: never in a digest"
        yield f"  {match.prospect}: {words.match_reason(match)} ({about}, {match.confidence:.2f}{role}{doubt})"
    if not item.matches:
        yield "  no prospect"
    yield "\nTagged"
    for tag in item.tags:
        name = f"{words.type_title(tag.type)} · {words.signal_title(tag) or 'type only'}"
        phase = f", {tag.phase}" if tag.phase else ""
        pack = f" of pack {tag.pack}" if tag.pack else ""
        yield f"  {name}: {words.tag_reason(tag)} (rule {tag.rule or '-'}{pack}, {tag.confidence:.2f}{phase})"
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


def _standing(explained: Explanation, aggregator: Aggregator) -> Iterator[str]:
    """Its score, its story, its procurement, and what it is nearly."""
    from aggregator.cli.show import thread_lines

    yield "\nScored"
    for prospect, score in explained.scores:
        terms = " × ".join(f"{reason.factor:.3g} ({reason.words})" for reason in score.reasons)
        yield f"  {prospect.name if prospect else 'without a prospect'}: {score.value:.0f} = {terms}"
    if explained.key:
        yield "\nStory"
        yield f"  told apart by {_key_words(explained.key)}"
        yield f"  told by {words.counted(explained.publishers, 'publisher')}"
        yield from (f"  {each.id[:8]}  {each.title}  [{each.source}]" for each in explained.story)
    if explained.thread:
        yield "\nProcurement"
        yield from (f"  {line}" for line in thread_lines(explained.thread, aggregator))
    if explained.opinions:
        yield "\nBy its wording"
        yield from (
            f"  {words.type_title(each.type)}: chance {each.chance:.2f}; {'' if each.tag else 'no tag, as '}{each.why}"
            for each in explained.opinions
        )
    if explained.near:
        yield "\nNearly tagged"
        yield from (
            f"  {near.signal} (rule {near.rule}): “{near.words}” in the {near.where}; {near.why}"
            for near in explained.near
        )


def _source_words(explained: Explanation) -> str:
    item, source = explained.item, explained.source
    if source is None:
        return f"{item.source}, which is no longer configured"
    parts = [source.name or source.id, source.id if source.name else "", source.kind, source.publisher, item.scope]
    parts += [f"pack {source.pack}" if source.pack else "", f"first seen {item.seen_at:%Y-%m-%d %H:%M} UTC"]
    parts += [f"declares {', '.join(source.types)}" if source.types else ""]
    parts += [f"of prospect {source.prospect}" if source.prospect else ""]
    return ", ".join(filter(None, parts))


def _key_words(key: StoryKey) -> str:
    parts = {
        "prospect": sorted(key.prospects),
        "signal": sorted(key.signals),
        "day": [key.day.isoformat()],
        "amount": [f"{amount:,.0f} {unit}".strip() for amount, unit in key.money],
        "person": sorted(key.people),
        "period": sorted({*key.figures.quarters, *key.figures.months, *key.figures.years}),
        "number": [f"{number:g}" for number in sorted(key.figures.numbers)],
        "procurement": list(key.numbers),
    }
    return "; ".join(f"{name} {', '.join(values)}" for name, values in parts.items() if values)


def _dict(explained: Explanation, aggregator: Aggregator) -> dict[str, Any]:
    item, key, source = explained.item, explained.key, explained.source
    return {
        "id": item.id,
        "title": item.title,
        "source": {
            "id": item.source, "name": source.name if source else None, "pack": source.pack or None if source else None,
            "kind": source.kind if source else None, "publisher": source.publisher or None if source else None,
            "scope": item.scope, "seen_at": item.seen_at,
        },
        "rules": {"version": item.rules_version, "packs": explained.packs},
        "prospects": [match_dict(match) | {"role": role_of(item, match) or None} for match in item.matches],
        "tags": [tag_dict(tag) for tag in item.tags],
        "corrections": [correction_dict(each) for each in explained.corrections],
        "facts": [fact_dict(fact) for fact in item.facts],
        "scores": [
            {
                "prospect": prospect.id if prospect else None,
                "value": score.value,
                "reasons": [{"words": reason.words, "factor": reason.factor} for reason in score.reasons],
            }
            for prospect, score in explained.scores
        ],
        "story": [each.id for each in explained.story],
        "publishers": explained.publishers,
        "story_key": {
            "prospects": sorted(key.prospects), "signals": sorted(key.signals), "day": key.day,
            "amounts": [{"amount": amount, "currency": unit or None} for amount, unit in key.money],
            "people": sorted(key.people),
            "periods": sorted({*key.figures.quarters, *key.figures.months, *key.figures.years}),
            "procurement": key.numbers,
        } if key else None,
        "thread": thread_dict(explained.thread, aggregator.now().date()) if explained.thread else None,
        "near": [
            {"rule": near.rule, "signal": near.signal, "evidence": near.words, "where": near.where, "why": near.why}
            for near in explained.near
        ],
        "wording": [
            {"type": each.type, "chance": round(each.chance, 3), "tagged": each.tag is not None, "why": each.why}
            for each in explained.opinions
        ],
    }  # fmt: skip
