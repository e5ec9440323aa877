"""``leadline poll``: fetch what is due, store it, and say how it went."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from aggregator import logs
from aggregator.cli.alerts import run_alerts
from aggregator.cli.output import (
    BUSY,
    FAILED,
    NO_NETWORK,
    OK,
    SOME_FAILED,
    as_json,
    common,
    data,
    leave,
    opened,
    say,
    verbosity,
)
from aggregator.refresh import Report, Result

if TYPE_CHECKING:
    from rich.progress import Progress

_SHOWN = {"changed": "ok", "unchanged": "same", "failed": "FAIL", "gone": "GONE", "lost": "lost", "held": "held"}


@click.command(
    short_help="Fetch what is due and store it.",
    epilog="""\b
Examples:
  leadline poll                      everything that is due
  leadline poll --force              everything, due or not
  leadline poll --digest             and print the digest
  leadline poll --source acme-news   one source (repeat for more)
  leadline poll --prospect acme      the sources of one prospect
\b
Exit codes: 0 all answered, 3 some failed, 1 all failed, 69 there is no
network (sources stay due), 74 the database cannot be written, 75 another
poll holds the sources.
""",
)
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source (repeat for more).")
@click.option("--prospect", "prospects", multiple=True, metavar="ID", help="Only this prospect's own sources.")
@click.option("--force", is_flag=True, help="Ask also what is not due. Still conditional, still polite to each host.")
@click.option("--digest", is_flag=True, help="Then print the digest.")
@click.option("--json", "json_", is_flag=True, help="Write the outcome of each source as JSON.")
@common
@click.pass_context
def poll(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    prospects: tuple[str, ...],
    force: bool,
    digest: bool,
    json_: bool,
    **options: Any,
) -> None:
    """Fetch the sources that are due and store what they bring; first update packs, if that is due."""
    aggregator = opened(ctx, **options)
    for told in aggregator.update_packs():
        say(told)
    if not aggregator.catalog.sources:
        say(
            "No sources are configured. `leadline init` writes an example; add [[sources]] to "
            + str(aggregator.config.path)
        )
    logs.to_file(aggregator.catalog.settings.log, aggregator.config.path)
    only = aggregator.source_ids(sources, prospects)
    with _Progress(aggregator.count_due(only=only, force=force), quiet=json_) as progress:
        report = aggregator.refresh(only=only, force=force, progress=progress.result)
    _print(report, json_)
    run_alerts(aggregator)
    if digest and not json_:
        from aggregator.cli.digest import print_digest

        built = aggregator.digest()
        print_digest(built, "text")
        aggregator.digest_delivered(built)
    leave(exit_code(report))


def exit_code(report: Report) -> int:
    """0 all answered, 1 all failed, 3 some failed, 69 no network, 75 all held by another poll."""
    if report.offline:
        return NO_NETWORK
    failed = len(report.failed)
    if not report.results:
        return BUSY if report.held else OK
    if failed == len(report.results):
        return FAILED
    return SOME_FAILED if failed else OK


class _Progress:
    """A bar on a terminal; a line a source elsewhere, without loading what draws bars."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._show = not quiet and verbosity() >= 0
        self._bar = _bar() if self._show and sys.stderr.isatty() else None
        if self._bar:
            self._task = self._bar.add_task("poll", total=total, last="")

    def __enter__(self) -> _Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._bar:
            self._bar.stop()

    def result(self, result: Result) -> None:
        """Note one polled source."""
        logs.poll_result(result)
        name = result.source.name or result.source.id
        if self._bar:
            self._bar.update(self._task, advance=1, last=name[:40])
        if self._show and (not self._bar or verbosity() > 0):
            say(f"{_SHOWN[result.outcome]:5} {name}: {_told(result)}")


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("polling"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[last]}", markup=False),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip


def _told(result: Result) -> str:
    if result.outcome in ("failed", "gone", "lost", "held"):
        return result.reason
    counts = f"{result.new} new" + (f", {result.changed} edited" if result.changed else "")
    return counts + (f" ({result.reason})" if result.reason else "")


def _print(report: Report, json_: bool) -> None:
    if json_:
        as_json(
            {
                "new": report.new,
                "failed": len(report.failed),
                "held": report.held,
                "offline": report.offline,
                "seconds": round(report.seconds, 3),
                "sources": [
                    {
                        "id": r.source.id,
                        "outcome": r.outcome,
                        "reason": r.reason,
                        "new": r.new,
                        "changed": r.changed,
                        "seen": r.seen,
                    }
                    for r in report.results
                ],
            }
        )
    elif report.offline:
        say("There is no network: nobody could be asked. The sources stay due.", level=-1)
    elif verbosity() >= 0:
        data(_summary(report))
        for result in report.failed:
            say(f"  {result.source.name or result.source.id}: {result.reason}")


def _summary(report: Report) -> str:
    if not report.results:
        return "Another poll holds the sources that are due." if report.held else "Nothing is due."
    waiting = sum(result.outcome == "held" for result in report.results)
    answered = len(report.results) - len(report.failed) - waiting
    edited = sum(result.changed for result in report.results)
    words = f"{report.new} new" + (f", {edited} edited" if edited else "")
    end = f" Another poll holds {report.held} more." if report.held else ""
    end += f" {waiting} held: a quota is spent." if waiting else ""
    end += " Stopped before the end." if report.stopped else ""
    return f"{answered} of {len(report.results)} sources answered, {words} items, {report.seconds:.1f} s.{end}"
