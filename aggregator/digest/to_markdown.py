"""A digest as Markdown, for notes, wikis and mail."""

from __future__ import annotations

import re

from aggregator.digest import words
from aggregator.digest.build import Digest, Line
from feeds.text import one_line, printable, safe_link


def render(digest: Digest) -> str:
    """The digest as CommonMark; whatever came from a feed is escaped. Build it without internal items."""
    parts = [f"# Digest of {digest.made_at.astimezone():%A %d %B %Y}", "", words.summary(digest), ""]
    if digest.top:
        parts += ["## Worth acting on today", ""]
        for number, line in enumerate(digest.top, 1):
            about = f"{words.type_titles(line)} · {line.score.value:.0f} · {words.item_age(line.item, digest.made_at)}"
            parts.append(
                f"{number}. **{_link(words.headline(line), line)}**  \n   {about}  \n   {words.why_now(line)}".rstrip()
            )
        parts.append("")
    for section in digest.sections:
        parts += [f"## {escape(section.prospect.name) if section.prospect else 'All items'}", ""]
        parts += [_entry(line, digest) for line in section.lines]
        if section.withheld:
            parts.append(f"- … and {section.withheld} more")
        parts.append("")
    parts += ["## What was seen", ""]
    parts += [
        f"- {escape(line)}" for line in [*words.coverage_lines(digest.coverage, digest.made_at), *words.footer(digest)]
    ]
    return printable("\n".join(parts)).rstrip("\n") + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line; entities and bare addresses stay text."""
    marked = re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", one_line(text))
    return re.sub(r"^(\d+)([.)])|^([-+=])", lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", marked)


def _link(words: str, line: Line) -> str:
    """Words that lead to the item, where its address is one that may be opened."""
    link = re.sub(r"[<>\\\s]", lambda found: f"%{ord(found[0]):02X}", safe_link(line.item.link))
    return f"[{escape(words)}](<{link}>)" if link else escape(words)


def _entry(line: Line, digest: Digest) -> str:
    types = words.type_titles(line)
    sources = escape(", ".join(line.source_names))
    return (
        f"- **{types}** · {line.score.value:.0f} · {_link(line.item.title, line)} · "
        f"{words.item_age(line.item, digest.made_at)} · {sources}"
        f"  \n  why: {escape(words.line_reasons(line) or 'no content type')}"
    )
