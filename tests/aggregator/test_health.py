"""What `doctor` looks at."""

from __future__ import annotations

import os
import shutil
import socket
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import config, health
from aggregator.core import Aggregator
from aggregator.store import open_store
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
    made.chmod(0o600)
    return made


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The hosts that can be looked up."""
    known = {"a.example"}

    def look_up(host: str, _port: int) -> list[object]:
        if host not in known:
            raise OSError("no such host")
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(health, "getproxies", dict)
    return known


def test_all_is_well(path: Path) -> None:
    fill(path).close()

    assert [what for what, _ in found(path, "ok")] == [
        "leadline", "config", "rules", "network", "database", "search", "clock", "sources",
    ]  # fmt: skip
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


def test_without_a_name_service_it_says_so(path: Path, names: set[str]) -> None:
    names.clear()
    fill(path).close()

    ((what, words),) = found(path, "note")
    assert what == "network"
    assert "none of a.example can be looked up" in words


def test_a_clock_that_went_back_is_wrong(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path).close()
    monkeypatch.setattr(Aggregator, "open", classmethod(_in_the_past))

    ((what, words),) = found(path, "wrong")
    assert what == "clock"
    assert words.startswith("the clock says 2001-02-03 04:05 UTC")


def _in_the_past(_cls: object, read: config.Config) -> Aggregator:
    return Aggregator(read, open_store(read.database), clock=lambda: datetime(2001, 2, 3, 4, 5, tzinfo=UTC))


def test_a_config_that_others_can_read_is_noted(path: Path) -> None:
    path.chmod(0o644)
    fill(path).close()

    assert found(path, "note") == [("rights", f"{path} can be read by other users")]
