"""Packs, keys and channels for tests."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

SOURCES = """\
[[sources]]
id = "{id}"
name = "The {id}"
url = "{url}"
publisher = "wire"
seen = "2026-11-25, for a test"
"""
RULES = """\
[[rules]]
id = "christens-hopyard"
signal = "structure.sites"
cues = ["christens .. hopyard"]
must = ["Verrano christens its hopyard"]
"""


def source(id_: str, url: str, more: str = "") -> str:
    """A table of sources.toml."""
    return SOURCES.format(id=id_, url=url) + more + "\n"


def write_pack(folder: Path, sources: str = "", *, id_: str = "team", version: str = "1.0.0", **files: str) -> Path:
    """A pack's folder; more files as ``rules="…"`` (``.toml`` is added), more of the manifest as ``pack="…"``."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = (
        f'id = "{id_}"\nversion = "{version}"\ntitle = "The {id_} pack"\npublisher = "Sales operations"\n'
        f'licence = "internal"\nchangelog = ["{version}: what is new in {version}"]\n{files.pop("pack", "")}'
    )
    folder.joinpath("pack.toml").write_text(manifest, encoding="utf-8")
    folder.joinpath("sources.toml").write_text(sources, encoding="utf-8")
    for name, text in files.items():
        folder.joinpath(f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def members(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def make_key(folder: Path, name: str = "key") -> Path:
    """A private key of OpenSSH; its public half beside it."""
    path = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True, capture_output=True
    )
    return path
