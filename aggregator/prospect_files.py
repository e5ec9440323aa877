"""Lists of prospects in files: TOML, CSV, JSON lines, or a name on each line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from aggregator.config import ProspectTable, prospects_of, slug
from aggregator.errors import ConfigError
from aggregator.model import Prospect
from feeds.tables import Document, Fault

MAX_FILE = 100_000_000
"""Bytes read of a list of prospects."""
_OWN_COLUMNS = frozenset(each.name for each in msgspec.structs.fields(ProspectTable))


def read_prospects(path: Path) -> tuple[Prospect, ...]:
    """The prospects that a file lists, by its ending. Raises ConfigError with every fault."""
    try:
        text = path.read_bytes()[:MAX_FILE].decode("utf-8-sig")
    except OSError as error:
        raise ConfigError([Fault(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Fault(str(path), 0, "", "not UTF-8 text", "save it as UTF-8")]) from None
    return parse_prospects(text, str(path), path.suffix.lower())


def parse_prospects(text: str, file: str, suffix: str) -> tuple[Prospect, ...]:
    """The prospects in a text of the form that ``suffix`` (``.toml``, ``.csv``, ``.jsonl``, …) names."""
    if suffix == ".toml":
        document = Document.parse(text, file)
        tables = document.data.get("prospects", [])
    else:
        document = Document(file, {})
        tables = list({".csv": _csv, ".jsonl": _jsonl, ".json": _jsonl}.get(suffix, _names)(text, document))
    found = prospects_of(document, document.decode_list(ProspectTable, tables, "prospects"))
    if document.faults:
        raise ConfigError(document.faults)
    return found


def _csv(text: str, _document: Document) -> Iterator[dict[str, Any]]:
    """Columns as in the config (aliases apart by ``;``); any other column is an identifier."""
    for row in csv.DictReader(io.StringIO(text)):
        cells = {
            key.strip().lower(): (value or "").strip() for key, value in row.items() if key and isinstance(value, str)
        }
        table: dict[str, Any] = {key: value for key, value in cells.items() if key in _OWN_COLUMNS and value}
        for lists in ("aliases", "require", "exclude"):
            if lists in table:
                table[lists] = [each.strip() for each in table[lists].split(";") if each.strip()]
        table["ids"] = {key: value for key, value in cells.items() if key not in _OWN_COLUMNS and value}
        if "name" in table:
            yield table


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
