"""Items as styled text; pure, and never as markup: what a feed says is only ever shown."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text

from aggregator.digest.to_text import STYLES
from aggregator.digest.words import (
    item_age,
    match_reason,
    prospect_ids,
    score_terms,
    short_age,
    signal_title,
    tag_reason,
    type_short,
    type_title,
)
from aggregator.model import MATCH_THRESHOLD, Item, Prospect, Score, Tag, Verdict
from feeds.text import printable

MARKS = {"kept": "✓", "dismissed": "✗", "snoozed": "z", "qualified": "Q", "handed_over": "→"}
"""Triage state → the sign before an item."""
ROOMY = 50
"""From so many columns on, a line also has prospects and content types."""


def item_line(item: Item, verdict: Verdict | None, score: float, now: datetime, width: int) -> Text:
    """An item on one line of exactly ``width`` columns: mark, score, age, prospects, content types, title."""
    line = Text(MARKS.get(verdict.state, " ") if verdict else " ", no_wrap=True, end="")
    line.append(f" {score:3.0f} ")
    line.append(f"{short_age(item, now):>4} ", style="dim")
    if width >= ROOMY:
        names = Text(prospect_ids(item), style="dim")
        line.append_text(_cell(names, _share(width, 7, 10, 24)))
        labels = [Text(type_short(tag.type), style=STYLES.get(tag.type, "")) for tag in _types(item)]
        line.append_text(_cell(Text(" ").join(labels), _share(width, 8, 9, 28)))
    line.append(printable(item.title).replace("\n", " "))
    line.truncate(width, overflow="ellipsis", pad=True)
    return line


def _share(width: int, part: int, least: int, most: int) -> int:
    return max(least, min(most, width // part))


def _cell(text: Text, width: int) -> Text:
    """Text in a column, a blank behind it."""
    text.truncate(width, overflow="ellipsis", pad=True)
    text.append(" ")
    return text


def reader_text(item: Item, source: str, scores: list[tuple[Prospect | None, Score]], now: datetime) -> Text:
    """An item whole: title, source, why it is here, its score as a product, and its text with the evidence marked."""
    page = Text()
    page.append(f"{item.title}\n", style="bold")
    inside = " · internal" if item.scope == "internal" else ""
    page.append(f"{source} · {item_age(item, now)} · {item.id[:8]}{inside}\n", style="dim")
    if item.link:
        page.append(f"{item.link}\n", style="underline")
    page.append("\n")
    for match in item.matches:
        doubt = "" if match.confidence >= MATCH_THRESHOLD else " (doubtful)"
        page.append(f"{match.prospect}: {match_reason(match)}{doubt}\n")
    for tag in item.tags:
        page.append(type_title(tag.type), style=STYLES.get(tag.type, "bold"))
        page.append(f" · {signal_title(tag) or 'type only'}: {tag_reason(tag)}\n")
    for prospect, score in scores:
        name = f" for {prospect.name}" if prospect else ""
        page.append(f"score{name} {score.value:.0f} = {score_terms(score)}\n", style="dim")
    page.append("\n")
    page.append_text(_body(item))
    return page


def empty_text(*, has_sources: bool) -> Text:
    """What stands in the reader where no item is."""
    return Text(
        "Nothing here. r polls what is due; / asks for something else, like age<30d or a word."
        if has_sources
        else "No sources are configured yet. `leadline init` writes a config; add [[sources]] to it.",
        style="dim",
    )


def _body(item: Item) -> Text:
    body = Text(printable(item.text) or "(no text)")
    for tag in item.tags:
        if tag.evidence.where == "body" and body.plain[tag.evidence.start : tag.evidence.end] == tag.evidence.text:
            body.stylize(f"{STYLES.get(tag.type, 'bold')} reverse", tag.evidence.start, tag.evidence.end)
    return body


def _types(item: Item) -> list[Tag]:
    return list({tag.type: tag for tag in reversed(item.tags)}.values())[::-1]
