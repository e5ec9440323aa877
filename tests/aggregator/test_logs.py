"""What stands in the log, and what must never."""

from __future__ import annotations

import json
import logging

import pytest

from aggregator.logs import JsonLines, redacted
from tests.command import Leadline
from tests.servers import Server, item, rss


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://x.example/a?api_key=SECRET1&q=1", "q=1"),
        ("Authorization: Bearer SECRET1 sent", "sent"),
        ('{"token": "SECRET1", "n": 1}', '"n": 1'),
        ("https://jo:SECRET1@x.example/", "@x.example/"),
        ("password=SECRET1; go on", "go on"),
    ],
)
def test_secrets_are_taken_out_and_the_rest_stays(told: str, kept: str) -> None:
    assert "SECRET1" not in redacted(told)
    assert kept in redacted(told)


def test_a_record_is_one_line_that_steers_no_terminal() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "a\n\x1b[2Jb %s", ("key=SECRET",), None)
    record.fields = {"source": "s\x9b1", "new": 3}
    line = JsonLines().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["new"], told["source"]) == ("warning", 3, "s1")
    assert "SECRET" not in line
    assert "\x1b" not in told["message"]


def test_a_poll_writes_a_line_a_source_and_files_are_set_aside(desk: Leadline, web: Server) -> None:
    good = web.serve("/f", rss(item("Acme opens a plant", guid="1")))
    desk.configure(good, web.base + "/none", more='[log]\nfile = "logs/leadline.log"\nmax_size = 300\nkeep = 2')
    desk("poll", code=3)
    lines = [json.loads(line) for file in (desk.folder / "logs").glob("*") for line in file.read_text().splitlines()]
    outcomes = {line["source"]: (line["outcome"], line["level"]) for line in lines if "source" in line}
    assert outcomes == {"s1": ("changed", "info"), "s2": ("failed", "warning")}
    for _ in range(4):
        desk("poll", "--force", code=None)
    assert len(list((desk.folder / "logs").glob("*"))) == 3


def test_a_log_that_cannot_be_written_is_told(desk: Leadline, web: Server) -> None:
    (desk.folder / "taken").write_text("a file")
    desk.configure(web.serve("/f", rss()), more='[log]\nfile = "taken/leadline.log"')
    desk("poll", code=1)
    assert "log cannot be written" in desk.errors


def test_without_a_log_file_nothing_is_told_twice(desk: Leadline, web: Server) -> None:
    desk.configure(web.base + "/none")
    desk("poll", "--quiet", code=1)
    assert desk.errors == ""
