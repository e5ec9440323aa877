"""A digest as Markdown, for notes, wikis and mail."""

from __future__ import annotations

import re

from aggregator.digest import words
from aggregator.digest.build import Digest, Line


def render(digest: Digest) -> str:
    """The digest as CommonMark; whatever came from a feed is escaped."""
    parts = [f"# Digest of {digest.made_at.astimezone():%A %d %B %Y}", "", words.summary(digest), ""]
    if digest.top:
        parts += ["## Worth acting on today", ""]
        for number, line in enumerate(digest.top, 1):
            name = f"{escape(line.prospect.name)}: " if line.prospect else ""
            parts.append(f"{number}. **{name}{_title(line)}** ({line.score.value:.0f})  \n   {words.why_now(line)}")
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
    return "\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", text)


def _title(line: Line) -> str:
    title, link = escape(line.item.title), line.item.link
    return f"[{title}](<{link.replace('>', '%3E')}>)" if link else title


def _entry(line: Line, digest: Digest) -> str:
    types = ", ".join(words.type_title(tag.type) for tag in line.tags) or "untagged"
    sources = escape(", ".join(line.source_names))
    return (
        f"- **{types}** · {line.score.value:.0f} · {_title(line)} · "
        f"{words.age(line.item.dated, digest.made_at)} · {sources}"
        f"  \n  why: {escape(words.line_reasons(line) or 'no content type')}"
    )
