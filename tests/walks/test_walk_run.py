"""The daemon: one a database, the config read anew, a heartbeat, and nothing that ends it but a signal."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.command import Leadline
from tests.servers import Reply, Server, item, rss


@contextmanager
def running(desk: Leadline) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], None]]]:
    """A daemon while this lasts, and a way to wait for what it says on stderr."""
    process = desk.start("run", stdin=subprocess.DEVNULL)
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")

    def says(words: str) -> None:
        heard = []
        for line in lines:
            heard.append(line)
            if words in line:
                return
        raise AssertionError(f"it never said {words!r}:\n{''.join(heard)}")

    try:
        yield process, says
    finally:
        process.kill()
        process.communicate()


def finding(desk: Leadline, what: str) -> dict[str, str] | None:
    """What the doctor says of one thing."""
    return next((each for each in desk.json("doctor", code=None) if each["what"] == what), None)


def test_a_second_daemon_leaves_and_says_who_is_there(web: Server, desk: Leadline) -> None:
    desk.configure(web.serve("/feed", rss(item("News", guid="1"))))
    with running(desk) as (process, says):
        says("polled 1 sources")
        desk("run", code=75)
        assert f"process {process.pid}" in desk.errors
        found = finding(desk, "run")
        assert found is not None
        assert found["state"] == "ok"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    assert finding(desk, "run") is None


def test_a_killed_daemon_gives_its_place_free(web: Server, desk: Leadline) -> None:
    desk.configure(web.serve("/feed", rss(item("News", guid="1"))))
    with running(desk) as (process, says):
        says("polled 1 sources")
        process.kill()
        process.wait()
        found = finding(desk, "run")
        assert found is not None
        assert found["state"] == "note"
    with running(desk) as (_, says):
        says("running: 1 sources")


def test_a_stop_amid_a_poll_gives_the_claims_back(web: Server, desk: Leadline) -> None:
    """Within the moment that it leaves to what is in flight, not when the server has answered."""
    desk.configure(web.serve("/slow", Reply(rss(item("Late", guid="1")).encode(), delay=60)))
    with running(desk) as (process, _):
        while not web.asked("/slow"):
            time.sleep(0.05)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    web.serve("/slow", rss(item("Late", guid="1")))
    desk("poll")
    assert desk.titles() == ["Late"]


def test_the_config_is_read_anew(web: Server, desk: Leadline) -> None:
    first, second = (web.serve(path, rss(item(path, guid="1"))) for path in ("/a", "/b"))
    quick = "[schedule]\ntick = 1\n"
    desk.configure(first, prospects="", more=quick)
    with running(desk) as (process, says):
        says("polled 1 sources")
        desk.config.write_text("sources = 7", encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        says("sources")
        desk.configure(first, second, prospects="", more=quick)
        process.send_signal(signal.SIGHUP)
        says("config read anew: 2 sources")
        says("polled 1 sources")
    assert set(desk.titles()) == {"/a", "/b"}
