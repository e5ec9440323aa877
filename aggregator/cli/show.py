"""``leadline show``: one item whole, and what was edited in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.columns import screen_width, wrapped
from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.cli.shapes import edit_dict, item_dict, thread_dict
from aggregator.digest import words
from aggregator.model import MATCH_THRESHOLD, Item
from aggregator.pipeline.differences import in_short, marked
from aggregator.pipeline.edits import Edit, edits
from aggregator.pipeline.procurements import Thread, thread_words
from aggregator.pipeline.roles import role_of

if TYPE_CHECKING:
    from aggregator.core import Aggregator


@click.command(
    short_help="Show one item whole.",
    epilog="""\b
Of an edited item, --versions shows what was taken out [-like this-] and what
was put in {+like this+}, the latest edit first.
\b
Examples:
  leadline show 3f2a91c0              an id from a list, 6 characters will do
  leadline show 3f2a91c0 --versions   what its source edited
  leadline show 3f2a91c0 --json
""",
)
@click.argument("item_id", metavar="ITEM")
@click.option("--versions", "versions_", is_flag=True, help="What was edited, word by word, instead of the item.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def show(ctx: click.Context, /, item_id: str, versions_: bool, json_: bool, **options: Any) -> None:
    """Show one item whole: text, matches, tags and their evidence, score, procurement, edits."""
    aggregator = opened(ctx, **options)
    item = aggregator.one_item(item_id)
    made = edits(item, aggregator.versions(item.id))
    if json_:
        as_json([edit_dict(each) for each in made] if versions_ else _dict(item, made, aggregator))
        leave(0)
    if versions_ and not made:
        say("It was never edited since it came.")
    for line in _edit_lines(made) if versions_ else _whole(item, made, aggregator):
        data(line)


def _dict(item: Item, made: list[Edit], aggregator: Aggregator) -> dict[str, Any]:
    thread = aggregator.tenders.of([item]).get(item.id)
    former = [{"replaced_at": each.at, "title": each.former.title, "text": each.former.text} for each in made]
    return item_dict(item) | {
        "versions": former,
        "thread": thread_dict(thread, aggregator.now().date()) if thread else None,
    }


def _edit_lines(made: list[Edit]) -> Iterator[str]:
    width = min(screen_width(), 100)
    for place, each in enumerate(made):
        yield ("\n" if place else "") + f"Edited by {each.at:%Y-%m-%d %H:%M} UTC"
        for name, pieces in (("Title", each.title), ("Text", each.text)):
            if pieces:
                yield f"  {name}"
                for paragraph in marked(in_short(pieces)).split("\n"):
                    yield from wrapped(paragraph, width, "    ") if paragraph.strip() else ()
        yield from (f"  {name}: [-{before}-] {{+{after}+}}" for name, before, after in each.fields)


def _whole(item: Item, made: list[Edit], aggregator: Aggregator) -> Iterator[str]:
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
    if made:
        count = words.counted(len(made), "time")
        yield f"\nEdited {count}, last by {made[0].at:%Y-%m-%d %H:%M} UTC: leadline show {item.id[:8]} --versions"


def _parts(item: Item, aggregator: Aggregator) -> Iterator[tuple[str, list[str]]]:
    yield "Fields", [f"{name}: {value}" for name, value in item.fields.items()]
    names = {prospect.id: prospect.name for prospect in aggregator.catalog.prospects}
    yield (
        "Prospects",
        [
            f"{names.get(m.prospect, m.prospect)}: {words.match_reason(m)} ({m.confidence:.2f})"
            + (f", as {role}" if (role := role_of(item, m)) else "")
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
    thread = aggregator.tenders.of([item]).get(item.id)
    yield "Procurement", list(thread_lines(thread, aggregator)) if thread else []
    yield (
        "Score",
        [
            f"{score.value:.0f}{f' for {prospect.name}' if prospect else ''} = {words.score_terms(score)}"
            for prospect, score in aggregator.scores(item, publishers=aggregator.told_by(item))
        ],
    )


def thread_lines(thread: Thread, aggregator: Aggregator) -> Iterator[str]:
    """A procurement: what it is numbered by and where it stands, then each notice with what it changed."""
    yield f"{thread.key}: {thread_words(thread, aggregator.now().date())}"
    for notice in thread.notices:
        changes = "; ".join(change.words for change in notice.changes)
        yield f"{notice.at:%Y-%m-%d} {notice.stage} {notice.item.id[:8]} {notice.title}" + (
            f": {changes}" if changes else ""
        )
