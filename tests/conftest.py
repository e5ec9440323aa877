"""What every test stands on: no user config found, a clean environment, no terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import servers
from tests.command import Leadline
from tests.servers import Server

# How fast a machine is decides about no test.
settings.register_profile("leadline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leadline")


@pytest.fixture(autouse=True)
def clean_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own for each test, and no setting from outside."""
    home = tmp_path_factory.mktemp("home")
    for name in [
        name for name in os.environ if name.startswith(("LEADLINE", "XDG_", "HTTP", "http", "ALL_PROXY", "NO_PROXY"))
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(home)


@pytest.fixture
def project() -> Path:
    """The project's root."""
    return Path(__file__).parent.parent


@pytest.fixture
def web() -> Iterator[Server]:
    """A web server on loopback."""
    with servers.web() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path) -> Leadline:
    """The command line as a user runs it, with a config of its own."""
    return Leadline(tmp_path)
