"""Kind ``sqlite``: the rows that a query finds in a local SQLite database, which is opened for reading only."""

from __future__ import annotations

import json

from feeds.connectors import local_files
from feeds.connectors.base import About
from feeds.connectors.records import read_json, read_records, rows_of, text
from feeds.connectors.rows import columns_of, entry_of, guessed, without_personal
from feeds.errors import LeadlineError, ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="SQLite query",
    brings="An item for each new or changed row of `query`, such as `SELECT id, title, created FROM cases WHERE "
    "created >= :since`; `:since` is the greatest value yet of the column for `updated` or `date`, empty at first. "
    "Columns as for `csv`.",
    limits="None; 5,000 rows, 5 seconds, read only.",
    example='[[sources]]\nid = "cases"\nkind = "sqlite"\nurl = "/srv/crm/crm.db"\n'
    'options = { query = "SELECT id, title, created, notes FROM cases" }\n',
    needs=("query",),
    takes=("columns", "fields"),
    every=3_600.0,
    source_class="crm",
    local=True,
)


def first(source: Source, state: FetchState) -> Request:
    """The query."""
    columns_of(source.options)
    query = source.options.get("query")
    if not isinstance(query, str) or not query.strip():
        raise LeadlineError("`query` is missing")
    asked = {"sql": query, "parameters": {"since": state.cursor}}
    return Request(local_files.file_url(source), "POST", body=json.dumps(asked).encode())


def read(source: Source, response: Response) -> Page[Entry]:
    """The rows, each an entry."""
    rows = rows_of(read_json(response), "the answer")
    header = list(rows[0]) if rows and isinstance(rows[0], dict) else []
    if not header:
        return Page()
    try:
        columns = guessed(columns_of(source.options), header)
    except LeadlineError as error:
        raise ReadError(str(error), hint=error.hint) from None
    told = [without_personal(row, columns) if isinstance(row, dict) else row for row in rows]
    entries, problems = read_records(told, lambda row: entry_of(row, columns), "rows")
    if "x-truncated" in response.headers:
        problems = (*problems, "the query found more rows than are read: narrow it, for instance by :since")
    column = columns.parts.get("updated") or columns.parts.get("date")
    values = [text(row.get(column)) for row in rows if isinstance(row, dict)] if column else []
    return Page(entries, problems=problems, cursor=max([*values, response.cursor], default=""))
