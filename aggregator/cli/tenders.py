"""``leadline tenders``: procurements as threads, the open ones by their deadlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import click

from aggregator.cli.columns import aligned, screen_width
from aggregator.cli.output import as_json, common, data, leave, opened, say
from aggregator.cli.shapes import thread_dict
from aggregator.digest.words import counted
from aggregator.pipeline.procurements import Thread, days_left

NARROW = 80


@click.command(
    short_help="List procurements by their deadlines.",
    epilog="""\b
A procurement is one line, whatever the number of its notices: planning, tender,
amendments and award belong together by their ocid, solicitation, notice or
award number. It is open until its deadline has passed or it was awarded or
cancelled; without a deadline, half a year after its last notice (a plan: a year).
`leadline show ITEM` tells each notice and what it changed.
\b
Examples:
  leadline tenders
  leadline tenders --prospect acme --all
  leadline tenders --json | jq '.[] | select(.days_left < 14) | .title'
""",
)
@click.option("--prospect", "prospects", metavar="ID", multiple=True, help="Only of this prospect.")
@click.option("--all", "all_", is_flag=True, help="Also those that are closed or of no prospect.")
@click.option("--json", "json_", is_flag=True, help="As JSON, with every notice and what it changed.")
@common
@click.pass_context
def tenders(ctx: click.Context, /, prospects: tuple[str, ...], all_: bool, json_: bool, **options: Any) -> None:
    """List open procurements, the nearest deadline first."""
    aggregator = opened(ctx, **options)
    today = aggregator.now().date()
    found = aggregator.threads(prospects=prospects)
    anyone = all_ or not aggregator.catalog.prospects
    shown = _by_deadline([each for each in found if each.is_open(today) and (anyone or each.prospects)], today)
    shown += [each for each in found if all_ and not each.is_open(today)]
    if json_:
        as_json([thread_dict(each, today) for each in shown])
        leave(0)
    for line in _lines(shown, today):
        data(line)
    if not shown:
        say("No open procurement." if found else "No procurement is known: sources of public notices bring them.")
    if left := len(found) - len(shown):
        say(f"{counted(left, 'more is', 'more are')} closed or of no prospect; --all lists them.")


def _by_deadline(threads: Sequence[Thread], today: date) -> list[Thread]:
    """The nearest deadline first; those of which none is told, or only a past one, behind, the latest first."""
    dated = [each for each in threads if each.deadline and each.deadline >= today]
    return sorted(dated, key=lambda each: (each.deadline or today, each.key)) + [e for e in threads if e not in dated]


def _lines(threads: Sequence[Thread], today: date) -> Iterator[str]:
    width = screen_width()
    rows = (_row(each, today) for each in threads)
    if 0 < width < NARROW:
        return aligned(((row[0], row[1], row[2], row[-1]) for row in rows), width=width, most=(8, 9, 10))
    return aligned(rows, width=width, most=(8, 14, 10, 14, 20))


def _row(thread: Thread, today: date) -> tuple[str, ...]:
    """Id of the latest item, days left, stage, prospects, value or supplier, title."""
    left = days_left(thread, today) if thread.is_open(today) else ""
    count = len(thread.notices)
    stage = f"{thread.stage} {count}" if count > 1 else thread.stage
    amount = f"{thread.value[0]:,.0f} {thread.value[1]}".strip() if thread.value else "-"
    title = thread.latest.title
    if thread.suppliers:
        title = f"{title} → {', '.join(thread.suppliers)}"
    return thread.latest.item.id[:8], left or "-", stage, ",".join(thread.prospects) or "-", amount, title
