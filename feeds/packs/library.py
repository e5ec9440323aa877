"""Reads the packs that ship with leadline."""

from __future__ import annotations

from importlib import resources


def shelf_text(pack: str, file: str) -> str:
    """The text of one file of a shipped pack, like ``shelf_text("core", "rules.toml")``; FileNotFoundError if none."""
    return resources.files("feeds.packs").joinpath("shelf", pack, file).read_text(encoding="utf-8")
