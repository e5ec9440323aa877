"""What is installed: switched in one step, whatever is killed; read quickly; refused where it is damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from feeds.packs.errors import PackError
from feeds.packs.library import Installed, Library, State, parsed_documents, shelf_packs, shelf_text

MEMBERS = {"pack.toml": b'id = "team"\n', "sources.toml": b'[[sources]]\nid = "a"\n'}


def put(library: Library, version: str, members: dict[str, bytes] = MEMBERS) -> State:
    """Install a version as the aggregator does."""

    def change(state: State, folder: str) -> State:
        old = state.packs.get("team")
        new = Installed(
            version=version, folder=folder, origin="test", identity="", added_at=datetime(2026, 11, 25, tzinfo=UTC),
            previous=old.folder if old else "",
        )  # fmt: skip
        return msgspec.structs.replace(state, packs={"team": new})

    return library.install("team", version, members, change)


def test_two_versions_are_kept(tmp_path: Path) -> None:
    """The one in force and the one before."""
    library = Library(tmp_path)
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        state = put(library, version)

    assert state == library.state
    assert library.members(state.packs["team"].folder) == MEMBERS
    assert sorted(each.name.partition("-")[0] for each in (tmp_path / "team").iterdir()) == ["1.1.0", "1.2.0"]


def test_files_are_parsed_once(tmp_path: Path) -> None:
    """What a start reads is JSON; without it the TOML is read."""
    library = Library(tmp_path)
    folder = put(library, "1.0.0").packs["team"].folder

    quick = library.documents(folder)["sources.toml"].data
    (tmp_path / folder / ".parsed.json").write_bytes(b"damaged")
    assert quick == library.documents(folder)["sources.toml"].data == {"sources": [{"id": "a"}]}


def test_a_damaged_state_is_told_and_not_overwritten(tmp_path: Path) -> None:
    """Nor is that of a newer leadline."""
    (tmp_path / "installed.json").write_text("{damaged")
    with pytest.raises(PackError, match="cannot be read"):
        put(Library(tmp_path), "1.0.0")
    assert (tmp_path / "installed.json").read_text() == "{damaged"
    (tmp_path / "installed.json").write_text('{"format": 2}')
    with pytest.raises(PackError, match="newer leadline"):
        _ = Library(tmp_path).state


def test_a_folder_that_was_damaged_is_written_anew(tmp_path: Path) -> None:
    """Adding a pack again mends it."""
    library = Library(tmp_path)
    folder = put(library, "1.0.0").packs["team"].folder
    (tmp_path / folder / "sources.toml").write_bytes(b"damaged")

    assert library.members(put(library, "1.0.0").packs["team"].folder) == MEMBERS


KILLED = """
import os, sys
from pathlib import Path
from feeds.packs.library import Library
from tests.feeds.packs.test_packs_library import MEMBERS, put

count = 0
def dying(real):
    def call(*arguments, **options):
        global count
        count += 1
        if count == int(sys.argv[2]):
            os.kill(os.getpid(), 9)
        return real(*arguments, **options)
    return call

import builtins, pathlib, shutil
for place, name in ((os, "replace"), (os, "fsync"), (os, "mkdir"), (pathlib.Path, "open"), (shutil, "rmtree")):
    setattr(place, name, dying(getattr(place, name)))
put(Library(Path(sys.argv[1])), "1.1.0", {**MEMBERS, "README.md": b"second"})
print(count)
"""


def test_killed_at_any_step_of_an_update_either_version_is_whole(tmp_path: Path) -> None:
    """A real process and a real SIGKILL, at each call that changes the disk; the next update then succeeds."""
    root = Path(__file__).parent.parent.parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    seen: list[str] = []
    for step in range(1, 60):
        folder = tmp_path / str(step)
        library = Library(folder)
        put(library, "1.0.0")
        ran = subprocess.run(
            [sys.executable, "-c", KILLED, str(folder), str(step)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        found = library.state.packs["team"]
        seen.append(found.version)
        wanted = MEMBERS if found.version == "1.0.0" else {**MEMBERS, "README.md": b"second"}
        assert library.members(found.folder) == wanted
        after = put(library, "1.2.0", {**MEMBERS, "README.md": b"third"}).packs["team"]
        assert library.members(after.folder)["README.md"] == b"third"
        assert len(list((folder / "team").iterdir())) == 2
        if ran.returncode == 0:
            break
    assert ran.returncode == 0, ran.stderr
    assert step > 10
    assert seen == sorted(seen)
    assert set(seen) == {"1.0.0", "1.1.0"}


def test_the_shelf_is_listed() -> None:
    """Every pack on it can be read; the core rules are always in force and not listed."""
    assert "press-wires" in shelf_packs()
    assert "core" not in shelf_packs()
    assert all(shelf_text(name, "pack.toml") for name in shelf_packs())


def test_bytes_that_are_no_text_are_a_fault() -> None:
    """With the line at which they stand."""
    documents = parsed_documents({"sources.toml": b'[[sources]]\nid = "\xff"\n'})

    assert "line 2" in str(documents["sources.toml"].faults[0])
