"""``leadline run``: poll and print digests on a schedule, until stopped."""

from __future__ import annotations

import queue
import signal
from types import FrameType
from typing import Any

import click

from aggregator import logs
from aggregator.cli.output import common, opened, reopened, say

LOOK_EVERY = 2.0
"""Seconds between two looks at whether the clock was set back."""
_RELOAD = getattr(signal, "SIGHUP", None)


@click.command(
    short_help="Poll and print digests on a schedule.",
    epilog="""\b
Examples:
  leadline run                poll what is due every minute, until stopped
  leadline run --digest-now   and print a digest after the first poll
\b
A digest is printed daily at [schedule] digest_at, where the config sets one;
backups go to [schedule] backup_to, and prune_older_than deletes old items that
concern nobody. Search and tags are brought up to date in between.
\b
Ctrl-C or SIGTERM stops it: what is in flight is stored, claims are given back.
SIGHUP makes it read the config anew; a faulty one is refused, and the old stays.
It can run beside cron and beside the desk; sources are never asked twice. A
second `leadline run` on the same database leaves with exit code 75.
""",
)
@click.option("--digest-now", is_flag=True, help="Print a digest after the first poll.")
@common
@click.pass_context
def run(ctx: click.Context, /, digest_now: bool, **options: Any) -> None:
    """Poll what is due and print the digest at its time, until stopped."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from aggregator.cli.jobs import Jobs
    from aggregator.scheduler import Clock

    aggregator = opened(ctx, **options)
    logs.to_file(aggregator.catalog.settings.log, aggregator.config.path)
    told = _signals()
    with aggregator.daemon() as daemon:
        jobs = Jobs(aggregator, BackgroundScheduler(timezone="UTC"), daemon.beat)
        say(f"running: {len(aggregator.catalog.sources)} sources; Ctrl-C stops")
        jobs.start(digest_now=digest_now)
        clock = Clock()
        while (number := _next(told)) in (None, _RELOAD):
            if clock.went_back():
                jobs.clock_went_back()
            if number is not None:
                jobs.reload(lambda: reopened(ctx))
        say("stopping")
        jobs.stop()


def _next(told: queue.SimpleQueue[int]) -> int | None:
    """The next signal; None where none comes for a while."""
    try:
        return told.get(timeout=LOOK_EVERY)
    except queue.Empty:
        return None


def _signals() -> queue.SimpleQueue[int]:
    """The signals that come from now on: a SimpleQueue may be filled at any moment, which an Event may not."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()

    def heed(number: int, _frame: FrameType | None) -> None:
        told.put(number)

    for number in (signal.SIGINT, signal.SIGTERM, _RELOAD):
        if number is not None:
            signal.signal(number, heed)
    return told
