"""``leadline config``: check it, show what is in force, say where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from aggregator import config as settings
from aggregator.catalog import Catalog
from aggregator.cli.output import as_json, common, data, leave, say, settle
from aggregator.digest.words import counted
from feeds.tables import as_number


@click.group(
    invoke_without_command=True,
    short_help="Check, show or find the configuration.",
    epilog="""\b
Examples:
  leadline config check
  leadline config show --json
  leadline config --why poll.at_least      where a setting comes from
  leadline config --why press-wires.tech   and everything of a source
""",
)
@click.option("--why", metavar="KEY|SOURCE", help="Say where a setting, or all of a source, comes from.")
@click.option("--json", "json_", is_flag=True, help="With --why: as JSON.")
@common
@click.pass_context
def config(ctx: click.Context, /, why: str | None, json_: bool, **options: Any) -> None:
    """Check, show or find the configuration; --why says where a setting comes from."""
    settle(ctx, **options)
    if ctx.invoked_subcommand:
        return
    if why is None:
        raise click.exceptions.NoArgsIsHelpError(ctx)
    from aggregator import catalog
    from aggregator.why import why as because

    found = because(catalog.load(settings.read(settings.find(ctx.find_root().obj["config"]))), why)
    if json_:
        as_json([{"key": each.key, "value": msgspec.to_builtins(each.value, enc_hook=as_number), "from": each.place}
                 for each in found])  # fmt: skip
        leave(0)
    from aggregator.example import toml_value

    for each in found:
        value = toml_value(list(each.value) if isinstance(each.value, tuple) else each.value)
        data(f"{each.key} = {value}\n    {each.place}")


@config.command(
    epilog="""\b
Examples:
  leadline config check
  leadline config check --json
"""
)
@click.option("--json", "json_", is_flag=True, help="The faults as JSON.")
@common
@click.pass_context
def check(ctx: click.Context, /, json_: bool, **options: Any) -> None:
    """Name every fault in the config, with its line and what to do. Exit code 2 if there is one."""
    from aggregator import catalog
    from aggregator.errors import ConfigError

    path = settings.find(settle(ctx, **options)["config"])
    try:
        found = settings.read(path)
        loaded = catalog.load(found)
        faults, notes = list(loaded.faults), list(_notes(loaded))
    except ConfigError as error:
        faults, found, notes = list(error.faults), None, []
    if json_:
        told = [{"file": f.file, "line": f.line, "key": f.key, "message": f.message, "hint": f.hint} for f in faults]
        as_json([{**each, "severity": "error"} for each in told] + notes)
    else:
        for fault in faults:
            say(str(fault), level=-1)
        for note in notes:
            say(f"warning: {note['message']}" + (f"\n  hint: {note['hint']}" if note["hint"] else ""))
    if not faults and found and not json_:
        data(f"{path}: fine. {_size(found)}.")
    leave(2 if faults else 0)


@config.command(
    epilog="""\b
Examples:
  leadline config show
  leadline config show --json
"""
)
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def show(ctx: click.Context, /, json_: bool, **options: Any) -> None:
    """Print every setting in force, defaults included."""
    found = settings.read(settings.find(settle(ctx, **options)["config"]))
    if json_:
        values = msgspec.to_builtins(found.settings, enc_hook=as_number)
        lists = {"prospects": found.prospects, "sources": found.sources}
        as_json({**values, "database": str(found.database), **lists})
        leave(0)
    for line in _as_toml(found):
        data(line)
    data(f"\n# and {_size(found)} (--json shows them)")


def _notes(loaded: Catalog) -> Iterator[dict[str, Any]]:
    """What is no fault, but may not be what was meant: sources left out, quotas that will not do."""
    blank = {"file": str(loaded.config.path or ""), "line": 0, "severity": "warning"}
    for key, message, hint in loaded.notes:
        yield {**blank, "key": key, "message": message, "hint": hint}


def _as_toml(found: settings.Config) -> Iterator[str]:
    """The settings as a config would write them."""
    from aggregator.example import toml_value

    sections: list[tuple[str, msgspec.Struct]] = []
    for each in msgspec.structs.fields(found.settings):
        value = getattr(found.settings, each.name)
        if isinstance(value, msgspec.Struct):
            sections.append((each.name, value))
        else:
            yield f"{each.name} = {toml_value(str(found.database) if each.name == 'database' else value)}"
    for name, section in sections:
        yield f"\n[{name}]"
        for each in msgspec.structs.fields(section):
            value = getattr(section, each.name)
            yield f"#{each.name} is not set" if value is None else f"{each.name} = {toml_value(value)}"


def _size(found: settings.Config) -> str:
    return f"{counted(len(found.prospects), 'prospect')}, {counted(len(found.sources), 'source')}"


@config.command(
    epilog="""\b
Examples:
  $EDITOR "$(leadline config path)"
"""
)
@common
@click.pass_context
def path(ctx: click.Context, /, **options: Any) -> None:
    """Print which config file applies."""
    data(str(settings.find(settle(ctx, **options)["config"])))
