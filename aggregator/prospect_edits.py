"""Edits of lists of prospects in columns: rows added and changed, all others left as they are written. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from aggregator.prospect_rows import SEPARATOR, delimiter_of, numbered_rows
from aggregator.prospect_tables import OWN_KEYS
from aggregator.slugs import slug

Cells = dict[str, str]
"""Column → text of the cell."""


def cells_of(table: Mapping[str, object]) -> Cells:
    """A table, or changes of one (as in the config, identifiers under ``ids``), as cells."""
    cells: Cells = {}
    for key, value in table.items():
        if key == "ids" and isinstance(value, Mapping):
            cells |= {str(name).lower(): str(each or "") for name, each in value.items()}
        else:
            cells[key] = _cell(value)
    return cells


def _cell(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return SEPARATOR.join(str(each).replace(SEPARATOR, ",") for each in value)
    return str(value or "")


def with_rows(
    text: str, added: Sequence[Mapping[str, object]] = (), changed: Mapping[str, Mapping[str, object]] | None = None
) -> str:
    """The text with rows added at its end, and cells of the rows with these ids changed; missing columns are added."""
    new = [cells_of(table) for table in added]
    changes = {id_: cells_of(table) for id_, table in (changed or {}).items()}
    text = text if text.strip() else ",".join(_first_columns(new)) + "\n"
    sign = delimiter_of(text)
    rows = list(numbered_rows(text, sign))
    header = [cell.strip() for cell in rows[0][1]]
    names = [name.lower() for name in header]
    more = [name for name in dict.fromkeys(n for row in (*new, *changes.values()) for n in row) if name not in names]
    lines = list(io.StringIO(text, newline=""))
    starts = [line for line, _ in rows] + [len(lines) + 1]
    written = [_line([*header, *more], sign) if more else "".join(lines[: starts[1] - 1])]
    names += more
    for number, (line, row) in enumerate(rows[1:], 1):
        cells = dict(zip(names, row, strict=False))
        change = changes.get(cells.get("id", "").strip() or slug(cells.get("name", "")))
        if change is None:
            written.append("".join(lines[line - 1 : starts[number + 1] - 1]))
        else:
            merged = {**cells, **change}
            written.append(_line([merged.get(name, "") for name in names], sign))
    whole = "".join(written)
    joint = "" if whole.endswith("\n") else "\n"
    return whole + joint + "".join(_line([cells.get(name, "") for name in names], sign) for cells in new)


def without_row(text: str, name: str) -> tuple[str, str]:
    """The text without the row of the prospect with this id, and that row as it stands there."""
    rows = list(numbered_rows(text, delimiter_of(text)))
    names = [cell.strip().lower() for cell in rows[0][1]]
    lines = list(io.StringIO(text, newline=""))
    starts = [line for line, _ in rows] + [len(lines) + 1]
    for number, (line, row) in enumerate(rows[1:], 1):
        cells = dict(zip(names, row, strict=False))
        if (cells.get("id", "").strip() or slug(cells.get("name", ""))) == name:
            end = starts[number + 1] - 1
            return "".join([*lines[: line - 1], *lines[end:]]), "".join(lines[line - 1 : end])
    return text, ""


def _first_columns(rows: Sequence[Cells]) -> list[str]:
    used = {name for row in rows for name, cell in row.items() if cell}
    return [key for key in OWN_KEYS if key in ("id", "name") or key in used]


def _line(cells: Sequence[str], sign: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator="\n").writerow(cells)
    return out.getvalue()
