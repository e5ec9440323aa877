"""``leadline prospect``: add, import, list, show and edit whom you sell to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened, say
from aggregator.cli.prospect_add import add, fields_of, ids_of
from aggregator.cli.prospect_import import import_
from aggregator.cli.prospect_list import list_, show
from aggregator.errors import LeadlineError
from aggregator.model import STAGES, Prospect


@click.group(
    epilog="""\b
Examples:
  leadline prospect add "Acme Corp" --domain acme.com
  leadline prospect import accounts.csv --dry-run
  leadline prospect list
"""
)
def prospect() -> None:
    """Add, import, list, show and edit whom you sell to."""


for each in (add, import_, list_, show):
    prospect.add_command(each)


@prospect.command(
    short_help="Set what is known of a prospect.",
    epilog="""\b
It is changed where it stands: in the config, whose comments stay, or in its
list. FIELD is name, domain, aliases, require or exclude (several apart by ;).
An empty value takes an identifier or field away.
\b
Examples:
  leadline prospect edit acme --set domain=acme.com --add-alias ACME
  leadline prospect edit acme --id cik=0000320193 --id ticker=ACM
  leadline prospect edit acme --id ticker=
"""
)  # fmt: skip
@click.argument("name", metavar="PROSPECT")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Set a field (repeat for more).")
@click.option("--add-alias", "aliases", multiple=True, metavar="NAME", help="Another name that it goes by.")
@click.option("--remove-alias", "gone", multiple=True, metavar="NAME", help="A name that it does not go by.")
@click.option("--id", "ids", multiple=True, metavar="KEY=VALUE", help="An identifier in public records.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def edit(
    ctx: click.Context,
    /,
    name: str,
    settings: Sequence[str],
    aliases: Sequence[str],
    gone: Sequence[str],
    ids: Sequence[str],
    dry_run: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Set fields, names and identifiers of a prospect."""
    from aggregator.configuring import Configuring

    aggregator = opened(ctx, **options)
    known = aggregator.prospect(name)
    changes = _changes(known, settings, aliases, gone, ids)
    if not changes:
        raise click.UsageError("Say what to change: --set, --add-alias, --remove-alias or --id.")
    assert aggregator.config.path is not None
    done = Configuring(aggregator.config.path, dry_run=dry_run).edit_prospect(known.id, changes)
    if json_:
        as_json({"id": known.id, "changes": changes, "file": str(done.path), "written": not dry_run})
    else:
        for key, value in changes.items():
            data(f"{known.id}: {key} = {_shown(value)}")
    say(f"{'Would change' if dry_run else 'Changed in'} {done.path}. Undo: `{_back(known, changes)}`.")


def _changes(
    known: Prospect, settings: Sequence[str], aliases: Sequence[str], gone: Sequence[str], ids: Sequence[str]
) -> dict[str, Any]:
    """Key → value, None where it is taken away; an identifier that is taken away is empty."""
    changes = fields_of(settings)
    if "id" in changes:
        raise LeadlineError("a prospect's id stays: notes, triage and items refer to it", hint="set its name instead")
    names = [each for each in (*(changes.get("aliases") or known.aliases), *aliases) if each not in gone]
    names = list(dict.fromkeys(names))
    for each in gone:
        if each not in known.aliases:
            raise LeadlineError(f"{known.id} has no alias {each!r}", hint=f"`leadline prospect show {known.id}`")
    if aliases or gone:
        changes["aliases"] = names or None
    if ids:
        changes["ids"] = {**known.identifiers, **ids_of(ids, empty=True)}
    return changes


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items() if each) or "(none)"
    return "; ".join(value) if isinstance(value, list) else str(value or "(none)")


def _back(known: Prospect, changes: dict[str, Any]) -> str:
    """The command that puts it back."""
    words = ["leadline prospect edit", known.id]
    lists = {"aliases": known.aliases, "require": known.require, "exclude": known.exclude}
    before = {key: ";".join(names) for key, names in lists.items()}
    before |= {"name": known.name, "domain": known.domain, "stage": known.stage}
    words += [f'--set "{key}={before[key]}"' for key in changes if key in before]
    for key, value in (changes.get("ids") or {}).items():
        if known.identifiers.get(key, "") != value:
            words.append(f'--id "{key}={known.identifiers.get(key, "")}"')
    return " ".join(words)


@prospect.command(
    short_help="Move a prospect to a stage of the sale.",
    epilog=f"""\b
The stages: {", ".join(STAGES[:5])},
{", ".join(STAGES[5:])}. A move holds for the team.
\b
Examples:
  leadline prospect stage acme proposing
  leadline prospect stage acme negotiating --cites 3f2a91c0
""",
)
@click.argument("name", metavar="PROSPECT")
@click.argument("stage", metavar="STAGE")
@click.option("--cites", metavar="ITEM", default="", help="The item that led to it.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def stage(ctx: click.Context, /, name: str, stage: str, cites: str, json_: bool, **options: Any) -> None:
    """Move a prospect to a stage of the sale."""
    aggregator = opened(ctx, **options)
    known = aggregator.prospect(name)
    item = aggregator.one_item(cites).id if cites else ""
    moved = aggregator.team.move_stage(known.id, stage.lower(), cites=item)
    if json_:
        as_json({"id": known.id, "stage": stage.lower(), "before": known.stage, "cites": item or None})
    else:
        data(f"{known.name}: {known.stage} → {stage.lower()}" if moved else f"{known.name}: {known.stage} already")
    if moved:
        say(f"Undo: `leadline prospect stage {known.id} {known.stage}`.")
