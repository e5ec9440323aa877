"""``leadline config``: check it, show what is in force, say where it is."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from aggregator import config as settings
from aggregator.cli.output import as_json, common, data, leave, say, settle


@click.group()
def config() -> None:
    """Check, show or find the configuration."""


@config.command()
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
        faults = list(catalog.load(found).faults)
    except ConfigError as error:
        faults, found = list(error.faults), None
    if json_:
        as_json([{"file": f.file, "line": f.line, "key": f.key, "message": f.message, "hint": f.hint} for f in faults])
    else:
        for fault in faults:
            say(str(fault), level=-1)
    if not faults and found and not json_:
        data(f"{path}: fine. {len(found.prospects)} prospects, {len(found.sources)} sources.")
    leave(2 if faults else 0)


@config.command()
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def show(ctx: click.Context, /, json_: bool, **options: Any) -> None:
    """Print every setting in force, defaults included."""
    found = settings.read(settings.find(settle(ctx, **options)["config"]))
    values = msgspec.to_builtins(found.settings, enc_hook=_plain)
    values["database"] = str(found.database)
    if json_:
        as_json(values)
        leave(0)
    from aggregator.example import toml_value

    for key, value in values.items():
        if isinstance(value, dict):
            data(f"\n[{key}]\n" + "\n".join(f"{name} = {toml_value(each)}" for name, each in value.items()))
        elif not isinstance(value, list):
            data(f"{key} = {toml_value(value)}")
    data(f"\n# and {len(found.prospects)} prospects, {len(found.sources)} sources (--json shows them)")


@config.command()
@common
@click.pass_context
def path(ctx: click.Context, /, **options: Any) -> None:
    """Print which config file applies."""
    data(str(settings.find(settle(ctx, **options)["config"])))


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, float) else int(value)
