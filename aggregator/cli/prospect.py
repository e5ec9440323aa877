"""``leadline prospect``: add, import, list, show, edit and remove whom you sell to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from aggregator.cli.output import as_json, common, data, opened, say
from aggregator.cli.prospect_add import add, fields_of, ids_of
from aggregator.cli.prospect_import import import_
from aggregator.cli.prospect_list import list_, show
from aggregator.cli.prospect_remove import remove
from aggregator.errors import LeadlineError
from aggregator.model import STAGES, Deed, Prospect


@click.group(
    epilog="""\b
Examples:
  leadline prospect add "Acme Corp" --domain acme.com
  leadline prospect import accounts.csv --dry-run
  leadline prospect list
"""
)
def prospect() -> None:
    """Add, import, list, show, edit and remove whom you sell to."""


for each in (add, import_, list_, show, remove):
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
    short_help="Show a prospect's stage of the sale, or move it.",
    epilog=f"""\b
The stages: {", ".join(STAGES[:5])},
{", ".join(STAGES[5:])}. A move holds for the team; one that cites an
item gives credit to who shared it first: `leadline credit`.
\b
Examples:
  leadline prospect stage acme
  leadline prospect stage acme negotiating --cites 3f2a91c0
  leadline prospect stage acme --reset        as the config says
""",
)
@click.argument("name", metavar="PROSPECT")
@click.argument("stage", metavar="[STAGE]", default="")
@click.option("--cites", metavar="ITEM", default="", help="The item that led to it.")
@click.option("--reset", is_flag=True, help="Back to what the config says.")
@click.option("--json", "json_", is_flag=True, help="As JSON.")
@common
@click.pass_context
def stage(ctx: click.Context, /, name: str, stage: str, cites: str, reset: bool, json_: bool, **options: Any) -> None:
    """Show at which stage of the sale a prospect is and how it came there, or move it."""
    if (stage and reset) or (cites and not stage):
        raise click.UsageError("Give a stage, and with it --cites; or --reset alone.")
    aggregator = opened(ctx, **options)
    before = aggregator.prospect(name)
    moved: list[Deed] = []
    if stage or reset:
        item = aggregator.one_item(cites).id if cites else ""
        moved = aggregator.team.move_stage(before.id, stage.lower(), cites=item)
    now = aggregator.prospect(before.id)
    moves = [deed for deed in aggregator.team.ledger("stage") if deed.subject == now.id]
    if json_:
        told = [{"at": m.at, "rep": m.rep, "stage": m.value or None, "item": m.cites or None} for m in moves]
        as_json({"id": now.id, "stage": now.stage, "before": before.stage, "moves": told})
        return
    if stage or reset:
        data(f"{now.name}: {before.stage} → {now.stage}" if moved else f"{now.name}: {now.stage} already")
    else:
        data(f"{now.name}: {now.stage}")
        for move in moves:
            because = f"  for {move.cites[:8]}" if move.cites else ""
            data(f"{move.at:%Y-%m-%d %H:%M}  {move.rep}  {move.value or 'as configured'}{because}")
    if moved:
        say(f"Undo: `leadline prospect stage {now.id} {before.stage}`.")
