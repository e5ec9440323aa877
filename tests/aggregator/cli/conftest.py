"""Runs commands in this process, and reads what they wrote."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aggregator.cli import main

CONFIG = """\
database = "leadline.db"
rep = "jo"
[[prospects]]
id = "acme"
name = "Acme Corporation"
aliases = ["Acme"]
[[sources]]
id = "wire"
name = "The Wire"
url = "https://wire.example/feed"
[[sources]]
id = "crm"
url = "https://crm.example/feed"
scope = "internal"
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote, read."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``leadline`` with arguments and what stands on stdin; no fault of it may reach the user as a traceback."""
    monkeypatch.setenv("LEADLINE_DEBUG", "1")

    def call(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        out, err = capsys.readouterr()
        assert "\x1b" not in out + err
        return Ran(int(left.value.code or 0), out, err)

    return call


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config in the working directory; its path."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "leadline.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path
