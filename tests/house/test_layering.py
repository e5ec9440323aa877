"""The layering holds, also in a fresh interpreter: what a command does not need, it does not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"httpx", "aiohttp", "feedparser", "textual", "sqlite_utils", "apscheduler", "nh3", "ahocorasick_rs"}

RUN = """
import sys
from aggregator.cli import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    code = left.code
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


def loaded(*arguments: str) -> set[str]:
    """Top-level modules that a command has loaded when it ends."""
    ran = subprocess.run([sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True)
    return set(ran.stderr.rpartition("LOADED ")[2].split())


def test_import_contracts_hold(project: Path) -> None:
    """tui → aggregator → feeds, and the floors within."""
    lint = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([str(lint), "--no-cache"], cwd=project, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout[-3000:]


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    """`leadline --help` and completion must answer at once."""
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, aggregator.cli; print(*{n.partition('.')[0] for n in sys.modules})"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert not set(ran.stdout.split()) & (HEAVY | {"rich", "msgspec", "sqlite3"})


@pytest.mark.parametrize("command", [("digest",), ("items",), ("sources",)])
def test_reading_loads_no_network_no_parser_no_desk(command: tuple[str, ...], tmp_path: Path) -> None:
    """What only reads the database starts fast; the schema tool is loaded once, when the database is made."""
    config = tmp_path / "leadline.toml"
    config.write_text('database = "x.db"\n[[prospects]]\nname = "Acme"\n[[sources]]\nurl = "https://a.example/feed"\n')
    loaded("sources", "--config", str(config))

    assert not loaded(*command, "--config", str(config)) & HEAVY


def test_reading_with_packs_loads_nothing_that_makes_or_fetches_them(tmp_path: Path) -> None:
    """What is installed was checked; a start reads its tables and no more."""
    config = tmp_path / "leadline.toml"
    config.write_text('database = "x.db"\n[[prospects]]\nname = "Acme"\n')
    loaded("pack", "add", "press-wires", "--yes", "--config", str(config))
    loaded("sources", "--config", str(config))

    assert not loaded("digest", "--config", str(config)) & (HEAVY | {"semver", "tomlkit"})
