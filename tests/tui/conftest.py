"""A config for desks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.desks import CONFIG


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A config of two prospects and two sources."""
    made = tmp_path / "leadline.toml"
    made.write_text(CONFIG, encoding="utf-8")
    return made
