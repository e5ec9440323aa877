"""Reads files and folders of this machine for connectors that may: a small hand beside the network's."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import stat
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from feeds.errors import FetchError
from feeds.model import Request, Response

MAX_NAMES = 10_000
"""Names listed of one folder at most."""
MAX_ROWS = 5_000
"""Rows read of one query at most."""
QUERY_SECONDS = 5.0


def read_local(request: Request, limit: int) -> Response:
    """What stands at a ``file:`` address (this blocks): a file's bytes, a folder's names, or a query's rows.

    A folder is answered as a JSON list of ``{"name", "folder", "size", "mtime", "readable"}`` (seconds since 1970), by
    name. With a body the file is a SQLite database and the body the query, plain or as ``{"sql": …, "parameters":
    {…}}``; the answer is a JSON list of objects. Of a file above ``limit`` bytes a ``Range: bytes=FROM-`` header reads
    a part. ``ETag`` and ``If-None-Match`` work as on the web; ``X-Truncated`` tells of rows or names left off. Raises
    FetchError.
    """
    began = time.monotonic()
    try:
        path = _path(request)
        status, headers, body = _answer(request, path, limit)
    except FileNotFoundError:
        raise FetchError("local-file", "there is no such file or folder") from None
    except PermissionError:
        raise FetchError("local-file", "the file or folder may not be read") from None
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", "") or "its name is no name of a file"
        raise FetchError("local-file", f"the file or folder cannot be read: {told}") from None
    return Response(request.url, status, headers, body, datetime.now(UTC), time.monotonic() - began)


def path_of(url: str) -> Path:
    """The path that a ``file:`` address names; FetchError for one of another machine or kind."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise FetchError("guard", "only files of this machine are read")
    return Path(url2pathname(parts.path))


def _path(request: Request) -> Path:
    path = path_of(request.url).resolve(strict=True)
    root = path_of(request.terms.within or request.url).resolve(strict=True)
    if path != root and root not in path.parents:
        raise FetchError("guard", "a file outside the source's own folder is not read")
    return path


def _answer(request: Request, path: Path, limit: int) -> tuple[int, dict[str, str], bytes]:
    if path.is_dir():
        return _whole(request, *_listing(path), "application/json")
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise FetchError("local-file", "it is neither a file nor a folder")
    if request.body:
        return _rows(request, path, limit)
    headers = {name.lower(): value for name, value in request.headers}
    start = _start(headers)
    etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}-{start:x}"'
    told = {"etag": etag, "x-size": str(found.st_size)}
    if headers.get("if-none-match") == etag:
        return 304, told, b""
    if found.st_size - start > limit and "range" not in headers:
        raise FetchError("too-large", f"the file is larger than {limit / 1e6:g} MB")
    with path.open("rb") as file:
        file.seek(start)
        return 200, told, file.read(limit)


def _start(headers: Mapping[str, str]) -> int:
    first = headers.get("range", "").removeprefix("bytes=").partition("-")[0]
    return int(first) if first.isascii() and first.isdigit() and len(first) < 16 else 0


def _listing(path: Path) -> tuple[bytes, bool]:
    names: list[dict[str, Any]] = []
    truncated = False
    with os.scandir(path) as found:
        for each in found:
            if len(names) >= MAX_NAMES:
                truncated = True
                break
            try:
                about = each.stat()
            except OSError:
                continue
            folder = stat.S_ISDIR(about.st_mode)
            if folder or stat.S_ISREG(about.st_mode):
                name = os.fsencode(each.name).decode("utf-8", "replace")
                readable = os.access(each.path, os.R_OK) and not each.is_symlink()
                told = {"size": about.st_size, "mtime": about.st_mtime, "readable": readable}
                names.append({"name": name, "folder": folder, **told})
    names.sort(key=lambda row: str(row["name"]))
    return json.dumps(names).encode(), truncated


def _rows(request: Request, path: Path, limit: int) -> tuple[int, dict[str, str], bytes]:
    try:
        rows, truncated = query(path, *_statement(request.body))
    except sqlite3.Error as error:
        if "interrupted" in str(error):
            raise FetchError("local-file", f"the query took longer than {QUERY_SECONDS:g} s") from None
        told = str(error)[:200].replace("\n", " ")
        raise FetchError("local-file", f"the database did not answer the query: {told}") from None
    body = json.dumps(rows, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    if len(body) > limit:
        raise FetchError("too-large", f"the rows are larger than {limit / 1e6:g} MB")
    return _whole(request, body, truncated, "application/json")


def _statement(body: bytes) -> tuple[str, dict[str, Any]]:
    text = body.decode()
    if not text.lstrip().startswith("{"):
        return text, {}
    told = json.loads(text)
    return str(told["sql"]), dict(told.get("parameters") or {})


def query(path: Path, sql: str, parameters: Mapping[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """Rows of a query on a database opened for reading alone, bounded in time and number; raises sqlite3.Error.

    Whether rows were left off stands beside them. Values that JSON does not know (blobs, infinities) become None.
    """
    end = time.monotonic() + QUERY_SECONDS
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=QUERY_SECONDS)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        db.set_authorizer(_only_reading)
        db.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)
        cursor = db.execute(sql, dict(parameters))
        names = [each[0] for each in cursor.description or ()]
        rows = cursor.fetchmany(MAX_ROWS + 1)
    made = [dict(zip(names, map(_plain, row), strict=True)) for row in rows[:MAX_ROWS]]
    return made, len(rows) > MAX_ROWS


def _only_reading(action: int, *_arguments: object) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value if isinstance(value, (str, int)) else None


def _whole(request: Request, body: bytes, truncated: bool, kind: str) -> tuple[int, dict[str, str], bytes]:
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "content-type": kind}
    if truncated:
        headers["x-truncated"] = "1"
    asked = next((value for name, value in request.headers if name.lower() == "if-none-match"), "")
    return (304, headers, b"") if asked == etag else (200, headers, body)
