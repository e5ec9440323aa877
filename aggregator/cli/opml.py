"""``leadline opml import|export``: feeds from and for other readers."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from aggregator.cli.output import as_json, common, data, leave, say, settle
from aggregator.digest.words import counted
from aggregator.errors import LeadlineError

SHOWN = 20
"""Lines told of what was left out, without -v."""
JSON = click.option("--json", "json_", is_flag=True, help="As JSON.")


@click.group(
    short_help="Take feeds from other readers, and give them.",
    epilog="""\b
Examples:
  leadline opml import feedly.opml --dry-run
  leadline opml import ~/.newsboat/urls
  leadline opml export > feeds.opml
""",
)
def opml() -> None:
    """Import the feeds of other readers (OPML, newsboat's urls) into the config, or export the config's feeds."""


@opml.command(
    name="import",
    short_help="Add the feeds of a list to the config.",
    epilog="""\b
Examples:
  leadline opml import feedly.opml --dry-run     what would be added
  leadline opml import ~/.newsboat/urls
  curl https://reader.example/export | leadline opml import -
\b
A folder or tag that is called like a prospect makes its feeds the prospect's
own; other folders are kept for the next export. Feeds that the config has
already are left as they are. Exit codes: 0 done, 1 no list of feeds, 2 the
config has faults.
""",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE|-")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing.")
@JSON
@common
@click.pass_context
def import_(ctx: click.Context, /, file: Path, dry_run: bool, json_: bool, **options: Any) -> None:
    """Add the feeds of an OPML file, or of newsboat's urls, to the config, keeping every word that stands there."""
    from aggregator import config
    from aggregator.configuring import Configuring
    from aggregator.core import utc_now
    from aggregator.opml import as_toml, plan_import
    from feeds.opml import read_feed_list

    settled = settle(ctx, **options)
    path = config.find(settled["config"])
    own = config.read(path, database=settled["db"])
    plan = plan_import(read_feed_list(_bytes(file)), own)
    if plan.sources and not dry_run:
        name = "standard input" if str(file) == "-" else file.name
        Configuring(path).add_text(as_toml(plan.sources, f"{name}, {utc_now():%Y-%m-%d}"))
    if json_:
        as_json({
            "config": str(path), "dry_run": dry_run, "known": plan.known, "notes": plan.notes,
            "left_out": [{"what": what, "why": why} for what, why in plan.left_out],
            "added": [{"id": each.id, "url": each.url, "name": each.name, "prospect": each.prospect or None,
                       "folders": each.folders} for each in plan.sources],
        })  # fmt: skip
        leave(0)
    for each in plan.sources:
        data(f"{each.id}  {each.url}" + (f"  ({each.prospect})" if each.prospect else ""))
    for note in plan.notes:
        say(f"Note: {note}.")
    _tell(plan.left_out, "left out")
    if plan.known:
        say(f"In the config already: {counted(len(plan.known), 'feed')}.")
    said = "would be added to" if dry_run else "added to the end of"
    say(f"{counted(len(plan.sources), 'feed')} {said} {path}." if plan.sources else "Nothing new.")
    if plan.sources and not dry_run:
        say("Next: `leadline poll`. To undo it, take the tables below the comment out again.")


def _bytes(file: Path) -> bytes:
    from feeds.opml import MAX_BYTES

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(os.path.expanduser(file)).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise LeadlineError(f"{file} cannot be read: {error.strerror}") from None


def _tell(left_out: Sequence[tuple[str, str]], said: str) -> None:
    """Say what was left out, the first few of many unless asked for more."""
    from aggregator.cli.output import verbosity

    shown = left_out if verbosity() > 0 else left_out[:SHOWN]
    for what, why in shown:
        say(f"{said}: {what}: {why}")
    if len(shown) < len(left_out):
        say(f"… and {len(left_out) - len(shown)} more (-v tells them).")


@opml.command(
    short_help="Write the config's feeds as OPML.",
    epilog="""\b
Examples:
  leadline opml export > feeds.opml
  leadline opml export --packs > all.opml
\b
Feeds stand in a folder for each prospect. What no other reader can poll, what
is internal, and what needs a key is left out, and said on stderr.
""",
)
@click.option("--packs", is_flag=True, help="Also the feeds that packs bring.")
@JSON
@common
@click.pass_context
def export(ctx: click.Context, /, packs: bool, json_: bool, **options: Any) -> None:
    """Write the config's feeds as OPML 2.0, grouped by prospect, without headers and keys."""
    from aggregator import config
    from aggregator.core import utc_now
    from aggregator.opml import plan_export
    from feeds.opml import write_opml

    settled = settle(ctx, **options)
    own = config.read(config.find(settled["config"]), database=settled["db"])
    sources, prospects = own.sources, own.prospects
    if packs:
        from aggregator.packs.merge import merge

        merged = merge(own)
        sources, prospects = merged.sources, merged.prospects
    plan = plan_export(sources, prospects)
    if json_:
        as_json({
            "feeds": [{"url": each.url, "title": each.title, "folders": each.folders,
                       "attributes": dict(each.attributes)} for each in plan.feeds],
            "left_out": [{"source": what, "why": why} for what, why in plan.left_out],
        })  # fmt: skip
        leave(0)
    data(write_opml(plan.feeds, "leadline", utc_now()).rstrip("\n"))
    _tell(plan.left_out, "not exported")
    say(f"{counted(len(plan.feeds), 'feed')}.")
