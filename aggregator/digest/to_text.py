"""A digest for the terminal: coloured and wrapped on a screen, plain when piped."""

from __future__ import annotations

from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from aggregator.digest import words
from aggregator.digest.build import Digest, Line
from aggregator.digest.outline import Block, blocks, shows, top
from aggregator.model import Item
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
        *(Text(notice, style="yellow") for notice in digest.notices),
    ]
    if top(digest):
        parts += [Text(""), _rule("top")]
        parts += _apart([_top(number, line, digest) for number, line in enumerate(top(digest), 1)])
    if shows(digest, "prospects"):
        for block in blocks(digest):
            parts += [Text(""), *_block(block, digest)]
    for name, lines in _lists(digest):
        if lines and shows(digest, name):
            parts += [Text(""), _rule(name), *lines]
    parts += [Text(""), _rule("coverage"), *_coverage(digest)]
    return Group(*parts)


def _apart(parts: list[RenderableType]) -> list[RenderableType]:
    """With an empty line between each two."""
    return [each for part in parts for each in (Text(""), part)][1:]


def _rule(name: str) -> Rule:
    return Rule(words.TITLES[name], style="bold", align="left")


def _top(number: int, line: Line, digest: Digest) -> RenderableType:
    about = _types(line)
    about.append(f" · {line.score.value:.0f} · {_about(line, digest)}", style="dim")
    rest: list[RenderableType] = [about]
    if why_now := words.why_now(line):
        rest.append(Text(why_now, style="italic"))
    rest += _proof(line)
    return Group(
        _hanging(Text(f"{number}. "), Text(words.headline(line), style="bold")),
        Padding(Group(*rest), (0, 0, 0, 3), expand=False),
    )


def _about(line: Line, digest: Digest) -> str:
    """Who tells a story and when, its first deadline, its id."""
    now = digest.made_at
    parts = [words.sources_line(line), words.item_age(line.item, now), words.due_in(line, now), line.item.id[:8]]
    if line.item.scope == "internal":
        parts.append("internal")
    return " · ".join(part for part in parts if part)


def _proof(line: Line) -> list[RenderableType]:
    """What is new in it, why it is here, and where it stands."""
    parts: list[RenderableType] = []
    if line.update:
        parts.append(Text(f"new: {line.update}", style="bold yellow"))
    if reasons := words.line_reasons(line):
        parts.append(Text(f"why: {reasons}"))
    if line.item.link:
        parts.append(Text(line.item.link, style="underline", no_wrap=True, overflow="ignore"))
    return parts


def _lists(digest: Digest) -> list[tuple[str, list[RenderableType]]]:
    """The sections that are lists of lines."""
    return [
        ("deadlines", [_listed(words.due_line(due), words.due_reason(due), due.item) for due in digest.deadlines]),
        ("ends", [_listed(words.due_line(due), words.due_reason(due), due.item) for due in digest.ends]),
        ("changes", [_listed(words.followed_line(each), "", each.item) for each in digest.changes]),
        ("shared", [_listed(words.shared_line(each), "", each.item) for each in digest.shared]),
        ("packs", [_hanging(Text("  "), Text(line)) for line in digest.packs]),
    ]


def _listed(line: str, reason: str, item: Item) -> RenderableType:
    told = " · ".join(part for part in (reason, item.id[:8]) if part)
    return _hanging(Text("  "), Group(Text(line), Text(told, style="dim")))


def _hanging(lead: Text, text: RenderableType) -> RenderableType:
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


def _block(block: Block, digest: Digest) -> list[RenderableType]:
    prospect = block.section.prospect
    title, stage = (prospect.name, f" · {prospect.stage}") if prospect else ("All items", "")
    parts: list[RenderableType] = [Rule(Text.assemble((title, "bold"), (stage, "dim")), align="left", style="dim")]
    if block.above:
        parts.append(Text(f"     above: {', '.join(map(str, block.above))}", style="dim"))
    groups: list[RenderableType] = []
    for kind, lines in block.groups:
        name = Text(words.type_title(kind) if kind else "untagged", style=STYLES.get(kind, "dim"))
        groups.append(Group(name, *_apart([_entry(line, kind, digest) for line in lines])))
    parts += _apart(groups)
    parts += [_hanging(Text("     "), Text(f"{each.item.title} (told under {name})")) for each, name in block.elsewhere]
    if block.section.withheld:
        hint = f"leadline items prospect:{prospect.id}" if prospect else "leadline items"
        parts.append(Text(f"     … and {block.section.withheld} more: {hint}", style="dim"))
    return parts


def _entry(line: Line, kind: str, digest: Digest) -> RenderableType:
    also = ", ".join(words.type_title(tag.type) for tag in line.tags if tag.type != kind)
    about = Text(_about(line, digest) + (f" · also {also}" if also else ""), style="dim")
    head = _hanging(Text(f"{line.score.value:3.0f}  "), Text(line.item.title, style="bold"))
    return Group(head, Padding(Group(about, *_proof(line)), (0, 0, 0, 5), expand=False))


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
