"""The machine's own network: none at all, IPv6 alone; and one address that several sources share."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.command import RUN, Leadline
from tests.servers import Server, item, rss

UNSHARE = ["unshare", "--map-root-user", "--net"]


def can_leave_the_network() -> bool:
    """Whether a process without any network can be started here."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


def can_use_ipv6() -> bool:
    """Whether there is an IPv6 loopback."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not can_leave_the_network(), reason="no process without a network can be started here")
def test_without_a_network_nothing_is_held_against_the_sources(desk: Leadline) -> None:
    """A message and an exit code of its own; the sources stay due, and nothing counts as failed."""
    desk.configure("http://feeds.example.org/a", "http://news.example.com/b", "http://198.41.0.4/c")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [*UNSHARE, *RUN, "poll"],
        cwd=desk.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 69, done.stderr
    assert "no network" in done.stderr
    assert {source["status"] for source in desk.json("sources")} == {"new"}


@pytest.mark.skipif(not can_use_ipv6(), reason="no IPv6 here")
def test_ipv6_alone_is_enough(desk: Leadline) -> None:
    """A server that no IPv4 address leads to."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = rss(item("over six", guid="1")).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Quiet."""

    class Six(ThreadingHTTPServer):
        address_family = socket.AF_INET6

    http = Six(("::1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        desk.config.write_text(
            f'database = "leadline.db"\n[[sources]]\nid = "s"\nurl = "http://[::1]:{http.server_address[1]}/"\n'
            'allow_private = ["::1"]\n',
            encoding="utf-8",
        )
        desk("poll")
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
    assert desk.titles() == ["over six"]


def test_sources_of_one_address_are_one_request(web: Server, desk: Leadline) -> None:
    """Each round asks it once, and each source reads the answer for itself."""
    url = web.serve("/feed", rss(item("A", guid="1"), item("B", guid="2")))
    alone = web.serve("/other", rss(item("C", guid="1")))
    desk.configure(url, url, url, alone)
    first = desk.json("poll")
    second = desk.json("poll", "--force")

    assert [each.status for each in web.asked("/feed")] == [200, 304]
    assert len(web.asked("/other")) == 2
    assert (first["new"], second["new"]) == (7, 0)
    assert {each["outcome"] for each in second["sources"]} == {"unchanged"}
    assert sorted(desk.titles()) == ["A", "A", "A", "B", "B", "B", "C"]


def test_a_source_that_joins_an_address_later_gets_everything(web: Server, desk: Leadline) -> None:
    """The others' 304 is no answer for it; from then on one request serves all again."""
    url = web.serve("/feed", rss(item("A", guid="1")))
    desk.configure(url)
    desk("poll")
    desk.configure(url, url)
    desk("poll", "--force")
    assert desk.titles() == ["A", "A"]
    assert len(web.asked("/feed")) <= 3
    before = len(web.asked("/feed"))
    desk("poll", "--force")
    assert [each.status for each in web.asked("/feed")[before:]] == [304]


def test_whoever_is_due_brings_those_along_who_ask_the_same(web: Server, desk: Leadline) -> None:
    """However their own times differ, an address is one request; a round over one source alone asks for it alone."""
    url = web.serve("/feed", rss(item("A", guid="1")), rss(item("A", guid="1"), item("B", guid="2")))
    sources = [f'[[sources]]\nid = "{n}"\nurl = "{url}"\nallow_private = ["127.0.0.1"]\n' for n in ("a", "b", "c")]
    sources[1] += 'every = "5d"\n'
    desk.config.write_text('database = "leadline.db"\n' + "".join(sources), encoding="utf-8")
    desk("poll")
    with closing(sqlite3.connect(desk.database)) as db:
        db.execute("UPDATE sources SET next_at = 0 WHERE id = 'a'")
        db.commit()
    assert {each["id"]: each["new"] for each in desk.json("poll")["sources"]} == {"a": 1, "b": 1, "c": 1}
    assert len(web.asked("/feed")) == 2
    assert [each["id"] for each in desk.json("poll", "--source", "a", "--force")["sources"]] == ["a"]
    assert [each.status for each in web.asked("/feed")] == [200, 200, 304]
