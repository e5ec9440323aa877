"""What `doctor` looks at."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from aggregator import health
from tests.samples import fill

CONFIG = (
    'database = "leadline.db"\n[[prospects]]\nname = "Acme Ltd"\n[[sources]]\nid = "a"\nurl = "https://a.example/"\n'
)
Usage = namedtuple("Usage", "total used free")


def found(path: Path, state: str = "") -> list[tuple[str, str]]:
    """What was found of a state: on what, and in which words."""
    return [(each.what, each.words) for each in health.examine(str(path), None) if each.state == state or not state]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "leadline.toml"
    made.write_text(CONFIG, encoding="utf-8")
    return made


def test_all_is_well(path: Path) -> None:
    fill(path).close()

    assert [what for what, _ in found(path, "ok")] == ["leadline", "config", "rules", "database", "search", "sources"]
    assert found(path, "note") == found(path, "wrong") == []


def test_what_was_never_asked_is_noted(path: Path) -> None:
    assert [words.splitlines()[1] for _, words in found(path, "note")] == ["NOT ASKED YET  a"]


def test_names_and_addresses_that_are_there_twice_are_noted(path: Path) -> None:
    path.write_text(
        f'{CONFIG}[[sources]]\nid = "b"\nurl = "https://a.example/"\n[[prospects]]\nname = "Beta"\naliases = ["ACME"]\n'
    )
    fill(path).close()

    assert found(path, "note") == [
        ("prospects", "acme-ltd, beta share the name 'Acme Ltd': texts that have it concern each"),
        ("sources", "a, b poll the same address: https://a.example/"),
    ]


def test_a_full_or_closed_disk_is_wrong(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1, 1, 5_000_000))
    monkeypatch.setattr(os, "access", lambda _folder, _mode: False)

    assert [words.partition(" at ")[0] for what, words in found(path, "wrong") if what == "disk"] == [
        "5 MB free", f"{path.parent} cannot be written",
    ]  # fmt: skip
