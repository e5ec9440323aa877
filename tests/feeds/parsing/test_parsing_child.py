"""The child process: what it returns, and how it ends."""

from __future__ import annotations

import os
import threading
import time

import pytest

from feeds.parsing import child


def echo(text: str) -> list[str]:
    return [text, str(os.getpid())]


def hang(_text: str) -> None:
    while True:
        time.sleep(1)


def swallow(_text: str) -> int:
    return len([bytes(10_000_000) for _ in range(100)])


def crash(_text: str) -> None:
    os._exit(1)


def fail(_text: str) -> None:
    raise KeyError("media")


NAME = "tests.unimportable:x"


def test_the_answer_comes_from_another_process() -> None:
    text, pid = child.run(echo, NAME, "grüß \u2028")
    assert text == "grüß \u2028"
    assert pid != str(os.getpid())


@pytest.mark.parametrize(
    ("work", "said"),
    [(swallow, "memory|limits"), (crash, "limits"), (fail, r"breaks the parser \(KeyError\)")],
)
def test_what_goes_wrong_in_the_child_is_told(work: object, said: str) -> None:
    with pytest.raises(child.GaveUpError, match=said):
        child.run(work, NAME, "x")  # type: ignore[arg-type]


def test_a_hanging_child_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 0.2)
    forked: list[int] = []
    fork = os.fork

    def noted() -> int:
        forked.append(fork())
        return forked[-1]

    monkeypatch.setattr(os, "fork", noted)
    with pytest.raises(child.GaveUpError, match="longer than"):
        child.run(hang, NAME, "x")
    for pid in forked:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)  # nobody is left behind


def test_with_threads_a_fresh_process_reads_the_feed() -> None:
    from feeds.parsing.slow import work

    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    try:
        document = "<rss><channel><item><title>in a child</title></item></rss>"
        raw = child.run(work, "feeds.parsing.slow:work", document, "10")
    finally:
        release.set()
        thread.join()
    assert raw["entries"][0]["title"] == "in a child"


def test_a_fresh_process_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(child.GaveUpError):
        child.run(echo, NAME, "x")
