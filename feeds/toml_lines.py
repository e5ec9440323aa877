"""Where each key of a TOML text stands: tomllib tells values, not lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEADER = re.compile(r"^\s*\[(\[)?\s*([\w\s.\"'-]+?)\s*\]")
_KEY = re.compile(r"^\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_OPENERS = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')


def line_index(text: str) -> dict[str, int]:
    """Key path → line, by a scan that knows headers, keys, and what stands inside multi-line values."""
    index: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, depth, quote = "", 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        if not depth and not quote:
            table = _note_line(line, number, table, index, counts)
        depth, quote = _nesting(line, depth, quote)
    return index


def _note_line(line: str, number: int, table: str, index: dict[str, int], counts: dict[str, int]) -> str:
    header = _HEADER.match(line)
    if header:
        path = _enter(_path(header[2]), counts)
        if header[1]:
            counts[path] = counts.get(path, -1) + 1
            path = f"{path}[{counts[path]}]"
        _note_path(path, number, index)
        return path
    key = _KEY.match(line)
    if key:
        _note_path(f"{table}.{_path(key[1])}" if table else _path(key[1]), number, index)
    return table


def _note_path(path: str, number: int, index: dict[str, int]) -> None:
    """A dotted key opens each table on its way."""
    while path:
        index.setdefault(path, number)
        path = path.rpartition(".")[0]


def _enter(path: str, counts: Mapping[str, int]) -> str:
    """A header's path with the numbers of the arrays that it lies in."""
    done = ""
    for part in path.split(".")[:-1]:
        done = f"{done}.{part}" if done else part
        if done in counts:
            done = f"{done}[{counts[done]}]"
    last = path.split(".")[-1]
    return f"{done}.{last}" if done else last


def _path(written: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in written.split("."))


def _nesting(line: str, depth: int, quote: str) -> tuple[int, str]:
    """How many brackets are open after a line, and which triple quote."""
    at = 0
    if not depth and not quote and _HEADER.match(line):
        return depth, quote
    while at < len(line):
        if quote:
            end = _closing(line, quote, at)
            if end < 0:
                return depth, quote
            at, quote = end, ""
            continue
        token = _OPENERS.search(line, at)
        if not token:
            break
        at = token.end()
        if token[0] in ('"""', "'''"):
            quote = token[0]
        elif token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth = max(0, depth - 1)
    return depth, quote


def _closing(line: str, quote: str, start: int) -> int:
    """Where a triple quote that began before ``start`` has ended; -1 if not on this line."""
    pattern = r'(?:\\.|[^\\])*?"""' if quote == '"""' else r"(?:.)*?'''"
    found = re.compile(pattern).match(line, start)
    return found.end() if found else -1
