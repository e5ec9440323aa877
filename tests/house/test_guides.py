"""Every command line in the guides is one that leadline takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aggregator.cli import cli

ROOT = Path(__file__).parent.parent.parent
_CRON = re.compile(r"^(?:\S+ ){4}\S+\s+(?=leadline )")


def command_lines() -> Iterator[tuple[str, str]]:
    """File and command, of indented or fenced lines that begin with ``leadline`` (behind the times of a crontab)."""
    for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]:
        if "reference" in page.parts:
            continue
        fenced = False
        for line in page.read_text(encoding="utf-8").splitlines():
            fenced ^= line.startswith("```")
            text = _CRON.sub("", line.strip())
            if text.startswith("leadline ") and (fenced or line.startswith("    ")):
                for part in re.split(r"\s(?:&&|;|\||>)\s?", text.partition(" #")[0]):
                    if part.startswith("leadline "):
                        yield page.name, part


@pytest.mark.parametrize(("page", "line"), sorted(set(command_lines())))
def test_a_guide_names_commands_and_options_that_there_are(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    if not words or not re.fullmatch(r"[a-z-]+", words[0]):
        return
    command: click.Command = cli
    context = click.Context(cli, info_name="leadline", help_option_names=["-h", "--help"])
    while isinstance(command, click.Group):
        if not words:
            return
        found = command.get_command(context, words[0])
        assert found is not None, f"{page}: no command {words[0]!r} in {line!r}"
        command, words = found, words[1:]
        context = click.Context(command, parent=context)
    command.make_parser(context).parse_args(list(words))
