"""Items as styled text; pure, and never as markup: what a feed says is only ever shown."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text

from aggregator.digest.to_text import STYLES
from aggregator.digest.words import age, match_reason, signal_title, tag_reason, type_title
from aggregator.model import Item, Prospect, Score, Tag, Verdict
from feeds.text import printable

MARKS = {"kept": "✓", "dismissed": "✗", "snoozed": "z", "qualified": "Q", "handed_over": "→"}
"""Triage state → the sign before an item."""


def item_line(item: Item, verdict: Verdict | None, score: float, now: datetime, width: int) -> Text:
    """An item on one line: mark, score, prospects, content types, title, age."""
    line = Text(MARKS.get(verdict.state, " ") if verdict else " ", no_wrap=True, overflow="ellipsis", end="")
    line.append(f" {score:3.0f} ")
    line.append(_prospects(item, 16), style="dim")
    for tag in _types(item)[:2]:
        line.append(f" {type_title(tag.type).split()[-1].lower()}", style=STYLES.get(tag.type, ""))
    line.append(f"  {item.title}")
    line.truncate(max(20, width - 14), overflow="ellipsis", pad=True)
    line.append(f"  {age(item.dated, now):>12}", style="dim")
    return line


def reader_text(item: Item, source: str, scores: list[tuple[Prospect | None, Score]], now: datetime) -> Text:
    """An item whole: title, source, why it is here, its score as a product, and its text with the evidence marked."""
    page = Text()
    page.append(f"{item.title}\n", style="bold")
    page.append(f"{source} · {age(item.dated, now)} · {item.id[:8]}\n", style="dim")
    if item.link:
        page.append(f"{item.link}\n", style="underline")
    page.append("\n")
    for match in item.matches:
        page.append(f"{match.prospect}: {match_reason(match)}\n")
    for tag in item.tags:
        page.append(type_title(tag.type), style=STYLES.get(tag.type, "bold"))
        page.append(f" · {signal_title(tag) or 'type only'}: {tag_reason(tag)}\n")
    for prospect, score in scores:
        terms = " × ".join(f"{reason.words} {reason.factor:.2g}" for reason in score.reasons)
        page.append(f"score{' for ' + prospect.name if prospect else ''} {score.value:.0f} = {terms}\n", style="dim")
    page.append("\n")
    page.append_text(_body(item))
    return page


def _body(item: Item) -> Text:
    body = Text(printable(item.text) or "(no text)")
    for tag in item.tags:
        if tag.evidence.where == "body" and body.plain[tag.evidence.start : tag.evidence.end] == tag.evidence.text:
            body.stylize(f"{STYLES.get(tag.type, 'bold')} reverse", tag.evidence.start, tag.evidence.end)
    return body


def _types(item: Item) -> list[Tag]:
    return list({tag.type: tag for tag in reversed(item.tags)}.values())[::-1]


def _prospects(item: Item, width: int) -> str:
    return ",".join(match.prospect for match in item.matches)[:width].ljust(width)
