"""What ``leadline run`` does at its times: one job after another, none of which can end it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from aggregator import logs
from aggregator.cli.digest import print_digest
from aggregator.cli.output import say
from aggregator.config import beside
from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.scheduler import Job, Serial, schedule

log = logging.getLogger(__name__)

DERIVE_ITEMS = 2_000
"""Items tagged anew at a time."""
DERIVE_SECONDS = 5.0
"""For which indexing goes on at a time."""


class Jobs:
    """What the daemon does, one thing after another, with the config that is in force."""

    def __init__(self, aggregator: Aggregator, scheduler: BackgroundScheduler, beat: Callable[[Any], None]) -> None:
        self._aggregator = aggregator
        self._scheduler = scheduler
        self._beat = beat
        self._serial = Serial()
        self._stop = threading.Event()
        self._offline = False

    def start(self, *, digest_now: bool) -> None:
        """Poll at once, then at the times of the config."""

        def first() -> None:
            self._tick()
            if digest_now and not self._stop.is_set():
                self._digest()

        self._scheduler.add_job(self._job(first), id="first")
        self._schedule()
        self._scheduler.start()

    def stop(self) -> None:
        """Let what is in flight end, within seconds, and start nothing more."""
        self._stop.set()
        self._scheduler.remove_all_jobs()  # one that falls due amid the shutdown would find no executor
        self._scheduler.shutdown(wait=True)

    def reload(self, reopen: Callable[[], Aggregator]) -> None:
        """Go on with the config as it is now; with the old one where that has a fault."""

        def change() -> None:
            self._aggregator = reopen()
            logs.to_file(self._aggregator.catalog.settings.log, self._aggregator.config.path)
            self._schedule()
            say(f"config read anew: {len(self._aggregator.catalog.sources)} sources")

        self._job(change)()

    def _schedule(self) -> None:
        aggregator = self._aggregator
        schedule(
            aggregator.catalog.settings.schedule,
            tick=self._job(self._tick), digest=self._job(self._digest), beat=lambda: self._beat(aggregator.now()),
            derive=self._job(self._derive), backup=self._job(self._backup), prune=self._job(self._prune),
            scheduler=self._scheduler,
        )  # fmt: skip

    def _job(self, work: Job) -> Job:
        """Work that waits for its turn and whose failure ends nothing: the next time may go well."""

        def guarded() -> None:
            try:
                work()
            except LeadlineError as error:
                say(f"{error}" + (f" ({error.hint})" if error.hint else ""), level=-1)
            except Exception as error:
                log.exception("a job of the daemon failed")
                say(f"leadline itself failed ({type(error).__name__}); it goes on", level=-1)

        return self._serial(guarded)

    def _tick(self) -> None:
        if self._stop.is_set():
            return
        for told in self._aggregator.update_packs():
            say(told)
        report = self._aggregator.refresh(progress=logs.poll_result, stop=self._stop)
        if report.offline != self._offline:
            self._offline = report.offline
            say("there is no network; the sources stay due" if report.offline else "the network is back")
        if report.offline:
            return
        if report.results:
            say(f"polled {len(report.results)} sources, {report.new} new items, {len(report.failed)} failed")
        for result in report.failed:
            say(f"  {result.source.name or result.source.id}: {result.reason}")

    def _derive(self) -> None:
        """Bring search and tags a step nearer to what is stored; the next poll must not wait for long."""
        if not self._stop.is_set():
            self._aggregator.retag(most=DERIVE_ITEMS)
            self._aggregator.index(within=DERIVE_SECONDS)

    def _backup(self) -> None:
        settings, path = self._aggregator.catalog.settings.schedule, self._aggregator.config.path
        folder = Path(beside(path.parent if path else Path(), settings.backup_to))
        say(f"backup written: {self._aggregator.upkeep.backup_into(folder, settings.backup_keep)}")

    def _prune(self) -> None:
        older_than = self._aggregator.catalog.settings.schedule.prune_older_than
        if older_than is not None and (count := self._aggregator.upkeep.prune(timedelta(seconds=float(older_than)))):
            say(f"pruned {count} old items")

    def _digest(self) -> None:
        built = self._aggregator.digest(since="last")
        print_digest(built, "text")
        self._aggregator.digest_delivered(built)
