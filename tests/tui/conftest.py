"""A config for desks."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import _wait

from tests.tui.desks import CONFIG
from tui.screens import stories


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual looks at shorter intervals whether it is idle; ``rest`` waits for what is under way all the same."""
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 0.002)
    monkeypatch.setattr(_wait, "SLEEP_IDLE", 0.001)
    monkeypatch.setattr(stories, "RESTING", 0.002)
    monkeypatch.setattr(stories, "TYPING", 0.002)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A config of two prospects and two sources."""
    made = tmp_path / "leadline.toml"
    made.write_text(CONFIG, encoding="utf-8")
    return made
