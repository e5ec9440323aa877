"""``leadline digest``: what is new and why it matters, read here or sent to a target."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from aggregator.cli.output import common, opened, say
from aggregator.errors import LeadlineError

if TYPE_CHECKING:
    from aggregator.core import Aggregator
    from aggregator.digest.build import Digest

FORMATS = ("text", "md", "html", "json", "atom", "ics")
SECTIONS = ("top", "prospects", "deadlines", "ends", "changes", "shared", "packs")
LEAVES = ("md", "html", "atom", "ics")
"""Formats that are made to be passed on: internal items stay out of them."""
LATELY = timedelta(minutes=10)
"""A digest in which nothing is new is not sent so soon after another one."""


@click.command(
    short_help="Print what is new and why it matters.",
    epilog="""\b
Sections: top (worth acting on today), prospects, deadlines, ends (of contracts),
changes (to what you follow), shared (by your team), packs. What was seen, and
what not, always stands at the end.
\b
md, html, atom and ics are made to be passed on: internal items stay out of
them. atom holds what you keep, ics the days to come. What is sent to a target
holds internal items only where the target says `internal = true`.
\b
Examples:
  leadline digest                     the last day
  leadline digest --since last        since the digest before, nothing twice
  leadline digest --section top --section deadlines
  leadline digest --format html > digest.html
  leadline digest --send team         since the last that reached that target
  leadline digest --send file:digest.html --format html
  leadline digest --send team --dry-run
\b
Exit codes: 0 it was written or sent (or there is nothing to send), 1 it did not
arrive, 75 another run is sending it.
""",
)
@click.option("--since", metavar="WHEN", help="24h, 7d, a date like 2026-11-20, or `last` (the digest before).")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="How to write it; text if not told otherwise.")
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@click.option("--prospect", "prospects", multiple=True, metavar="ID", help="Only this prospect (repeat for more).")
@click.option("--section", "sections", multiple=True, type=click.Choice(SECTIONS), help="Only this section (repeat).")
@click.option("--rep", metavar="NAME", help="For this rep instead of the one in the config.")
@click.option("--send", "targets", multiple=True, metavar="TARGET", help="Send it: a target's id, stdout, file:PATH.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and to whom; send and remember nothing.")
@common
@click.pass_context
def digest(
    ctx: click.Context,
    /,
    since: str | None,
    format_: str | None,
    json_: bool,
    prospects: tuple[str, ...],
    sections: tuple[str, ...],
    rep: str | None,
    targets: tuple[str, ...],
    dry_run: bool,
    **options: Any,
) -> None:
    """Print what is new on your prospects, why it matters, and what could not be seen."""
    aggregator = opened(ctx, rep=rep, **options)
    form = "json" if json_ else format_
    asked: dict[str, Any] = {"since": since, "prospects": prospects, "sections": sections}
    if targets:
        _send_to_all(aggregator, targets, form, dry_run, asked)
        return
    form = form or "text"
    built = aggregator.digest(external=form in LEAVES, **asked)
    print_digest(built, form)
    if not dry_run:
        aggregator.digest_delivered(built)


def _send_to_all(
    aggregator: Aggregator, targets: tuple[str, ...], form: str | None, dry_run: bool, asked: dict[str, Any]
) -> None:
    """Send to each; one that fails does not keep the others."""
    error: LeadlineError | None = None
    for target in targets:
        try:
            say(deliver_digest(aggregator, target, form, dry_run=dry_run, **asked))
        except LeadlineError as failed:
            if error is not None:
                say(f"leadline: {error}", level=-1)
            error = failed
    if error:
        raise error


def deliver_digest(
    aggregator: Aggregator, name: str, form: str | None = None, *, dry_run: bool = False, since: str | None = None,
    **asked: Any,
) -> str:  # fmt: skip
    """Send a digest to a target, by default since the last one that reached it; what came of it, in words.

    Raises StoreBusy where another run is sending it, LeadlineError where it did not arrive.
    """
    from aggregator.digest import render
    from aggregator.digesting import channel

    outbox = aggregator.delivering
    target = outbox.target(name)
    form = form or target.format
    line = channel(target.id, aggregator.rep)
    after, notice = outbox.recover(line, "A digest", peek=dry_run)
    built = aggregator.digest(
        since=since or "last", target=target.id, external=not target.internal,
        notices=(notice,) if notice else (), **asked,
    )  # fmt: skip
    if dry_run:
        print_digest(built, form)
        return f"This would go to {target.id} ({target.kind}) as {form}; nothing was sent."
    if not notice and since is None and _is_empty(built) and built.made_at - built.since < LATELY:
        return f"Nothing is new since the digest that reached {target.id} at {built.since.astimezone():%H:%M}."
    subject = f"leadline: {len(built.top)} worth acting on, {built.stories} new"
    items = {line.item.id for section in built.sections for line in section.lines}
    outbox.deliver(
        "digest", line if built.is_whole else f"part of {line}", target, subject, render(built, form), form,
        after=after if built.is_whole else _last_part(aggregator, line), through=built.made_at,
        items=aggregator.recent(built), count=len(items), withheld=built.withheld,
    )  # fmt: skip
    return f"The digest went to {target.id}: {built.stories} stories{f'. {notice}' if notice else ''}"


def _last_part(aggregator: Aggregator, line: str) -> str:
    """Partial digests go on a channel of their own, so that they move no mark."""
    return aggregator.delivering.recover(f"part of {line}", "A digest")[0]


def _is_empty(digest: Digest) -> bool:
    return not (digest.stories or digest.deadlines or digest.ends or digest.changes or digest.shared or digest.packs)


def print_digest(digest: Digest, form: str) -> None:
    """Write a digest to stdout: in colour on a terminal, plain elsewhere."""
    from aggregator.digest import render

    if form == "text" and sys.stdout.isatty():
        from rich.console import Console

        from aggregator.digest.to_text import draw

        Console(highlight=False).print(draw(digest))
    else:
        click.echo(render(digest, form), nl=False)
    sys.stdout.flush()
