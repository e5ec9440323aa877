"""``leadline backup``, ``restore`` and ``prune``: keep the database whole and small."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import USAGE, as_json, common, data, leave, opened, say, settle
from aggregator.errors import LeadlineError
from feeds.tables import Seconds

if TYPE_CHECKING:
    from aggregator.document_copies import Copies

_JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")
_YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.command(
    short_help="Copy the database while everything runs.",
    epilog="""\b
The copy is whole and as of now, whatever is being polled or triaged. It has no
full-text index: that is made anew from the items. Copies of documents go into
leadline-documents/ beside it, each once for all backups in that folder.
\b
Example:
  leadline backup ~/backups/leadline-$(date +%F).db
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@_JSON
@common
@click.pass_context
def backup(ctx: click.Context, /, file: Path, json_: bool, **options: Any) -> None:
    """Write a whole copy of the database to a new FILE."""
    upkeep = opened(ctx, **options).upkeep
    upkeep.backup(file)
    copies = upkeep.backup_documents(file)
    if json_:
        as_json({"file": str(file), "bytes": file.stat().st_size, "documents": _told(copies)})
    else:
        data(f"{file}  {file.stat().st_size / 1e6:.1f} MB")
        _say_copies(copies)


@click.command(
    short_help="Put a backup in the database's place.",
    epilog="""\b
The backup is looked over first, and the present database is kept beside it.
Documents come back from leadline-documents/ beside the backup.
Stop `leadline run` before; the desk may stay open.
\b
Example:
  leadline restore ~/backups/leadline-2026-11-24.db
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@_YES
@_JSON
@common
@click.pass_context
def restore(ctx: click.Context, /, file: Path, yes: bool, json_: bool, **options: Any) -> None:
    """Put the backup FILE in the database's place."""
    from aggregator import config
    from aggregator.core import utc_now
    from aggregator.upkeep import restore as put_back
    from aggregator.upkeep import restore_documents

    settled = settle(ctx, **options)
    read = config.read(config.find(settled["config"]), database=settled["db"])
    _agreed(yes, f"Put {file} in the place of {read.database}?")
    kept = put_back(read.database, file, utc_now())
    copies = restore_documents(read.database, file)
    if json_:
        told = {"database": str(read.database), "kept": str(kept) if kept else None, "documents": _told(copies)}
        as_json(told)
        return
    data(f"{read.database} is now as {file} was")
    if kept:
        say(f"What stood there is kept as {kept}.")
    _say_copies(copies)


@click.command(
    short_help="Delete old items that nobody needs.",
    epilog="""\b
Never deleted: what anybody kept, qualified, handed over or snoozed, noted,
corrected, shared, assigned, answered or pinned. Items of your prospects and
dismissed ones stay too, unless you say otherwise. What was pruned does not
come back as new while it still stands in its feed.
\b
Examples:
  leadline prune --older-than 180d --dry-run
  leadline prune --older-than 365d --dismissed --matched
""",
)
@click.option("--older-than", metavar="AGE", required=True, help="First seen longer ago: 180d, 26w.")
@click.option("--dismissed", is_flag=True, help="Also what was dismissed, and by nobody kept.")
@click.option("--matched", is_flag=True, help="Also what concerns a prospect.")
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
@_YES
@_JSON
@common
@click.pass_context
def prune(
    ctx: click.Context,
    /,
    older_than: str,
    dismissed: bool,
    matched: bool,
    dry_run: bool,
    yes: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Delete old items that nobody did anything with."""
    try:
        age = timedelta(seconds=Seconds.read(older_than))
    except (ValueError, OverflowError) as error:
        raise click.UsageError(f"--older-than {older_than}: {error} (180d, 26w)") from None
    aggregator = opened(ctx, **options)
    count = aggregator.upkeep.prune(age, dismissed=dismissed, matched=matched, dry_run=True)
    if count and not dry_run:
        _agreed(yes, f"Delete {count} items for good?")
        count = aggregator.upkeep.prune(age, dismissed=dismissed, matched=matched)
    if json_:
        as_json({"items": count, "dry_run": dry_run})
    else:
        data(f"{count} items {'would be ' if dry_run else ''}deleted")


def _told(copies: Copies) -> dict[str, Any]:
    return {"folder": str(copies.folder), "there": copies.there, "new": copies.new, "damaged": list(copies.damaged)}


def _say_copies(copies: Copies) -> None:
    if copies.there:
        say(f"{copies.there} documents are in {copies.folder}, {copies.new} of them new.")
    for name in copies.damaged:
        say(f"the document {name} is damaged and was not copied; `leadline pin --copy` fetches it anew", level=-1)


def _agreed(yes: bool, question: str) -> None:
    """Go on only if the user says so; a program must say so beforehand."""
    if yes:
        return
    if not sys.stdin.isatty():
        say(f"{question} Give --yes to do it without being asked.", level=-1)
        leave(USAGE)
    if not click.confirm(question, err=True):
        raise LeadlineError("nothing was changed")
