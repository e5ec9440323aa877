"""A digest as Markdown, for notes, wikis and mail."""

from __future__ import annotations

import re

from aggregator.digest import words
from aggregator.digest.build import Digest, Line
from aggregator.digest.coming import Due
from aggregator.digest.outline import Block, blocks, shows, top
from aggregator.model import Item
from feeds.text import one_line, printable, safe_link


def render(digest: Digest) -> str:
    """The digest as CommonMark; whatever came from a feed is escaped. Build it without internal items."""
    parts = [f"# Digest of {digest.made_at.astimezone():%A %d %B %Y}", "", words.summary(digest), ""]
    parts += [f"**{escape(notice)}**\n" for notice in digest.notices]
    if top(digest):
        parts += [f"## {words.TITLES['top']}", ""]
        parts += [_top(number, line, digest) for number, line in enumerate(top(digest), 1)]
        parts.append("")
    if shows(digest, "prospects"):
        for block in blocks(digest):
            parts += [*_block(block, digest), ""]
    for name, lines in _lists(digest):
        if lines and shows(digest, name):
            parts += [f"## {words.TITLES[name]}", "", *lines, ""]
    parts += [f"## {words.TITLES['coverage']}", ""]
    parts += [
        f"- {escape(line)}" for line in [*words.coverage_lines(digest.coverage, digest.made_at), *words.footer(digest)]
    ]
    return printable("\n".join(parts)).rstrip("\n") + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, on one line; entities and bare addresses stay text."""
    marked = re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", one_line(text))
    return re.sub(r"^(\d+)([.)])|^([-+=])", lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", marked)


def _link(text: str, item: Item) -> str:
    """Words that lead to the item, where its address is one that may be opened."""
    link = re.sub(r"[<>\\\s]", lambda found: f"%{ord(found[0]):02X}", safe_link(item.link))
    return f"[{escape(text)}](<{link}>)" if link else escape(text)


def _top(number: int, line: Line, digest: Digest) -> str:
    parts = [
        f"{number}. **{_link(words.headline(line), line.item)}**",
        f"{words.type_titles(line)} · {_about(line, digest)}",
    ]
    parts += [f"*{escape(words.why_now(line))}*"] if words.why_now(line) else []
    return "  \n   ".join([*parts, *_proof(line)])


def _block(block: Block, digest: Digest) -> list[str]:
    prospect = block.section.prospect
    parts = [f"## {escape(prospect.name) if prospect else 'All items'}", ""]
    if block.above:
        parts += [f"Above: {', '.join(map(str, block.above))}", ""]
    for kind, lines in block.groups:
        parts += [f"### {words.type_title(kind) if kind else 'Untagged'}", ""]
        parts += [_entry(line, digest) for line in lines]
        parts.append("")
    parts += [f"- {escape(each.item.title)} (told under {escape(name)})" for each, name in block.elsewhere]
    if block.section.withheld:
        parts.append(f"- … and {block.section.withheld} more")
    return parts


def _entry(line: Line, digest: Digest) -> str:
    head = f"- **{_link(line.item.title, line.item)}** · {_about(line, digest)}"
    return "  \n  ".join([head, *_proof(line)])


def _about(line: Line, digest: Digest) -> str:
    now = digest.made_at
    parts = [f"{line.score.value:.0f}", escape(words.sources_line(line)), words.item_age(line.item, now)]
    return " · ".join(part for part in (*parts, words.due_in(line, now)) if part)


def _proof(line: Line) -> list[str]:
    new = [f"**new: {escape(line.update)}**"] if line.update else []
    return [*new, f"why: {escape(words.line_reasons(line) or 'no content type')}"]


def _lists(digest: Digest) -> list[tuple[str, list[str]]]:
    """The sections that are lists of lines."""
    return [
        ("deadlines", [_due(due) for due in digest.deadlines]),
        ("ends", [_due(due) for due in digest.ends]),
        ("changes", [f"- {_link(words.followed_line(each), each.item)}" for each in digest.changes]),
        ("shared", [f"- {_link(words.shared_line(each), each.item)}" for each in digest.shared]),
        ("packs", [f"- {escape(line)}" for line in digest.packs]),
    ]


def _due(due: Due) -> str:
    reason = escape(words.due_reason(due))
    return f"- {_link(words.due_line(due), due.item)}" + (f" · {reason}" if reason else "")
