"""Whether the process behind a claim still lives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from aggregator.claimants import spoken, worker_lives, worker_name

NAME_IT = "from aggregator.claimants import worker_name; print(worker_name(), flush=True); input()"


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process, waiting, and its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", NAME_IT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout
    yield process, process.stdout.readline().strip()
    process.kill()
    process.communicate()


def test_who_runs_lives(other: tuple[subprocess.Popen[str], str]) -> None:
    assert worker_lives(worker_name())
    assert worker_lives(other[1])


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
def test_a_killed_process_is_dead_even_before_its_parent_looks(other: tuple[subprocess.Popen[str], str]) -> None:
    process, name = other
    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not worker_lives(name)


def test_a_number_that_another_process_took_is_not_the_same_worker() -> None:
    host, pid, _, tick = worker_name().rsplit(":", 3)
    assert not worker_lives(f"{host}:{pid}:12345:{tick}")


@pytest.mark.parametrize("name", ["elsewhere:1:2:3", "", "desk", "a:b"])
def test_what_cannot_be_judged_lives(name: str) -> None:
    assert worker_lives(name)


def test_a_name_is_told_to_people() -> None:
    assert spoken("desk.local:17:2:3") == "process 17 on desk.local"
    assert spoken("w") == "w"
