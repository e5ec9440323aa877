"""Lists of prospects in files: TOML, CSV, JSON lines, or a name on each line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from aggregator.errors import ConfigError
from aggregator.model import Prospect
from aggregator.prospect_rows import prospects_in_rows
from aggregator.prospect_tables import ProspectTable, prospects_of
from aggregator.slugs import slug
from feeds.tables import Document, Fault

MAX_FILE = 100_000_000
"""Bytes read of a list of prospects."""


def read_prospects(path: Path) -> tuple[Prospect, ...]:
    """The prospects that a file lists, by its ending. Raises ConfigError with every fault."""
    return parse_prospects(read_list(path), str(path), path.suffix.lower())


def read_list(path: Path) -> str:
    """The text of a list. Raises ConfigError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE).decode("utf-8-sig")
    except OSError as error:
        raise ConfigError([Fault(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Fault(str(path), 0, "", "not UTF-8 text", "save it as UTF-8")]) from None


def parse_prospects(text: str, file: str, suffix: str) -> tuple[Prospect, ...]:
    """The prospects in a text of the form that ``suffix`` (``.toml``, ``.csv``, ``.jsonl``, …) names."""
    found, faults = listed(text, file, suffix)
    if faults:
        raise ConfigError(faults)
    return found


def listed(text: str, file: str, suffix: str, known: Container[str] = ()) -> tuple[tuple[Prospect, ...], list[Fault]]:
    """As ``parse_prospects``, but with the faults beside what is sound; an id in ``known`` is taken already."""
    if suffix == ".csv":
        rows, faults = prospects_in_rows(text, file, known)
        return tuple(rows), faults
    if suffix == ".toml":
        document = Document.parse(text, file)
        tables = document.data.get("prospects", [])
    else:
        document = Document(file, {})
        tables = list({".jsonl": _jsonl, ".json": _jsonl}.get(suffix, _names)(text, document))
    found = prospects_of(document, document.decode_list(ProspectTable, tables, "prospects"))
    taken = [each.id for each in found if each.id in known]
    twice = [Fault(file, 0, "", f"a second prospect with the id {each!r}", "give one another id") for each in taken]
    return found, [*document.faults, *twice]


def _jsonl(text: str, document: Document) -> Iterator[Any]:
    stripped = text.lstrip()
    lines: Iterable[str] = [stripped] if stripped.startswith("[") else text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                value = msgspec.json.decode(line)
            except msgspec.DecodeError as error:
                document.faults.append(Fault(document.file, number, "", f"not JSON: {error}"))
                continue
            for each in value if isinstance(value, list) else [value]:
                yield {"name": each} if isinstance(each, str) else each


def _names(text: str, _document: Document) -> Iterator[dict[str, Any]]:
    """Names that would get the same id are numbered: "A-B" and "A B" are two prospects."""
    used: Counter[str] = Counter()
    for name in dict.fromkeys(line.strip() for line in text.splitlines()):
        if name and not name.startswith("#"):
            used[slug(name)] += 1
            number = f"-{used[slug(name)]}" if used[slug(name)] > 1 else ""
            yield {"name": name, "id": slug(name)[:60] + number}
