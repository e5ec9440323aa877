"""Runs the Aggregator's jobs at their times: a tick that polls what is due, and the daily digest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from aggregator.config import ScheduleSettings
from aggregator.daemon import BEAT_EVERY

Job = Callable[[], Any]


def schedule(
    settings: ScheduleSettings, *, tick: Job, digest: Job, beat: Job, scheduler: BaseScheduler
) -> BaseScheduler:
    """Give a scheduler leadline's jobs, in place of those that it had of them.

    One tick claims whatever is due, rather than a job a source: 20,000 jobs would cost more than the polls. A tick
    that is still running is not started twice, and ticks missed while the machine slept become one.
    """
    common: dict[str, Any] = {
        "coalesce": True, "max_instances": 1, "misfire_grace_time": None, "replace_existing": True,
    }  # fmt: skip
    scheduler.add_job(beat, IntervalTrigger(seconds=int(BEAT_EVERY)), id="beat", name="show that it lives", **common)
    scheduler.add_job(
        tick,
        IntervalTrigger(seconds=max(1, int(settings.tick))),
        id="poll",
        name="poll what is due",
        **common,
    )
    if settings.digest_at:
        hour, minute = settings.digest_at.split(":")
        scheduler.add_job(digest, _daily(int(hour), int(minute)), id="digest", name="print the digest", **common)
    elif scheduler.get_job("digest"):
        scheduler.remove_job("digest")
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
