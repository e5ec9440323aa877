"""Files and folders of this machine: only for connectors that may, bounded, and read only."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feeds.errors import FetchError
from feeds.fetch import Bounds, Fetcher
from feeds.model import Request, Response, Terms
from tests.apis import Told, serving

LOCAL = Terms(local=True)


def send(url: str, **more: Any) -> Response:
    async def run() -> Response:
        async with Fetcher(Bounds(max_decoded=10_000), proxies={}) as fetcher:
            return await fetcher.send(Request(url, **{"terms": LOCAL, **more}))

    return asyncio.run(run())


def refused(url: str, **more: Any) -> str:
    with pytest.raises(FetchError) as caught:
        send(url, **more)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a b.txt").write_bytes(b"hello")
    (tmp_path / "in" / "deep").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "in"


def test_a_file_is_read_and_unchanged_is_told(folder: Path) -> None:
    url = (folder / "a b.txt").as_uri()
    response = send(url)
    assert (response.status, response.body, response.url) == (200, b"hello", url)
    again = send(url, headers=(("If-None-Match", response.headers["etag"]),))
    assert (again.status, again.body) == (304, b"")
    (folder / "a b.txt").write_bytes(b"hello, world")
    assert send(url, headers=(("If-None-Match", response.headers["etag"]),)).body == b"hello, world"
    assert send(url, headers=(("Range", "bytes=7-"),)).body == b"world"


def test_a_folder_is_a_list_of_names(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    listed = json.loads(send(folder.as_uri()).body)
    assert [(row["name"], row["folder"], row["size"]) for row in listed if not row["folder"]] == [("a b.txt", False, 5)]
    assert [row["name"] for row in listed] == ["a b.txt", "deep"]
    first = send(folder.as_uri())
    assert send(folder.as_uri(), headers=(("If-None-Match", first.headers["etag"]),)).status == 304


def test_only_local_connectors_read_files(folder: Path) -> None:
    url = (folder / "a b.txt").as_uri()
    assert "only http and https" in refused(url, terms=Terms())
    with serving(Told("", 302, {"Location": url})) as api:
        assert "only http and https" in refused(f"{api.base}/", terms=Terms(), allow_private=("127.0.0.1",))
    assert "only files of this machine" in refused("https://a.example/")
    assert "only files of this machine" in refused("file://server/share/x")


def test_nothing_outside_the_source_s_own_folder_is_read(folder: Path) -> None:
    (folder / "link").symlink_to(folder.parent / "secret.txt")
    within = Terms(local=True, within=folder.as_uri())
    assert send((folder / "a b.txt").as_uri(), terms=within).body == b"hello"
    for path in (f"{folder.as_uri()}/link", f"{folder.as_uri()}/../secret.txt", (folder.parent).as_uri()):
        assert "outside the source's own folder" in refused(path, terms=within)


def test_what_cannot_be_read_is_told_in_words(folder: Path) -> None:
    (folder / "big").write_bytes(b"x" * 20_000)
    os.mkfifo(folder / "pipe")
    assert "no such file" in refused((folder / "none").as_uri())
    assert "larger than" in refused((folder / "big").as_uri())
    assert "neither a file nor a folder" in refused((folder / "pipe").as_uri())
    assert "cannot be read" in refused("file:///a%00b")
    assert len(send((folder / "big").as_uri(), headers=(("Range", "bytes=15000-"),)).body) == 5_000


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "crm.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE deals (id INTEGER, name TEXT, value REAL, raw BLOB)")
        db.executemany("INSERT INTO deals VALUES (?, ?, ?, ?)", [(1, "Ä", 2.5, b"x"), (2, "B", 9e999, None)])
        db.commit()
    return path.as_uri()


def test_a_query_gives_rows(database: str) -> None:
    response = send(database, body=b"SELECT * FROM deals ORDER BY id")
    assert json.loads(response.body) == [
        {"id": 1, "name": "Ä", "value": 2.5, "raw": None},
        {"id": 2, "name": "B", "value": None, "raw": None},
    ]
    asked = json.dumps({"sql": "SELECT name FROM deals WHERE id > :since", "parameters": {"since": 1}}).encode()
    assert json.loads(send(database, body=asked).body) == [{"name": "B"}]
    same = send(database, body=asked, headers=(("If-None-Match", send(database, body=asked).headers["etag"]),))
    assert same.status == 304


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM deals", "INSERT INTO deals VALUES (3, 'x', 1, NULL)", "DROP TABLE deals",
        "PRAGMA user_version = 7",
        "ATTACH DATABASE '/etc/passwd' AS x", "CREATE TEMP TABLE x (y)", "VACUUM INTO 'copy.db'", "no sql", "",
        "SELECT 1; DELETE FROM deals", "SELECT load_extension('x')",
    ],
)  # fmt: skip
def test_a_query_can_only_read(database: str, sql: str) -> None:
    assert "did not answer" in refused(database, body=sql.encode() or b" x") or not sql
    assert len(json.loads(send(database, body=b"SELECT * FROM deals").body)) == 2


def test_a_query_is_bounded(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.fetch.local.QUERY_SECONDS", 0.05)
    endless = b"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    assert "took longer than" in refused(database, body=endless)
    monkeypatch.setattr("feeds.fetch.local.MAX_ROWS", 3)
    many = b"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 9) SELECT x FROM n"
    response = send(database, body=many)
    assert (len(json.loads(response.body)), response.headers["x-truncated"]) == (3, "1")
