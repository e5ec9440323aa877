"""A digest for the terminal: coloured and wrapped on a screen, plain when piped."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from aggregator.digest import words
from aggregator.digest.build import Digest, Line, Section
from aggregator.tagging.content_types import CONTENT_TYPES
from feeds.text import printable

STYLES = {
    "strategy": "bold blue", "structure": "bold magenta", "requirements": "bold yellow",
    "market_position": "bold cyan", "purchasing_history": "bold green", "purchasing_plans": "bold red",
}  # fmt: skip
"""Never the only sign: each type's name stands beside its colour."""


def render(digest: Digest, width: int = 80) -> str:
    """The digest as plain text, without any control code and without blanks at the ends of lines."""
    console = Console(file=StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(draw(digest))
    return "".join(f"{line.rstrip()}\n" for line in printable(captured.get()).splitlines())


def draw(digest: Digest) -> RenderableType:
    """The digest as rich sees it. All text from feeds goes in as Text, never as markup."""
    parts: list[RenderableType] = [
        Text.assemble(("leadline", "bold"), f"  {digest.made_at.astimezone():%A %d %B %Y, %H:%M}"),
        Text(words.summary(digest)),
    ]
    if digest.top:
        parts += [Text(""), Rule("Worth acting on today", style="bold", align="left")]
        parts += [_top(number, line, digest) for number, line in enumerate(digest.top, 1)]
    for section in digest.sections:
        parts += [Text(""), *_section(section, digest)]
    parts += [Text(""), Rule("What was seen", style="bold", align="left"), *_coverage(digest)]
    return Group(*parts)


def _top(number: int, line: Line, digest: Digest) -> RenderableType:
    about = _types(line)
    about.append(
        f" · {line.score.value:.0f} · {words.item_age(line.item, digest.made_at)} · {line.item.id[:8]}", style="dim"
    )
    rest: list[RenderableType] = [about]
    if why_now := words.why_now(line):
        rest.append(Text(why_now, style="italic"))
    return Group(
        _hanging(Text(f"{number}. "), Text(words.headline(line), style="bold")),
        Padding(Group(*rest), (0, 0, 0, 3), expand=False),
    )


def _hanging(lead: Text, text: Text) -> RenderableType:
    """A lead, and text beside it that stays there when it wraps."""
    grid = Table.grid(padding=0)
    grid.add_column(width=lead.cell_len, no_wrap=True)
    grid.add_column()
    grid.add_row(lead, text)
    return grid


def _types(line: Line) -> Text:
    if not line.tags:
        return Text("untagged", style="dim")
    titles = [Text(words.type_title(tag.type), style=STYLES.get(tag.type, "bold")) for tag in line.tags]
    return Text(" · ").join(titles)


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
    head.append_text(_types(line))
    head.append(f"   {words.item_age(line.item, digest.made_at)}", style="dim")
    if line.item.scope == "internal":
        head.append(" · internal", style="bold")
    rest: list[RenderableType] = [Text(line.item.title, style="bold"), _sources(line)]
    reasons = words.line_reasons(line)
    if reasons:
        rest.append(Text(f"why: {reasons}"))
    if line.item.link:
        rest.append(Text(line.item.link, style="underline", no_wrap=True, overflow="ignore"))
    return Group(head, Padding(Group(*rest), (0, 0, 1, 5), expand=False))


def _sources(line: Line) -> Text:
    first, *others = line.source_names
    also = f" · also {', '.join(others)}" if others else ""
    return Text(f"{first}{also} · {line.item.id[:8]}", style="dim")


def _coverage(digest: Digest) -> list[RenderableType]:
    lines = words.coverage_lines(digest.coverage, digest.made_at)
    shown: list[RenderableType] = [Text(lines[0], style="bold" if digest.coverage.failed else "")]
    shown += [
        Padding(Text(line, style="yellow" if line.startswith(("UNKNOWN", "GONE")) else ""), (0, 0, 0, 2), expand=False)
        for line in lines[1:]
    ]
    shown += [Text(line, style="dim") for line in words.footer(digest)]
    counts = digest.by_type
    if counts:
        shown.append(Text("  ".join(f"{each.title} {counts.get(each.id, 0)}" for each in CONTENT_TYPES), style="dim"))
    return shown
