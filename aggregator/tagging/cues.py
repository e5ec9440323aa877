"""The mini-syntax in which cues are written, and what it means.

``word*`` prefix · ``a|b`` alternatives · ``..`` a gap of 0 to 6 words, ``.`` one of 0 to 2 ·
``$#`` money · ``#`` number ·
``#%`` percentage · ``_`` a space inside an alternative · ``^`` the start of the title or of a sentence ·
``?`` in a question ·
``<name>`` a list of words that the file defines once. Words side by side must stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

GAP = 6
"""Words that ``..`` may skip."""

SHORT_GAP = 2
"""Words that ``.`` may skip."""

SPECIAL = ("#", "$#", "#%", "^", "?")
"""Alternatives that are no words."""

_WORD = re.compile(r"[^\W_]+(?:[.,'&][^\W_]+)*\*?")
_PLAIN = re.compile(r"(?:(?:[a-z]+(?:[_-][a-z]+)*|[a-z]{2,}\*)(?:\||$))+").fullmatch
"""Alternatives in small letters: nearly all."""
_NAME = re.compile(r"<([a-z][a-z0-9_ -]*)>")


class CueError(ValueError):
    """A cue that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: steps in order, and how many words may lie before each."""

    steps: tuple[tuple[str, ...], ...]
    """Alternatives of each step: a special, or words parted by a space, the last perhaps ending in ``*``."""
    gaps: tuple[int, ...]
    """0, ``SHORT_GAP`` or ``GAP``, for each step; the first is 0."""


def parse_cue(written: str, lists: Mapping[str, str] = {}) -> Cue:
    """A cue from its mini-syntax; ``lists`` are the file's named lists of words. CueError says what is wrong."""
    steps: list[tuple[str, ...]] = []
    gaps: list[int] = []
    gap = 0
    for part in written.split():
        if part in ("..", "…", "..."):
            gap = GAP
            continue
        if part == ".":
            gap = SHORT_GAP
            continue
        steps.append(_alternatives(_spread(part, lists) if "<" in part else part))
        gaps.append(gap if len(steps) > 1 else 0)
        gap = 0
    if all(choice in SPECIAL for step in steps for choice in step):
        raise CueError(f"{written!r} names no word to look for")
    if gap:
        raise CueError(f"{written!r} ends in a gap")
    return Cue(tuple(steps), tuple(gaps))


def _spread(part: str, lists: Mapping[str, str], depth: int = 0) -> str:
    def listed(name: re.Match[str]) -> str:
        if name[1] not in lists:
            raise CueError(f"no list of words is called <{name[1]}>")
        if depth > 4:
            raise CueError(f"<{name[1]}> refers to itself")
        return _spread("|".join(lists[name[1]].replace("|", " ").split()), lists, depth + 1)

    return _NAME.sub(listed, part)


@lru_cache(maxsize=4096)
def _alternatives(part: str) -> tuple[str, ...]:
    if _PLAIN(part) and part[-1] != "|":
        return tuple(dict.fromkeys(part.replace("_", " ").replace("-", " ").split("|")))
    found: dict[str, None] = {}
    for choice in part.split("|"):
        if not choice:
            raise CueError(f"{part!r} has an empty alternative")
        found[choice if choice in SPECIAL else _folded(choice)] = None
    return tuple(found)


@lru_cache(maxsize=8192)
def _folded(choice: str) -> str:
    """One alternative as words, parted by spaces."""
    words = _WORD.findall(choice.replace("_", " ").replace("’", "'").lower())
    if not words:
        raise CueError(f"{choice!r} is no word")
    if any(word.endswith("*") for word in words[:-1]) or "*" in choice[:-1]:
        raise CueError(f"{choice!r}: * may only end an alternative")
    if words[-1] == "*" or (words[-1].endswith("*") and len(words[-1]) < 3):
        raise CueError(f"{choice!r}: a prefix needs two letters")
    return " ".join(word.replace(".", "") if not word[0].isdigit() else word for word in words)
