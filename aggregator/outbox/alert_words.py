"""An alert as a message: its subject, and its body as text, Markdown, HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as html_escape

from aggregator.model import Item
from aggregator.tagging.content_types import CONTENT_TYPES
from aggregator.tagging.signals import SIGNAL
from feeds.text import one_line, printable, safe_link

VERSION = 1
"""Of the JSON shape."""
MAX_ITEMS = 50
"""Items of a summary that are told one by one."""
_TITLES = {each.id: each.title for each in CONTENT_TYPES}


@dataclass(frozen=True, slots=True)
class Told:
    """One item of an alert."""

    item: Item
    why: str
    """Why now: it is new, or what is materially new in its story."""
    score: float


def subject(alert: str, items: Sequence[Told]) -> str:
    """The subject line: the title of the one, or how many."""
    told = one_line(items[0].item.title, 150) if len(items) == 1 else f"{len(items)} stories"
    return f"leadline {one_line(alert, 60)}: {told}"


def body(alert: str, items: Sequence[Told], form: str, *, notice: str = "") -> str:
    """The message in a format; those that cannot hold a message (a feed, a calendar) become text."""
    writer = {"md": _markdown, "html": _html, "json": _json}.get(form, _text)
    return printable(writer(alert, items, notice))


def form_of(form: str) -> str:
    """The format that an alert has where a digest would have ``form``."""
    return form if form in ("md", "html", "json") else "text"


def _text(_alert: str, items: Sequence[Told], notice: str) -> str:
    parts = [notice, ""] if notice else []
    for told in items[:MAX_ITEMS]:
        parts += [one_line(told.item.title), f"  {_about(told)}"]
        parts += [f"  {line}" for line in (told.why, _play(told.item), safe_link(told.item.link)) if line]
        parts.append("")
    return "\n".join([*parts, *_rest(items)]).rstrip() + "\n"


def _markdown(_alert: str, items: Sequence[Told], notice: str) -> str:
    from aggregator.digest.to_markdown import escape

    parts = [f"*{escape(notice)}*", ""] if notice else []
    for told in items[:MAX_ITEMS]:
        link = safe_link(told.item.link).replace(">", "%3E").replace("<", "%3C")
        title = escape(told.item.title)
        lines = [f"- **[{title}](<{link}>)**" if link else f"- **{title}**", escape(_about(told)), escape(told.why)]
        parts.append("  \n  ".join([*lines, *([f"*{escape(_play(told.item))}*"] if _play(told.item) else [])]))
    return "\n".join([*parts, *_rest(items)]) + "\n"


def _html(alert: str, items: Sequence[Told], notice: str) -> str:
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>',
        f"<title>{html_escape(subject(alert, items))}</title>\n</head>\n<body>\n<main>",
        f"<p><strong>{html_escape(notice)}</strong></p>" if notice else "",
    ]
    for told in items[:MAX_ITEMS]:
        link, title = safe_link(told.item.link), html_escape(one_line(told.item.title))
        head = f'<a href="{html_escape(link)}">{title}</a>' if link else title
        parts.append(f"<article>\n<h2>{head}</h2>")
        parts += [f"<p>{html_escape(line)}</p>" for line in (_about(told), told.why, _play(told.item)) if line]
        parts.append("</article>")
    parts += [f"<p>{html_escape(line)}</p>" for line in _rest(items)]
    return "\n".join(part for part in [*parts, "</main>\n</body>\n</html>"] if part) + "\n"


def _json(alert: str, items: Sequence[Told], notice: str) -> str:
    told = [
        {
            "id": each.item.id, "title": each.item.title, "link": each.item.link, "score": each.score, "why": each.why,
            "why_now": _play(each.item), "types": [tag.type for tag in each.item.tags],
            "prospects": [match.prospect for match in each.item.matches], "scope": each.item.scope,
        }
        for each in items
    ]  # fmt: skip
    value = {"version": VERSION, "alert": alert, "notice": notice, "items": told}
    return json.dumps(value, ensure_ascii=True, indent=2) + "\n"


def _about(told: Told) -> str:
    types = dict.fromkeys(_TITLES.get(tag.type, tag.type) for tag in told.item.tags)
    prospects = dict.fromkeys(match.prospect for match in told.item.matches)
    return " · ".join(part for part in (", ".join(prospects), ", ".join(types), f"{told.score:.0f}") if part)


def _play(item: Item) -> str:
    signals = [SIGNAL[tag.signal] for tag in item.tags if tag.signal in SIGNAL]
    return max(signals, key=lambda signal: signal.weight).why_now if signals else ""


def _rest(items: Sequence[Told]) -> list[str]:
    left = len(items) - MAX_ITEMS
    return [f"… and {left} more: leadline alerts --why"] if left > 0 else []
