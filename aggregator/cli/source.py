"""``leadline source``: try one, add one by its address, mute it, take it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import USAGE, as_json, common, data, leave, opened, say
from aggregator.cli.source_add import add, known_as, made_of, table_for
from aggregator.cli.sources import sources
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from feeds.model import Source

_JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
_DRY = click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")


@click.group(
    epilog="""\b
Examples:
  leadline source add https://acme.example/news --prospect acme
  leadline source test acme-news
  leadline source mute acme-news
"""
)
def source() -> None:
    """Try sources, add them by address, mute them, take them out."""


source.add_command(sources, "list")
source.add_command(add)


@source.command(
    short_help="Ask a source once; store nothing.",
    epilog="""\b
NAME is the id of a configured source; anything else is taken for an address, a
CIK (CIK0000320193) or a company number. Its first page is asked for as if for
the first time. Nothing is stored but the count of a publisher's quota.
\b
Examples:
  leadline source test acme-news
  leadline source test https://acme.example/news --prospect acme
  leadline source test awards --raw --json
\b
Exit codes: 0 it was read, 3 some records are unreadable, 1 it failed, 2 usage,
configuration, or not configured, 75 its quota is spent.
""",
)
@click.argument("wanted", metavar="NAME|URL")
@click.option("--prospect", metavar="ID", default="", help="As a source of this prospect.")
@click.option("--kind", metavar="KIND", default="", help="Read an address as this kind of source.")
@click.option("--allow-private", "private", multiple=True, metavar="NET", help="Let an address lie in this network.")
@click.option("--raw", is_flag=True, help="Show the first records that cannot be read.")
@_JSON
@common
@click.pass_context
def test(
    ctx: click.Context,
    /,
    wanted: str,
    prospect: str,
    kind: str,
    private: Sequence[str],
    raw: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Ask a source once and show what came of it, without storing anything."""
    from aggregator.cli.trials import exit_code, print_trial, trial_dict

    aggregator = opened(ctx, **options)
    found = _wanted(aggregator, wanted, prospect, kind, private)
    trial = aggregator.try_source(found, raw=raw)
    if json_:
        as_json(trial_dict(trial))
    else:
        print_trial(trial, aggregator.now())
    leave(exit_code(trial))


def _wanted(aggregator: Aggregator, wanted: str, prospect: str, kind: str, private: Sequence[str]) -> Source:
    """The source of a name, or one made of an address. Raises LeadlineError where it cannot be asked."""
    by_id = {each.id: each for each in aggregator.catalog.sources}
    for name in (wanted, f"{wanted}.{prospect}"):
        if name in by_id:
            return by_id[name]
    of_table = [name for name in by_id if name.startswith(f"{wanted}.")]
    if of_table:
        raise LeadlineError(f"{wanted!r} is a source each for several prospects", hint=f"name one: {of_table[0]}")
    lacking = [each for each in aggregator.catalog.not_configured if each.source == wanted]
    if lacking:
        from aggregator.configured import lacking_lines

        (_, sentence, hint), *_ = lacking_lines(lacking)
        say(f"leadline: {sentence}\n  hint: {hint}", level=-1)
        leave(USAGE)
    from aggregator.configuring import Configuring

    if aggregator.config.path and wanted in Configuring(aggregator.config.path).source_ids():
        raise LeadlineError(f"{wanted!r} is muted", hint=f"`leadline source unmute {wanted}`")
    if "." not in wanted and "/" not in wanted and known_as(wanted) is None:
        from feeds.tables import did_you_mean

        hint = did_you_mean(wanted, list(by_id)) if by_id else "`leadline source add URL` adds one"
        raise LeadlineError(f"no source has the id {wanted!r}", hint=hint)
    return made_of(aggregator, table_for(aggregator, wanted, prospect, kind, private=private))


@source.command(epilog="\b\nIt stays configured and keeps its items.\n\b\nExample:\n  leadline source mute acme-news")
@click.argument("name", metavar="ID")
@_DRY
@_JSON
@common
@click.pass_context
def mute(ctx: click.Context, /, name: str, dry_run: bool, json_: bool, **options: Any) -> None:
    """Do not poll a source any more until it is unmuted."""
    _set_muted(ctx, name, True, dry_run, json_, options)


@source.command(epilog="\b\nExample:\n  leadline source unmute acme-news")
@click.argument("name", metavar="ID")
@_DRY
@_JSON
@common
@click.pass_context
def unmute(ctx: click.Context, /, name: str, dry_run: bool, json_: bool, **options: Any) -> None:
    """Poll a muted source again."""
    _set_muted(ctx, name, False, dry_run, json_, options)


def _set_muted(
    ctx: click.Context, name: str, muted: bool, dry_run: bool, json_: bool, options: Mapping[str, Any]
) -> None:
    editing = _editing(ctx, dry_run, options)
    editing.set_source(name, {"muted": True if muted else None})
    word, back = ("muted", "unmute") if muted else ("polled again", "mute")
    if json_:
        as_json({"id": name, "muted": muted, "written": not dry_run})
    else:
        data(f"{name} {'would be' if dry_run else 'is'} {word}")
    if not dry_run:
        say(f"Undo: `leadline source {back} {name}`.")


@source.command(
    epilog="""\b
What it brought stays in the database, and comes back with it.
\b
Example:
  leadline source remove acme-news
"""
)
@click.argument("name", metavar="ID")
@_DRY
@_JSON
@common
@click.pass_context
def remove(ctx: click.Context, /, name: str, dry_run: bool, json_: bool, **options: Any) -> None:
    """Take a source out of the config; its items stay."""
    from aggregator.editing import table_text

    editing = _editing(ctx, dry_run, options)
    _, table = editing.remove_source(name)
    if json_:
        as_json({"id": name, "source": table, "written": not dry_run})
    else:
        data(f"{name} {'would be' if dry_run else 'was'} taken out of {editing.path}")
    if not dry_run:
        say(f"Its items stay. Undo: put this back into the config:\n\n{table_text('sources', table)}")


def _editing(ctx: click.Context, dry_run: bool, options: Mapping[str, Any]) -> Any:
    """The config to edit. Raises ConfigError where it has faults: what is wrong already is not edited."""
    from aggregator import config
    from aggregator.cli.output import settle
    from aggregator.configuring import Configuring

    path = config.find(settle(ctx, **options)["config"])
    config.read(path)
    return Configuring(path, dry_run=dry_run)
