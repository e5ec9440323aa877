"""The daemon's jobs: a failure costs one turn."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator import config
from aggregator.cli.jobs import Jobs
from aggregator.errors import StoreBusy
from aggregator.refresh import Report


class Polls:
    """Stands for the Aggregator: its first polls fail, then one goes well."""

    catalog = SimpleNamespace(settings=config.parse("[schedule]\ntick = 1\n").settings, sources=())

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.went_well = threading.Event()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def update_packs(self) -> list[str]:
        return ["updated pack team"]

    def refresh(self, *, progress: object, stop: threading.Event) -> Report:
        if self.failures:
            raise self.failures.pop(0)
        self.went_well.set()
        return Report()


@pytest.mark.parametrize("failure", [StoreBusy("another process holds the database"), RuntimeError("boom")])
def test_a_failed_poll_costs_a_tick(failure: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    polls: Any = Polls(failure)
    jobs = Jobs(polls, BackgroundScheduler(timezone="UTC"), lambda _now: None)
    jobs.start(digest_now=False)
    assert polls.went_well.wait(10)
    jobs.stop()
    assert ("another process holds" in capsys.readouterr().err) == isinstance(failure, StoreBusy)


def test_a_config_that_cannot_be_used_leaves_the_old_one(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> Any:
        raise StoreBusy("no such config")

    polls: Any = Polls()
    jobs = Jobs(polls, BackgroundScheduler(timezone="UTC"), lambda _now: None)
    jobs.start(digest_now=False)
    jobs.reload(refuse)
    assert polls.went_well.wait(10)
    jobs.stop()
    assert "no such config" in capsys.readouterr().err
