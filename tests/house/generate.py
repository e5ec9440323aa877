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
from tui.keys import ACTIONS, all_shown

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
    head = (
        "# Keys of the desk\n\nGenerated from the one list of actions in `tui/keys.py`. Each name stands on the `:`\n"
        "line, and under `keys` in the config's `[desk]` to bind other keys; digits before a key repeat it.\n"
    )
    lines = [head]
    for group in dict.fromkeys(action.group for action in ACTIONS):
        lines.append(f"\n## {group}\n\n| key | name | what it does |\n| --- | --- | --- |")
        for action in ACTIONS:
            if action.group == group:
                shown = all_shown(action.keys).replace("|", "\\|")
                takes = f" {action.takes}".replace("|", "\\|") if action.takes else ""
                where = " (on the sources screen)" if action.scope == "sources" else ""
                lines.append(f"| {shown} | `{action.name}{takes}` | {action.help}{where} |")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "config.example.toml": example,
    "docs/reference/commands.md": commands,
    "docs/reference/settings.md": settings,
    "docs/reference/vocabulary.md": vocabulary,
    "docs/reference/keys.md": keys,
}
"""Page → what writes it."""


def _help(command: click.Command, name: str) -> str:
    context = click.Context(
        command, info_name=name, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    return command.get_help(context).rstrip()


if __name__ == "__main__":
    for page, write in PAGES.items():
        ROOT.joinpath(page).write_text(write(), encoding="utf-8")
        click.echo(page)
