"""``leadline overlay``: a rep's own changes to what packs bring; no update touches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
import msgspec

from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.errors import LeadlineError
from feeds.tables import Seconds

if TYPE_CHECKING:
    from aggregator.catalog import Catalog

JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
FIELDS = ("muted", "boost", "name", "url", "every", "auth", "options")


@click.group(
    invoke_without_command=True,
    short_help="Your own changes to what packs bring.",
    epilog="""\b
Examples:
  leadline overlay                                      list them
  leadline overlay set press-wires.tech --mute
  leadline overlay set press-wires.tech --boost 1.5 --name "Tech wire"
  leadline overlay unset press-wires.tech               as the pack has it
  leadline overlay rule press-wires/new-ceo --mute
""",
)
@JSON
@common
@click.pass_context
def overlay(ctx: click.Context, /, json_: bool, **options: Any) -> None:
    """List your changes to packs' sources and rules; they stand in overlay.toml beside the config."""
    if ctx.invoked_subcommand:
        return
    from aggregator.example import toml_value

    merged = opened(ctx, **options).catalog.merged
    known = {*merged.origins, *(each.template for found in merged.origins.values() for each in found)}
    sources = {id_: _given(change) for id_, change in merged.overlay.sources.items()}
    if json_:
        sources = {
            id_: {**each, "every": float(each["every"])} if "every" in each else each for id_, each in sources.items()
        }
        as_json({"file": str(merged.overlay.path), "sources": sources, "muted_rules": merged.overlay.muted_rules,
                 "without_effect": sorted(set(sources) - known)})  # fmt: skip
        leave(0)
    for id_, values in sources.items():
        told = ", ".join(f"{name} = {toml_value(value)}" for name, value in values.items())
        data(f"{id_}: {told}" + ("" if id_ in known else "  (no installed pack has it now)"))
    for rule in merged.overlay.muted_rules:
        data(f"rule {rule}: muted")
    if not sources and not merged.overlay.muted_rules:
        say("Nothing is changed. `leadline overlay set SOURCE --mute` is a start; `leadline sources` lists ids.")


def _given(change: Any) -> dict[str, Any]:
    values = {name: getattr(change, name) for name in FIELDS}
    given = {name: value for name, value in values.items() if value not in (None, {})}
    return {**given, "every": Seconds(given["every"])} if "every" in given else given


@overlay.command(
    name="set",
    short_help="Change a source of a pack.",
    epilog="""\b
Examples:
  leadline overlay set press-wires.tech --every 30m
  leadline overlay set us-federal.sam --auth env:SAM_API_KEY
\b
The id of a template (press-wires.newsroom) stands for all sources made of it.
""",
)
@click.argument("source")
@click.option("--mute/--unmute", "muted", default=None, help="Do not poll it; its items stay.")
@click.option("--boost", type=click.FloatRange(0.1, 10), help="Multiply how much its items count.")
@click.option("--name", help="Call it otherwise.")
@click.option("--url", metavar="URL", help="Its address, where the pack's is wrong or has moved.")
@click.option("--every", metavar="DURATION", help="Ask this often, like 30m.")
@click.option("--auth", metavar="REFERENCE", help="Where its key is: env:NAME, file:PATH, cmd:COMMAND, keyring:…")
@click.option("--option", "given", multiple=True, metavar="KEY=VALUE", help="An option of its connector.")
@JSON
@common
@click.pass_context
def set_(ctx: click.Context, /, source: str, given: Sequence[str], json_: bool, **options: Any) -> None:
    """Change a source of a pack, for yourself; no update undoes it."""
    from aggregator.packs.overlay import edit, path_for

    values = {name: options.pop(name) for name in ("muted", "boost", "name", "url", "every", "auth")}
    values = {name: value for name, value in values.items() if value is not None}
    if given:
        values["options"] = dict(_pair(each) for each in given)
    if not values:
        raise click.UsageError("say what to change, like --mute", ctx)
    aggregator = opened(ctx, **options)
    _check_source(aggregator.catalog, source)
    edit(path_for(aggregator.config.path), source, values)
    aggregator.reload()
    _done(source, values, json_)


def _pair(text: str) -> tuple[str, Any]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise click.UsageError(f"{text!r}: write KEY=VALUE")
    try:
        return key, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return key, value


def _check_source(catalog: Catalog, source: str) -> None:
    from feeds.tables import did_you_mean

    merged = catalog.merged
    known = {*merged.origins, *(each.template for found in merged.origins.values() for each in found)}
    known |= {each.source for each in merged.not_configured}
    if source in known:
        return
    if any(each.id == source for each in catalog.config.sources):
        raise LeadlineError(f"{source} stands in your config", hint="change it there")
    hint = did_you_mean(source, sorted(known)) if known else "no pack is installed"
    raise LeadlineError(f"no pack brings a source {source!r}", hint=hint[:300])


def _done(source: str, values: Mapping[str, Any], json_: bool) -> None:
    if json_:
        as_json({"source": source, "set": values})
    else:
        data(f"{source}: " + ", ".join(f"{name} = {value}" for name, value in values.items()))


@overlay.command(
    short_help="Take a source as its pack has it.",
    epilog="""\b
Examples:
  leadline overlay unset press-wires.tech           all of it
  leadline overlay unset press-wires.tech boost
""",
)
@click.argument("source")
@click.argument("fields", nargs=-1, type=click.Choice(FIELDS))
@JSON
@common
@click.pass_context
def unset(ctx: click.Context, /, source: str, fields: Sequence[str], json_: bool, **options: Any) -> None:
    """Take changes of a source back, all or those named."""
    from aggregator.packs.overlay import edit, path_for

    aggregator = opened(ctx, **options)
    if source not in aggregator.catalog.merged.overlay.sources:
        raise LeadlineError(f"you changed nothing of {source!r}", hint="`leadline overlay` lists what you changed")
    gone = dict.fromkeys(fields or FIELDS)
    edit(path_for(aggregator.config.path), source, gone)
    aggregator.reload()
    _done(source, dict.fromkeys(gone, "as the pack has it"), json_)


@overlay.command(
    short_help="Mute a rule of a pack.",
    epilog="""\b
Examples:
  leadline overlay rule press-wires/new-ceo --mute
  leadline overlay rule press-wires/new-ceo --unmute
""",
)
@click.argument("rule", metavar="PACK/RULE")
@click.option("--mute/--unmute", "muted", required=True, help="Whether it counts.")
@JSON
@common
@click.pass_context
def rule(ctx: click.Context, /, rule: str, muted: bool, json_: bool, **options: Any) -> None:
    """Mute a rule of a pack, or let it count again; stored items are tagged anew when they are next read."""
    from aggregator.packs.overlay import mute_rule, path_for
    from aggregator.tagging.rules import read_rules
    from feeds.tables import did_you_mean

    aggregator = opened(ctx, **options)
    rules = aggregator.catalog.merged.rules
    known = [f"{each.pack}/{rule.written.id}" for each in rules for rule in read_rules(each.text, "", each.pack).rules]
    if rule not in known and muted:
        raise LeadlineError(f"no pack has a rule {rule!r}", hint=did_you_mean(rule, known)[:300] if known else "")
    mute_rule(path_for(aggregator.config.path), rule, muted=muted)
    _done(rule, {"muted": muted}, json_)
