"""``leadline brief``, ``dossier``, ``handover``: what one takes into a call, and what one hands on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import SOME_FAILED, common, leave, opened, say

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.dossier.nouns import Dossier

_INTERNAL = click.option("--internal", is_flag=True, help="Internal items too.")
_PROSPECT = click.argument("prospect", metavar="PROSPECT")
_FORMATS = ["md", "html", "json", "zip"]


@click.command(
    short_help="Print one page before a call.",
    epilog="""\b
What changed since you last touched the account, what is known and unknown of
each content type against the checklist, who decides, which procurements are
open and when contracts end; and what to ask, from what is unknown. At
negotiating and closing also the risks. #3f2a91c0 is an item: leadline show.
\b
Examples:
  leadline brief acme
  leadline brief acme --since 30d --format md
  leadline brief acme --json | jq -r '.ask[]'
""",
)
@_PROSPECT
@click.option("--since", metavar="WHEN", help="24h, 7d, a date; since you last touched the account if left out.")
@click.option("--format", "format_", type=click.Choice(["text", "md", "html", "json"]), default="text",
              help="How to write it.")  # fmt: skip
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@_INTERNAL
@common
@click.pass_context
def brief(
    ctx: click.Context, /, prospect: str, since: str | None, format_: str, json_: bool, internal: bool, **options: Any
) -> None:
    """Print a call sheet: what changed, what is known and unknown, who decides, what to ask."""
    from aggregator.dossier import render_brief

    aggregator = opened(ctx, **options)
    start = aggregator.moment(since) if since else None
    built = aggregator.gathering.brief(prospect, since=start, internal=internal)
    click.echo(render_brief(built, "json" if json_ else format_), nl=False)


@click.command(
    short_help="Write everything gathered of a prospect.",
    epilog="""\b
Timeline over all stages, copies of documents (leadline pin ITEM --copy), notes
that were released, decision makers, commitments, procurements, open questions,
who knows what. Private notes never leave; internal items only with --internal;
how much was withheld is said. What left is entered: leadline audit.
\b
Examples:
  leadline dossier acme --format html -o acme.html
  leadline dossier acme -o acme.zip          with the documents and a manifest
  leadline dossier acme --format json
""",
)
@_PROSPECT
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="As the file's name ends; else md.")
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", metavar="FILE", help="Write this file, whole or not at all.")
@_INTERNAL
@common
@click.pass_context
def dossier(
    ctx: click.Context, /, prospect: str, format_: str | None, json_: bool, output: str | None, internal: bool,
    **options: Any,
) -> None:  # fmt: skip
    """Write everything that was gathered of a prospect and may leave."""
    aggregator = opened(ctx, **options)
    built = aggregator.gathering.dossier(prospect, internal=internal)
    _write(aggregator, built, "dossier", _form("json" if json_ else format_, output), output)


@click.command(
    short_help="Hand a prospect over to delivery or a person.",
    epilog="""\b
A dossier with an addressee, entered as such: leadline audit. With --early, only
what delivery should know before the deal is closed: risks, decision makers who
left, procurements that moved, days and sums to keep in view.
\b
Examples:
  leadline handover acme --to delivery -o acme.zip
  leadline handover acme --to "Jo Bell" --format html -o acme.html
  leadline handover acme --early
""",
)
@_PROSPECT
@click.option("--to", metavar="WHOM", help="delivery, or a name.")
@click.option("--early", is_flag=True, help="The short early warning only.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="As the file's name ends; else md.")
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@click.option("-o", "--output", metavar="FILE", help="Write this file, whole or not at all.")
@_INTERNAL
@common
@click.pass_context
def handover(
    ctx: click.Context, /, prospect: str, to: str | None, early: bool, format_: str | None, json_: bool,
    output: str | None, internal: bool, **options: Any,
) -> None:  # fmt: skip
    """Hand on everything that was gathered of a prospect, or warn delivery early."""
    if not (to or early):
        raise click.UsageError("Say to whom: --to delivery, or --to NAME.")
    aggregator = opened(ctx, **options)
    built = aggregator.gathering.dossier(prospect, to=to or "delivery", internal=internal)
    form = _form("json" if json_ else format_, output)
    _write(aggregator, built, "early warning" if early else "handover", form, output, early=early)


def _form(format_: str | None, output: str | None) -> str:
    """The format that was asked for, else the one that the file's name tells, else Markdown."""
    suffix = Path(output).suffix.lstrip(".").lower() if output else ""
    form = format_ or (suffix if suffix in _FORMATS else "md")
    if form == "zip" and not output:
        raise click.UsageError("A zip needs a file: -o FILE.")
    return form


def _write(
    aggregator: Aggregator, built: Dossier, what: str, form: str, output: str | None, *, early: bool = False
) -> None:
    """Write a dossier, enter that it left, and say what was withheld."""
    from aggregator.whole_file import writing

    faults: list[str] = []
    if form == "zip":
        if early:
            raise click.UsageError("An early warning is a page: --format md, html or json.")
        faults = _zip(aggregator, built, Path(output or ""))
    elif output:
        with writing(Path(output), private=True) as file:
            file.write(_page(built, form, early=early))
    else:
        click.echo(_page(built, form, early=early), nl=False)
        sys.stdout.flush()
    target = " in ".join(filter(None, (built.to, output))) or "stdout"
    aggregator.team.note_left(what, target, _items(built), built.withheld.total, f"{built.prospect}, {form}")
    say(built.withheld.words)
    if output:
        say(f"{what.capitalize()} of {built.name} in {output}")
    for fault in faults:
        say(f"leadline: {fault}", level=-1)
    if faults:
        leave(SOME_FAILED)


def _page(built: Dossier, form: str, *, early: bool) -> str:
    from aggregator.dossier import render_dossier, render_early

    return render_early(built, form) if early else render_dossier(built, form)


def _zip(aggregator: Aggregator, built: Dossier, path: Path) -> list[str]:
    from aggregator.dossier.to_zip import write
    from aggregator.whole_file import writing_bytes

    with writing_bytes(path, private=True) as file:
        return write(built, file, aggregator.documents.path)


def _items(built: Dossier) -> int:
    """How many items a dossier tells of."""
    refs = [event.ref for event in built.timeline] + [copy.ref for copy in built.copies]
    return len({ref.item for ref in refs})
