"""Writes what is generated from the one list of each thing: the example config and the reference pages.

Run as ``python -m tests.house.generate``; a test fails when a page differs from what this would write.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from aggregator.cli import COMMANDS, cli
from aggregator.example import example, settings_table
from aggregator.tagging.content_types import CONTENT_TYPES
from aggregator.tagging.signals import SIGNALS
from feeds.connectors import KINDS, connector
from feeds.politeness import spell
from tests.house.pack_pages import PACK_PAGES
from tui.keys import ACTIONS

ROOT = Path(__file__).parent.parent.parent


def commands() -> str:
    """Every command's own help."""
    parts = ["# Commands\n\nGenerated from the commands' own help: `leadline COMMAND --help` prints the same.\n"]
    parts.append(f"```text\n{_help(cli, 'leadline')}\n```\n")
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        parts.append(f"## leadline {name}\n\n```text\n{_help(command, f'leadline {name}')}\n```\n")
        for sub in getattr(command, "commands", {}).values():
            parts.append(
                f"### leadline {name} {sub.name}\n\n```text\n{_help(sub, f'leadline {name} {sub.name}')}\n```\n"
            )
    return "\n".join(parts)


def settings() -> str:
    """Every setting with its default."""
    lines = ["# Settings\n\nGenerated from the settings table; `config.example.toml` holds the same.\n"]
    section = None
    for name, key, default, meaning in settings_table():
        if name != section:
            title = "At the top" if not name else f"`[[{name}]]`" if name in ("prospects", "sources") else f"`[{name}]`"
            lines.append(f"\n## {title}\n\n| key | default | meaning |\n| --- | --- | --- |")
            section = name
        shown = f"`{default}`" if default not in ('""', "") else ""
        lines.append(f"| `{key}` | {shown} | {meaning} |")
    return "\n".join(lines) + "\n"


def vocabulary() -> str:
    """Content types and signals."""
    lines = ["# Content types and signals\n\nGenerated from the lists in `aggregator/tagging/`.\n"]
    for kind in CONTENT_TYPES:
        lines.append(
            f"\n## {kind.title} (`{kind.id}`)\n\n{kind.meaning}\n\n"
            "| signal | weight | time | why now |\n| --- | --- | --- | --- |"
        )
        for signal in SIGNALS:
            if signal.type == kind.id:
                time = f"halves in {signal.half_life} days" if signal.half_life else signal.shape
                lines.append(f"| `{signal.id}` {signal.title} | {signal.weight} | {time} | {signal.why_now} |")
    return "\n".join(lines) + "\n"


def keys() -> str:
    """Keys of the desk."""
    head = "# Keys of the desk\n\nGenerated from the one list of actions in `tui/keys.py`.\n"
    lines = [head, "| key | what it does |", "| --- | --- |"]
    lines += [
        f"| {action.keys.replace('slash', '/').replace('question_mark', '?').replace(',', ', ')} | {action.help} |"
        for action in ACTIONS
    ]
    return "\n".join(lines) + "\n"


def sources() -> str:
    """Every kind of source."""
    head = """# Sources: what can be asked, kind by kind

Generated from what each connector says of itself. Every kind is a `[[sources]]` table in the config; settings that all
kinds share stand in [the settings](../reference/settings.md).

- `each = "prospect"` makes one source for each prospect that has what the kind needs, `ID.PROSPECT`; `stage` and
  `prospects` choose among them. What a prospect lacks is no error: `leadline sources` and `leadline doctor` list the
  source as *not configured* with what is missing. Identifiers stand in the prospect's `ids`.
- In `url`, `name` and `options`, `${name}`, `${domain}` and `${…}` of any identifier are filled from the prospect.
- A key is named in `auth`, never written: `"env:NAME"`, `"file:PATH"`, `"cmd:pass show …"`, or
  `"keyring:SERVICE/NAME"` with the extra `keyring`. It goes to the source's own host alone, and is shown nowhere.
- Publishers' quotas are kept over all sources and restarts. A source whose quota is spent is *held* until there is
  room, the one that waited longest first; `leadline config check` says beforehand, with the arithmetic, where a quota
  cannot do.
- What a source already has when it is first asked is stored, but is no news.
- A record that cannot be read is skipped and counted: `leadline sources` says how many, why, and how the first begins.
"""
    parts = [head]
    for kind in KINDS:
        about = connector(kind).ABOUT
        needs = ", ".join(f"`{each}`".replace("|", "` or `") for each in about.needs) or "nothing"
        takes = f"; may have {', '.join(f'`{each}`' for each in about.takes)}" if about.takes else ""
        every = f"\n- Asked every {spell(about.every)} unless `every` says otherwise." if about.every else ""
        key = f"\n- Key: {about.key}." if about.key else ""
        contact = "\n- Needs `contact` in `[poll]`: a name and an e-mail address." if about.contact else ""
        local = "\n- Reads this machine's files; no pack may bring it." if about.local else ""
        parts.append(
            f"## {about.title} (`{kind}`)\n\n{about.brings}\n\n- Needs {needs}{takes}.{key}{contact}{local}{every}\n"
            f"- Limits: {about.limits}\n\n```toml\n{about.example.strip()}\n```\n"
        )
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "config.example.toml": example,
    "docs/reference/commands.md": commands,
    "docs/reference/settings.md": settings,
    "docs/reference/vocabulary.md": vocabulary,
    "docs/reference/keys.md": keys,
    **PACK_PAGES,
    "docs/guide/sources.md": sources,
}
"""Page → what writes it."""


def _help(command: click.Command, name: str) -> str:
    context = click.Context(
        command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    return command.get_help(context).rstrip()


if __name__ == "__main__":
    for page, write in PAGES.items():
        ROOT.joinpath(page).parent.mkdir(parents=True, exist_ok=True)
        ROOT.joinpath(page).write_text(write(), encoding="utf-8")
        click.echo(page)
