"""Kind ``mailbox``: newsletters in an mbox file or a maildir folder, read as they arrive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from feeds.connectors import local_files
from feeds.connectors.base import About
from feeds.connectors.records import number, read_json, read_records, rows_of, texts
from feeds.errors import ReadError
from feeds.model import Entry, FetchState, Page, Request, Response, Source

ABOUT = About(
    title="Mailbox",
    brings="An item for each mail in an mbox file or a maildir folder, its HTML part as text, without the links that "
    "end a subscription. `senders` keeps those of some addresses or domains.",
    limits="None; nothing is changed in the mailbox. 3 MB of a mail are read.",
    example='[[sources]]\nid = "letters"\nkind = "mailbox"\nurl = "~/Mail/newsletters"\n',
    takes=("senders",),
    every=900.0,
    source_class="lan",
    anew=True,
    local=True,
)
MAX_BYTES = 3_000_000
"""Of one mail that are read."""
LAST = 20_000_000
"""Bytes of a mailbox that the first poll reads: its end."""
_FROM = re.compile(rb"(?:\A|\n)(?=From [^\n]{3,300}\n)")


def first(source: Source, state: FetchState) -> Request:
    """The mbox file from the last mail that is known; the names of a maildir folder."""
    start = state.cursor if state.cursor.isascii() and state.cursor.isdigit() and len(state.cursor) < 16 else "0"
    headers = (("Range", f"bytes={start}-"), *local_files.unconditional(state.cursor))
    return Request(local_files.file_url(source), headers=headers)


def read(source: Source, response: Response) -> Page[Entry]:
    """The mails of a part of the file, and the next part; or a mail of the folder, and the next one."""
    about, rest = local_files.carried(response)
    if about:
        return _with_rest(source, response, about, rest)
    if "x-size" not in response.headers:
        return _folder(source, response)
    return _part(source, response)


def _part(source: Source, response: Response) -> Page[Entry]:
    """Mails of one part of an mbox file. The cursor is where the last of them begins: it may still grow."""
    size, start = int(number(response.headers.get("x-size")) or 0), _start(response)
    if start and start >= size:
        return Page(problems=("the mailbox has become shorter: it is read anew",), next=_from(source, 0))
    if not response.cursor and start == 0 and size > 2 * LAST:
        return Page(next=_from(source, size - LAST))
    body = response.body
    begins = [found.end() for found in _FROM.finditer(body)]
    if start == 0 and body.strip() and not begins[:1] == [0]:
        raise ReadError("the file is no mailbox: it does not begin with a From line")
    whole = start + len(body) >= size
    ends = [*begins[1:], len(body)] if begins else []
    pairs = list(zip(begins, ends, strict=True))
    done = pairs if whole else pairs[:-1]
    entries, problems = _mails(source, (body[begin:end].partition(b"\n")[2] for begin, end in done))
    if whole or not begins:
        cursor = str(start + begins[-1]) if begins else ""
        return Page(entries, problems=problems, cursor=cursor)
    onward = start + (begins[-1] if done else len(body))
    return Page(entries, problems=problems, next=_from(source, onward), cursor=str(onward))


def _from(source: Source, start: int) -> Request:
    return Request(f"{local_files.file_url(source)}#{start}", headers=(("Range", f"bytes={start}-"),))


def _start(response: Response) -> int:
    headers = response.asked.headers if response.asked else ()
    told = next((value for name, value in headers if name == "Range"), "")
    found = re.fullmatch(r"bytes=([0-9]{1,15})-", told)
    return int(found[1]) if found else 0


def _folder(source: Source, response: Response) -> Page[Entry]:
    """Of a maildir: its two folders of mails, listed one after the other."""
    names = {str(row.get("name")) for row in local_files.listed(rows_of(read_json(response), "the answer"))}
    if not names & {"cur", "new"}:
        raise ReadError("the folder is no maildir: it has no folders cur and new")
    base = local_files.file_url(source)
    folders: list[tuple[str, Mapping[str, Any]]] = [
        (local_files.below(base, name), {"folder": name, "marks": []}) for name in ("new", "cur") if name in names
    ]
    return Page(next=local_files.queue(folders), cursor=response.cursor or "+")


def _with_rest(
    source: Source, response: Response, about: Mapping[str, Any], rest: list[tuple[str, Mapping[str, Any]]]
) -> Page[Entry]:
    """One of the two folders, or one mail."""
    if "folder" not in about:
        entries, problems = _mails(source, [response.body])
        return Page(entries, problems=problems, next=local_files.queue(rest))
    known = local_files.marks_in(response.cursor)
    rows = local_files.listed(rows_of(read_json(response), "the answer"))
    fresh = [
        row
        for row in rows
        if _mark(row) not in known and row.get("readable") is not False and "\ufffd" not in str(row.get("name"))
    ]
    fresh.sort(key=lambda row: -(number(row.get("mtime")) or 0))
    fresh = fresh[: local_files.MAX_FILES // 2]
    files = [(local_files.below(response.url, str(row["name"])), {"name": row["name"]}) for row in fresh]
    taken = {_mark(row) for row in fresh}
    marks = [*about.get("marks", []), *(mark for mark in map(_mark, rows) if mark in known or mark in taken)]
    folders = [(url, {**each, "marks": marks}) for url, each in rest if "folder" in each]
    mails = [(url, each) for url, each in rest if "folder" not in each]
    queue = local_files.queue([*folders, *mails, *files])
    return Page(next=queue, cursor=local_files.joined(marks, more=True))


def _mark(row: Mapping[str, Any]) -> str:
    """Stands for a mail wherever it is moved to and however it is flagged."""
    return local_files.mark(str(row.get("name", "")).partition(":")[0].partition(",")[0])


def _mails(source: Source, mails: Iterable[bytes]) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    senders = [each.lower() for each in texts(source.options.get("senders"))]
    found = [each[:MAX_BYTES] for each in mails]
    rows = [{"number": at, "bytes": len(each)} for at, each in enumerate(found)]
    return read_records(rows, lambda row: _mail(found[row["number"]], senders), "mails")


def _mail(data: bytes, senders: list[str]) -> Entry | None:
    from feeds.connectors.mail import mail_entry

    entry = mail_entry(data)
    domain = str(entry.fields.get("sender_domain", ""))
    kept = not senders or any(domain == each.rpartition("@")[2] or domain.endswith(f".{each}") for each in senders)
    return entry if kept else None
