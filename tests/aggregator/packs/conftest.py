"""A config, and the packs of its database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator import config
from aggregator.packs.installs import Packs

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CONFIG = """\
database = "leadline.db"
[[prospects]]
id = "acme"
name = "Acme Corporation"
domain = "acme.example"
ids = { cik = "0000001" }
[[prospects]]
id = "blank"
name = "Blank Ltd"
"""
MakePacks = Callable[..., Packs]


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()


@pytest.fixture
def make_packs(tmp_path: Path, clock: Clock) -> MakePacks:
    """The packs of a config with more settings (before its tables) and more tables."""

    def make(settings: str = "", more: str = "") -> Packs:
        path = tmp_path / "rep" / "leadline.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(settings + CONFIG + more, encoding="utf-8")
        return Packs(config.read(path), clock)

    return make


@pytest.fixture
def packs(make_packs: MakePacks) -> Packs:
    """The packs of a rep with two prospects."""
    return make_packs()
