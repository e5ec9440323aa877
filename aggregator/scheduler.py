"""Runs the Aggregator's jobs at their times: a tick that polls what is due, the daily digest, and upkeep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from aggregator.config import ScheduleSettings
from aggregator.daemon import BEAT_EVERY

Job = Callable[[], Any]

DERIVE_EVERY = 60
"""Seconds between two looks for items that are not indexed yet, or that other rules tagged."""
SET_BACK = 5.0
"""Seconds by which a clock may be set back without anything being planned anew."""
PRUNE_AT = "04:10"
"""The local time at which old items are pruned, where the config says so."""


class Every(IntervalTrigger):  # type: ignore[misc]
    """Every so many seconds; of a time that was missed, however long it was, nothing is counted."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The next time; in the future, where the last one lies further back than one interval."""
        found: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        if previous_fire_time is None or found is None or found > now:
            return found
        later: datetime = now + self.interval
        return later


class Clock:
    """Tells that the time of day was set back: what waits for a moment would wait for as long."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._last = wall() - steady()

    def went_back(self) -> bool:
        """Whether it was, by more than a moment, since the last call."""
        last, self._last = self._last, self._wall() - self._steady()
        return self._last < last - SET_BACK


def schedule(
    settings: ScheduleSettings,
    *,
    tick: Job,
    digest: Job,
    beat: Job,
    derive: Job,
    backup: Job,
    prune: Job,
    scheduler: BaseScheduler,
) -> BaseScheduler:
    """Give a scheduler leadline's jobs, in place of those that it had of them.

    One tick claims whatever is due, rather than a job a source: 20,000 jobs would cost more than the polls. A tick
    that is still running is not started twice, and ticks missed while the machine slept become one.
    """
    common: dict[str, Any] = {
        "coalesce": True, "max_instances": 1, "misfire_grace_time": None, "replace_existing": True,
    }  # fmt: skip
    scheduler.add_job(
        beat, Every(seconds=int(BEAT_EVERY), timezone="UTC"), id="beat", name="show that it lives", **common
    )
    scheduler.add_job(
        tick,
        Every(seconds=max(1, int(settings.tick)), timezone="UTC"),
        id="poll",
        name="poll what is due",
        **common,
    )
    scheduler.add_job(
        derive, Every(seconds=DERIVE_EVERY, timezone="UTC"), id="derive", name="index and tag what is left", **common
    )
    backup_at = settings.backup_at if settings.backup_to else None
    prune_at = PRUNE_AT if settings.prune_older_than is not None else None
    for name, job, at in (
        ("digest", digest, settings.digest_at),
        ("backup", backup, backup_at),
        ("prune", prune, prune_at),
    ):
        if at:
            hour, minute = at.split(":")
            scheduler.add_job(job, _daily(int(hour), int(minute)), id=name, name=name, **common)
        elif scheduler.get_job(name):
            scheduler.remove_job(name)
    return scheduler


def _daily(hour: int, minute: int) -> CronTrigger:
    """Every day at a local time, through changes of summer time."""
    from tzlocal import get_localzone

    return CronTrigger(hour=hour, minute=minute, timezone=get_localzone())


class Serial:
    """Lets jobs run one after another: they share a database and a screen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, job: Job) -> Job:
        """The job, waiting for its turn."""

        def run() -> None:
            with self._lock:
                job()

        return run
