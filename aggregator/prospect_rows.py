"""Prospects in a table of columns: read fast, for start-up waits for it; every fault with its line. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Iterator, Sequence

from aggregator.model import STAGES, Prospect
from aggregator.prospect_tables import DOMAIN_LENGTH, LIST_KEYS, NAME_LENGTH, OWN_KEYS
from aggregator.slugs import slug
from feeds.tables import Fault, did_you_mean
from feeds.text import one_line

MOST_FAULTS = 50
"""Faults of a list that are told one by one."""
SEPARATOR = ";"
"""Between the names in one cell."""
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_STAGES = frozenset(STAGES)


def numbered_rows(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows of a text with the line that each begins on; csv.Error for what no table holds."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def delimiter_of(text: str) -> str:
    """What stands between the cells of the first line: whichever of tab, ``;``, ``,`` and ``|`` is there most."""
    head = text[:20_000].lstrip("\r\n").partition("\n")[0]
    return max(("\t", ";", ",", "|"), key=lambda sign: (head.count(sign), sign == ","))


def prospects_in_rows(text: str, file: str, known: Container[str] = ()) -> tuple[list[Prospect], list[Fault]]:
    """The prospects in a table whose columns are named as in the config, and what is wrong, at most ``MOST_FAULTS``.

    Several names stand in one cell, apart by ``;``. Any other column is an identifier. An id in ``known`` is taken.
    """
    rows = numbered_rows(text.removeprefix("\ufeff"), delimiter_of(text))
    found: dict[str, Prospect] = {}
    faults: list[Fault] = []
    try:
        header = [cell.strip().lower() for cell in next(rows, (1, [""]))[1]]
        if "name" not in header:
            return [], [Fault(file, 1, "", "no column is called `name`", f"columns: {', '.join(OWN_KEYS)}, cik, …")]
        for line, row in rows:
            if not any(row):
                continue
            prospect, problems = _prospect(header, row)
            if prospect and (prospect.id in found or prospect.id in known):
                problems.append(("id", f"a second prospect with the id {prospect.id!r}", "give one another id"))
            faults += [Fault(file, line, key, message, hint) for key, message, hint in problems]
            if prospect and not problems:
                found[prospect.id] = prospect
    except csv.Error as error:
        faults.append(Fault(file, 0, "", f"not a table that can be read: {error}"))
    return list(found.values()), _bounded(faults, file)


def _bounded(faults: list[Fault], file: str) -> list[Fault]:
    more = len(faults) - MOST_FAULTS
    return faults if more <= 0 else [*faults[:MOST_FAULTS], Fault(file, 0, "", f"and {more} faults more")]


def _prospect(header: Sequence[str], row: Sequence[str]) -> tuple[Prospect | None, list[tuple[str, str, str]]]:
    """A row as a prospect, and what is wrong with it: column, message, hint."""
    if len(row) > len(header) and any(row[len(header) :]):
        return None, [("", "has more cells than there are columns", 'text with the separator in it stands in "quotes"')]
    told = zip(header, row, strict=False)
    cells = {key: cell.strip() if plain(cell) else one_line(cell) for key, cell in told if cell}
    name, domain = cells.pop("name", ""), cells.pop("domain", "").lower()
    stage, given = cells.pop("stage", "") or STAGES[0], cells.pop("id", "")
    problems = []
    if not name or len(name) > NAME_LENGTH:
        problems.append(("name", f"longer than {NAME_LENGTH} characters" if name else "is empty", "its full name"))
    if len(domain) > DOMAIN_LENGTH:
        problems.append(("domain", f"longer than {DOMAIN_LENGTH} characters", "its web domain"))
    if stage not in _STAGES:
        problems.append(("stage", f"no stage {stage[:40]!r}", did_you_mean(stage[:40], STAGES)))
    if given and not _ID.fullmatch(given):
        problems.append(("id", "not of the allowed form", "lower-case letters, digits, . _ and -"))
    if problems:
        return None, problems
    aliases, require, exclude = (_listed(cells.pop(key, "")) for key in LIST_KEYS)
    ids = {key: value for key, value in cells.items() if key and value}
    return Prospect(given or slug(name), name, aliases, domain, stage, ids, require, exclude), []


def plain(text: str) -> bool:
    """Whether a text has nothing in it that would have to be cleaned away."""
    return text.isascii() and text.isprintable()


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for each in cell.split(SEPARATOR) if (part := each.strip())) if cell else ()
