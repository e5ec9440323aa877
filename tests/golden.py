"""Golden files: what a format wrote once and was looked at. Delete one to have it written anew by its test."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def check(name: str, text: str) -> None:
    """Hold a text against its golden file; a missing one is written, and the test fails so that it is looked at."""
    path = FOLDER / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        raise AssertionError(f"{path} was missing and is written now: look at it")
    assert text == path.read_bytes().decode(), f"{path} differs"
