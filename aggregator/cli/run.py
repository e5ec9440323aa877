"""``leadline run``: poll and print digests on a schedule, until stopped."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

import click

from aggregator.cli.digest import print_digest
from aggregator.cli.output import common, opened, say
from aggregator.errors import LeadlineError


@click.command(
    short_help="Poll and print digests on a schedule.",
    epilog="""\b
Examples:
  leadline run                poll what is due every minute, until stopped
  leadline run --digest-now   and print a digest after the first poll
\b
A digest is printed daily at [schedule] digest_at, where the config sets one.
\b
Ctrl-C or SIGTERM stops it: what is in flight is stored, claims are given back.
It can run beside cron and beside the desk; sources are never asked twice.
""",
)
@click.option("--digest-now", is_flag=True, help="Print a digest after the first poll.")
@common
@click.pass_context
def run(ctx: click.Context, /, digest_now: bool, **options: Any) -> None:
    """Poll what is due and print the digest at its time, until stopped."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from aggregator.scheduler import Serial, schedule

    aggregator = opened(ctx, **options)
    stop = threading.Event()
    _stop_on_signals(stop)

    def tick() -> None:
        try:
            report = aggregator.refresh(stop=stop)
        except LeadlineError as error:
            say(f"poll: {error}", level=-1)
            return
        if report.results:
            say(f"polled {len(report.results)} sources, {report.new} new items, {len(report.failed)} failed")
        for result in report.failed:
            say(f"  {result.source.name or result.source.id}: {result.reason}")

    def digest() -> None:
        built = aggregator.digest(since="last")
        print_digest(built, "text")
        aggregator.digest_delivered(built)

    serial = Serial()
    scheduler = schedule(
        aggregator.catalog.settings.schedule, tick=serial(tick), digest=serial(digest),
        scheduler=BackgroundScheduler(timezone="UTC"),
    )  # fmt: skip
    say(f"running: {len(aggregator.catalog.sources)} sources; Ctrl-C stops")
    tick()
    if digest_now and not stop.is_set():
        digest()
    scheduler.start()
    stop.wait()
    say("stopping")
    scheduler.shutdown(wait=True)


def _stop_on_signals(stop: threading.Event) -> None:
    def heed(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, heed)
    signal.signal(signal.SIGTERM, heed)
