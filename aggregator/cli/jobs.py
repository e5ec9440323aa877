"""What ``leadline run`` does at its times: one job after another, none of which can end it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from aggregator import logs
from aggregator.cli.alerts import run_alerts
from aggregator.cli.digest import deliver_digest, print_digest
from aggregator.cli.output import say
from aggregator.config import beside
from aggregator.core import Aggregator
from aggregator.errors import LeadlineError
from aggregator.scheduler import Job, Serial, schedule

RETRY = timedelta(minutes=10)
"""How long a target that did not take the day's digest is left alone."""
log = logging.getLogger(__name__)

DERIVE_ITEMS = 2_000
"""Items tagged anew at a time."""
DERIVE_STEP = 200
"""Of them before it looks whether it is to stop."""
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
        self._planning = threading.Lock()
        """While jobs are planned. A scheduler that shuts down waits for jobs, and lets none of them plan meanwhile."""
        self._owed: dict[str, datetime] = {}
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
        with self._planning:
            self._scheduler.remove_all_jobs()  # one that falls due amid the shutdown would find no executor
        self._scheduler.shutdown(wait=True)

    def reload(self, reopen: Callable[[], Aggregator]) -> None:
        """Go on with the config as it is now once what is in flight has ended; with the old one if it has a fault."""

        def change() -> None:
            if self._stop.is_set():
                return
            self._aggregator = reopen()
            logs.to_file(self._aggregator.catalog.settings.log, self._aggregator.config.path)
            self._schedule()
            say(f"config read anew: {len(self._aggregator.catalog.sources)} sources")

        self._scheduler.add_job(self._job(change), id="reload", replace_existing=True, misfire_grace_time=None)

    def clock_went_back(self) -> None:
        """Plan anew: what was planned would not come before the clock is again where it was."""
        log.info("the clock was set back: jobs are planned anew")
        self._owed = dict.fromkeys(self._owed, self._aggregator.now())
        self._schedule()

    def _schedule(self) -> None:
        aggregator = self._aggregator
        with self._planning:
            if self._stop.is_set():
                return
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
        if not self._stop.is_set():
            run_alerts(self._aggregator)
            self._send_owed()

    def _send_owed(self) -> None:
        """Send the digest to those who wait for it; one that does not take it is tried again, until the next day's."""
        now = self._aggregator.now()
        for target in [each for each, at in self._owed.items() if at <= now]:
            self._owed[target] = now + RETRY
            try:
                say(deliver_digest(self._aggregator, target))
                del self._owed[target]
            except LeadlineError as error:
                say(f"the digest did not reach {target}: {error}; tried again in {RETRY.seconds // 60} min", level=-1)

    def _derive(self) -> None:
        """Bring search and tags a step nearer to what is stored; the next poll must not wait for long."""
        done = step = 0
        while done < DERIVE_ITEMS and not self._stop.is_set() and (step := self._aggregator.retag(most=DERIVE_STEP)):
            done += step
        end = time.monotonic() + DERIVE_SECONDS
        while time.monotonic() < end and not self._stop.is_set():
            if not self._aggregator.index(within=DERIVE_SECONDS / 10):
                break

    def _backup(self) -> None:
        settings, path = self._aggregator.catalog.settings.schedule, self._aggregator.config.path
        folder = Path(beside(path.parent if path else Path(), settings.backup_to))
        say(f"backup written: {self._aggregator.upkeep.backup_into(folder, settings.backup_keep)}")

    def _prune(self) -> None:
        older_than = self._aggregator.catalog.settings.schedule.prune_older_than
        if older_than is not None and (count := self._aggregator.upkeep.prune(timedelta(seconds=float(older_than)))):
            say(f"pruned {count} old items")

    def _digest(self) -> None:
        targets = self._aggregator.catalog.settings.schedule.digest_to
        self._owed = dict.fromkeys(targets, self._aggregator.now())
        self._send_owed()
        if targets:
            return
        built = self._aggregator.digest(since="last")
        print_digest(built, "text")
        self._aggregator.digest_delivered(built)
