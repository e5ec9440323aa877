"""A digest for the terminal: coloured and wrapped on a screen, plain when piped."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from aggregator.digest import words
from aggregator.digest.build import Digest, Line, Section
from aggregator.tagging.content_types import CONTENT_TYPES

STYLES = {
    "strategy": "bold blue", "structure": "bold magenta", "requirements": "bold yellow",
    "market_position": "bold cyan", "purchasing_history": "bold green", "purchasing_plans": "bold red",
}  # fmt: skip
"""Never the only sign: each type's name stands beside its colour."""


def render(digest: Digest) -> str:
    """The digest as plain text, 80 columns, without any control code."""
    console = Console(file=StringIO(), width=80, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(draw(digest))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]  # it is the StringIO given above


def draw(digest: Digest) -> RenderableType:
    """The digest as rich sees it. All text from feeds goes in as Text, never as markup."""
    parts: list[RenderableType] = [
        Text.assemble(("leadline", "bold"), f"  {digest.made_at.astimezone():%A %d %B %Y, %H:%M}"),
        Text(words.summary(digest)),
    ]
    if digest.top:
        parts += [Text(""), Rule("Worth acting on today", style="bold", align="left")]
        parts += [_top(number, line) for number, line in enumerate(digest.top, 1)]
    for section in digest.sections:
        parts += [Text(""), *_section(section, digest)]
    parts += [Text(""), Rule("What was seen", style="bold", align="left"), *_coverage(digest)]
    return Group(*parts)


def _top(number: int, line: Line) -> RenderableType:
    head = Text(f"{number}. ", style="bold")
    if line.prospect:
        head.append(f"{line.prospect.name}: ", style="bold")
    head.append(line.item.title)
    return Group(head, Padding(Text(words.why_now(line), style="italic"), (0, 0, 0, 3)))


def _section(section: Section, digest: Digest) -> list[RenderableType]:
    title = section.prospect.name if section.prospect else "All items"
    stage = f" · {section.prospect.stage}" if section.prospect else ""
    parts: list[RenderableType] = [Rule(Text.assemble((title, "bold"), (stage, "dim")), align="left", style="dim")]
    parts += [_entry(line, digest) for line in section.lines]
    if section.withheld:
        hint = f"leadline items prospect:{section.prospect.id}" if section.prospect else "leadline items"
        parts.append(Text(f"     … and {section.withheld} more: {hint}", style="dim"))
    return parts


def _entry(line: Line, digest: Digest) -> RenderableType:
    head = Text(f"{line.score.value:3.0f}  ")
    for number, tag in enumerate(line.tags):
        head.append(" · " if number else "")
        head.append(words.type_title(tag.type), style=STYLES.get(tag.type, "bold"))
    if not line.tags:
        head.append("untagged", style="dim")
    head.append(f"   {words.age(line.item.dated, digest.made_at)}", style="dim")
    if line.item.scope == "internal":
        head.append(" · internal", style="bold")
    rest: list[RenderableType] = [Text(line.item.title, style="bold"), _sources(line)]
    reasons = words.line_reasons(line)
    if reasons:
        rest.append(Text(f"why: {reasons}"))
    if line.item.link:
        rest.append(Text(line.item.link, style="underline", no_wrap=True, overflow="ignore"))
    return Group(head, Padding(Group(*rest), (0, 0, 1, 5)))


def _sources(line: Line) -> Text:
    first, *others = line.source_names
    also = f" · also {', '.join(others)}" if others else ""
    return Text(f"{first}{also} · {line.item.id[:8]}", style="dim")


def _coverage(digest: Digest) -> list[RenderableType]:
    lines = words.coverage_lines(digest.coverage, digest.made_at)
    shown: list[RenderableType] = [Text(lines[0], style="bold" if digest.coverage.failed else "")]
    shown += [
        Padding(Text(line, style="yellow" if line.startswith(("UNKNOWN", "GONE")) else ""), (0, 0, 0, 2))
        for line in lines[1:]
    ]
    shown += [Text(line, style="dim") for line in words.footer(digest)]
    counts = digest.by_type
    if counts:
        shown.append(Text("  ".join(f"{each.title} {counts.get(each.id, 0)}" for each in CONTENT_TYPES), style="dim"))
    return shown
