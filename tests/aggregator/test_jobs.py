"""The daemon's jobs: a failure costs one turn."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from aggregator import config
from aggregator.cli.jobs import Jobs
from aggregator.errors import LeadlineError, StoreBusy
from aggregator.refresh import Report
from aggregator.scheduler import Clock, Every


class Polls:
    """Stands for the Aggregator: its first polls fail, then one goes well."""

    catalog = SimpleNamespace(settings=config.parse("[schedule]\ntick = 1\n").settings, sources=())

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.went_well = threading.Event()
        self.config = SimpleNamespace(alerts=(), path=None)

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
    asked = threading.Event()

    def refuse() -> Any:
        asked.set()
        raise StoreBusy("no such config")

    polls: Any = Polls()
    jobs = Jobs(polls, BackgroundScheduler(timezone="UTC"), lambda _now: None)
    jobs.start(digest_now=False)
    jobs.reload(refuse)
    assert polls.went_well.wait(10)
    assert asked.wait(10)
    jobs.stop()
    assert "no such config" in capsys.readouterr().err


def test_a_reload_waits_for_no_poll_and_neither_does_a_stop(capsys: pytest.CaptureFixture[str]) -> None:
    """Amid a long poll the config is to be read anew: whoever says so, and then stops, is not kept."""
    polling, done = threading.Event(), threading.Event()

    class Long(Polls):
        def refresh(self, *, progress: object, stop: threading.Event) -> Report:
            polling.set()
            assert stop.wait(60)
            done.set()
            return Report()

    polls: Any = Long()
    jobs = Jobs(polls, BackgroundScheduler(timezone="UTC"), lambda _now: None)
    jobs.start(digest_now=False)
    assert polling.wait(10)
    jobs.reload(lambda: polls)
    assert not done.is_set()
    jobs.stop()
    assert done.is_set()


def test_a_stop_amid_a_reload_is_not_kept_by_what_that_plans() -> None:
    """The scheduler waits for the reload, which plans jobs: neither must wait for the other."""
    reading, stopping = threading.Event(), threading.Event()
    polls: Any = Polls()
    jobs = Jobs(polls, BackgroundScheduler(timezone="UTC"), lambda _now: None)

    def reopen() -> Any:
        reading.set()
        assert stopping.wait(60)
        return polls

    jobs.start(digest_now=False)
    assert polls.went_well.wait(10)
    jobs.reload(reopen)
    assert reading.wait(10)
    stop = threading.Thread(target=jobs.stop, daemon=True)
    stop.start()
    assert jobs._stop.wait(10)
    time.sleep(0.2)
    stopping.set()
    stop.join(30)
    assert not stop.is_alive()


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    """What was planned for a moment that is now far ahead is planned anew."""
    polls: Any = Polls()
    scheduler = BackgroundScheduler(timezone="UTC")
    jobs = Jobs(polls, scheduler, lambda _now: None)
    jobs.start(digest_now=False)
    assert polls.went_well.wait(10)
    ahead = datetime.now(UTC) + timedelta(days=10)
    for job in scheduler.get_jobs():
        scheduler.modify_job(job.id, next_run_time=ahead)
    jobs._owed = {"hook": ahead}
    polls.went_well.clear()
    jobs.clock_went_back()
    assert jobs._owed["hook"] < ahead
    jobs._owed = {}
    assert polls.went_well.wait(10)
    jobs.stop()


def test_a_clock_tells_when_it_was_set_back() -> None:
    """Not when it is put forward, runs a little slow, or the machine slept."""
    now = [1000.0, 50.0]
    clock = Clock(lambda: now[0], lambda: now[1])
    seen = []
    for wall, steady in ((10, 10), (9, 10), (86400, 1), (-3600, 2), (2, 2)):
        now[0] += wall
        now[1] += steady
        seen.append(clock.went_back())
    assert seen == [False, False, False, True, False]


def test_ten_years_that_were_missed_are_one_time() -> None:
    """A clock that was wrong by so much, put right: millions of moments are not gone through."""
    start = datetime(2016, 1, 1, tzinfo=UTC)
    trigger = Every(seconds=20, timezone="UTC")
    now = start + timedelta(days=3650)
    assert trigger.get_next_fire_time(start, now) == now + timedelta(seconds=20)
    assert trigger.get_next_fire_time(start, start + timedelta(seconds=1)) == start + timedelta(seconds=20)


def test_a_digest_that_did_not_arrive_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each target on its own, and not again until the wait is over."""
    tried: list[str] = []

    def deliver(_aggregator: object, target: str) -> str:
        tried.append(target)
        if target == "hook" and tried.count("hook") == 1:
            raise LeadlineError("it answered 503")
        return f"The digest went to {target}"

    text = '[schedule]\ndigest_to = ["hook", "page"]\n' + "".join(
        f'[[targets]]\nid = "{name}"\nkind = "stdout"\n' for name in ("hook", "page")
    )
    polls: Any = Polls()
    polls.catalog = SimpleNamespace(settings=config.parse(text).settings, sources=())
    moment = [datetime(2026, 3, 2, 7, tzinfo=UTC)]
    polls.now = lambda: moment[0]
    monkeypatch.setattr("aggregator.cli.jobs.deliver_digest", deliver)
    jobs = Jobs(polls, BackgroundScheduler(timezone="UTC"), lambda _now: None)

    jobs._digest()
    jobs._tick()
    assert tried == ["hook", "page"]
    assert "did not reach hook: it answered 503" in capsys.readouterr().err
    moment[0] += timedelta(minutes=11)
    jobs._tick()
    jobs._tick()
    assert tried == ["hook", "page", "hook"]
