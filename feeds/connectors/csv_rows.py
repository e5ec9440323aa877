"""Kind ``csv``: the rows of a CSV file, such as an export of a CRM that is written anew each night."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from feeds.connectors import local_files
from feeds.connectors.base import About
from feeds.connectors.records import read_records, text
from feeds.connectors.rows import columns_of, entry_of, guessed, without_personal
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="CSV file",
    brings="An item for each new or changed row. Which column is what is found by its name, or said: "
    '`columns = { id = "Case", title = "Subject", date = "Opened", text = "Notes", link = "URL" }`; the others become '
    "fields (`fields` names some), those of contact persons left out.",
    limits="None; 5,000 rows of a file, 10 MB.",
    example='[[sources]]\nid = "crm"\nkind = "csv"\nurl = "~/Exports/opportunities.csv"\n'
    'options = { columns = { title = "Opportunity", date = "Created" } }\n',
    takes=("columns", "fields", "delimiter"),
    every=3_600.0,
    source_class="crm",
    local=True,
)
MAX_COLUMNS = 300
csv.field_size_limit(1_000_000)


def first(source: Source, state: FetchState) -> Request:  # noqa: ARG001 — a file is read whole when it changes
    """The file."""
    columns_of(source.options)
    return Request(local_files.file_url(source))


def read(source: Source, response: Response) -> Page[Entry]:
    """The rows, each an entry; ReadError for what has no header with a title."""
    from feeds.parsing.encoding import decode

    try:
        columns = columns_of(source.options)
        rows = _rows(decode(response.body).text.lstrip("\ufeff"), text(source.options.get("delimiter"), 3))
        header = next(rows, None)
        if header is None:
            raise ReadError("the file is empty")
        columns = guessed(columns, header)
        named = (dict(zip(header, each, strict=False)) for each in rows if any(each))
        told = (without_personal(each, columns) for each in named)
        entries, problems = read_records(told, lambda row: entry_of(row, columns), "rows")
    except LeadlineError as error:
        raise error if isinstance(error, ReadError) else ReadError(str(error), hint=error.hint) from None
    except csv.Error as error:
        raise ReadError(f"the file is no CSV that can be read: {error}") from None
    return Page(entries, problems=problems)


def _rows(said: str, delimiter: str) -> Iterator[list[Any]]:
    if "\0" in said[:10_000]:
        raise ReadError("the file is no text")
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter) or _delimiter(said)
    if len(delimiter) != 1:
        raise ReadError("`delimiter` is one sign")
    for row in csv.reader(io.StringIO(said, newline=""), delimiter=delimiter):
        yield [each.strip() for each in row[:MAX_COLUMNS]]


def _delimiter(said: str) -> str:
    """The sign that stands most often in the first line."""
    line = said.partition("\n")[0][:10_000]
    return max(",;\t|", key=line.count)
