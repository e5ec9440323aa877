"""What is generated is up to date, and the example config is a valid config."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aggregator import config
from aggregator.cli import cli
from tests.house import json_shapes
from tests.house.generate import PAGES


@pytest.mark.parametrize("page", PAGES)
def test_page_is_what_the_code_says(page: str, project: Path) -> None:
    """`make docs` writes them anew."""
    assert project.joinpath(page).read_text(encoding="utf-8") == PAGES[page]()


def test_example_config_is_valid(project: Path) -> None:
    """A user can start from it as it is."""
    read = config.parse(project.joinpath("config.example.toml").read_text(encoding="utf-8"))

    assert [prospect.id for prospect in read.prospects] == ["acme"]
    assert [source.id for source in read.sources] == ["acme-newsroom"]


def test_every_commented_default_is_the_default(project: Path) -> None:
    """Uncommenting everything changes nothing."""
    text = project.joinpath("config.example.toml").read_text(encoding="utf-8")
    never = ("#digest_at", "#prune_older_than")
    uncommented = "\n".join(
        line[1:] if line.startswith("#") and not line.startswith(("# ", "#:", *never)) else line
        for line in text.splitlines()
    )

    assert config.parse(uncommented).settings == config.parse("").settings


def test_every_command_with_json_has_its_shape_on_a_page() -> None:
    shown = {" ".join(word for word in command.split()) for command in json_shapes.COMMANDS}
    for name in with_json(cli, ""):
        there = any(command == name or command.startswith(f"{name} ") for command in shown)
        assert there or name in (*json_shapes.ELSEWHERE, *json_shapes.UNSHOWN), name


def with_json(command: click.Command, name: str) -> Iterator[str]:
    """The names of commands that write JSON."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from with_json(found, f"{name} {sub}".strip())
    elif any("--json" in each.opts for each in command.params):
        yield name
