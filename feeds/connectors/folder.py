"""Kind ``folder``: files that colleagues drop in a folder, on this machine or a share: an item for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import PurePosixPath
from typing import Any

from msgspec.structs import replace

from feeds.connectors import local_files
from feeds.connectors.base import About
from feeds.connectors.page_text import title_of
from feeds.connectors.records import UnreadableError, fields, instant, number, read_json, read_records, rows_of, texts
from feeds.model import Entry, FetchState, Page, Request, Response, Source
from feeds.text import one_line

ABOUT = About(
    title="Folder",
    brings="An item for each new or changed file: .txt, .md, .html, .eml, .json and .csv with their text, others "
    "(.pdf, .docx) by their name. Hidden and half-written files do not count; `endings` keeps some.",
    limits="None; files of more than 8 MB are told by their name.",
    example='[[sources]]\nid = "drop"\nkind = "folder"\nurl = "~/Leads/incoming"\n',
    takes=("endings",),
    every=900.0,
    source_class="lan",
    anew=True,
    local=True,
)
READ = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".eml", ".json", ".csv", ".log", ".text"})
NAMED = frozenset({".pdf", ".docx", ".doc", ".xlsx", ".xls", ".pptx", ".ppt", ".odt", ".ods", ".rtf", ".msg"})
MAX_SIZE = 8_000_000
TEXT_CHARS = 200_000


def first(source: Source, state: FetchState) -> Request:
    """The folder's names."""
    return Request(local_files.file_url(source), headers=local_files.unconditional(state.cursor))


def read(source: Source, response: Response) -> Page[Entry]:
    """Of the names: what is told by name, and the first file to read; of a file: its entry, and the next file."""
    about, rest = local_files.carried(response)
    if not about:
        return _listed(source, response)
    entries, problems = read_records([dict(about)], lambda row: _read(row, response.body), "files")
    named = tuple(each.replace("1 of 1 files", one_line(str(about.get("name")), 80)) for each in problems)
    return Page(entries, problems=named, next=local_files.queue(rest))


def _listed(source: Source, response: Response) -> Page[Entry]:
    names = rows_of(read_json(response), "the answer")
    endings = {f".{each.lower().lstrip('.')}" for each in texts(source.options.get("endings"))} or READ | NAMED
    rows = [row for row in local_files.listed(names) if _ending(row) in endings and row.get("folder") is not True]
    known = local_files.marks_in(response.cursor)
    fresh = [row for row in rows if local_files.mark_of(row) not in known]
    shut = [row for row in fresh if row.get("readable") is False or "\ufffd" in str(row.get("name"))]
    fresh = sorted((row for row in fresh if row not in shut), key=lambda row: -(number(row.get("mtime")) or 0))
    taken, left = fresh[: local_files.MAX_FILES], fresh[local_files.MAX_FILES :]
    whole = [row for row in taken if _ending(row) in READ and (number(row.get("size")) or 0) <= MAX_SIZE]
    by_name, problems = read_records([row for row in taken if row not in whole], _by_name, "files")
    waiting = {local_files.mark_of(row) for row in (*left, *shut)}
    marks = [each for each in map(local_files.mark_of, rows) if each not in waiting]
    base = local_files.file_url(source)
    return Page(
        by_name,
        problems=(*problems, *_told(response, shut, left)),
        next=local_files.queue([(local_files.below(base, str(row["name"])), row) for row in whole]),
        cursor=local_files.joined(marks, more=bool(left)),
    )


def _told(response: Response, shut: list[Mapping[str, Any]], left: list[Mapping[str, Any]]) -> list[str]:
    told = [f"{len(shut)} of the files may not be read: {one_line(str(shut[0].get('name')), 80)} …"] if shut else []
    told += [f"{len(left)} more files wait for the next poll"] if left else []
    return [*told, "the folder holds more files than are listed"] if "x-truncated" in response.headers else told


def _ending(row: Mapping[str, Any]) -> str:
    return PurePosixPath(str(row.get("name", ""))).suffix.lower()


def _by_name(row: Mapping[str, Any]) -> Entry:
    """A file told by its name; a changed one differs in its line."""
    name = str(row["name"])
    changed = instant(number(row.get("mtime")))
    day = f", changed {changed.date().isoformat()}" if changed else ""
    title = one_line(PurePosixPath(name).stem.replace("_", " "), 300)
    return Entry(
        id=f"folder:{name}",
        title=title,
        content=f"<p>{escape(one_line(name, 300))}: {local_files.size_in_words(row)}{day}</p>",
        published=changed,
        fields=fields(file=one_line(name, 300), size=number(row.get("size"))),
    )


def _read(row: Mapping[str, Any], body: bytes) -> Entry:
    from feeds.connectors.mail import mail_entry
    from feeds.parsing.encoding import decode

    named, ending = _by_name(row), _ending(row)
    if ending == ".eml":
        entry = mail_entry(body)
        return replace(entry, id=named.id, published=entry.published or named.published,
                       fields={**entry.fields, **named.fields})  # fmt: skip
    said = decode(body).text.lstrip("\ufeff")[:TEXT_CHARS]
    if not said.strip():
        raise UnreadableError("it is empty")
    if "\0" in said[:2_000]:
        raise UnreadableError("it is no text")
    title, content = _html(said) if ending in (".html", ".htm") else _plain(said, ending)
    return replace(named, title=title or named.title, content=content)


def _html(said: str) -> tuple[str, str]:
    return title_of(said), said


def _plain(said: str, ending: str) -> tuple[str, str]:
    """Title and text: of Markdown its first heading, of a text its first line if it is short; of data the file name."""
    if ending == ".json":
        return "", f"<pre>{escape(_indented(said))}</pre>"
    lines = said.splitlines()
    head = next((line.strip() for line in lines if line.strip()), "")
    title = "" if ending in (".csv", ".log") else head.lstrip("#").strip() if len(head) <= 150 else ""
    return one_line(title, 300), "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())


def _indented(said: str) -> str:
    try:
        return json.dumps(json.loads(said), ensure_ascii=False, indent=1)[:TEXT_CHARS]
    except (ValueError, RecursionError):
        return said
