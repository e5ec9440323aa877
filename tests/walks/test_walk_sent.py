"""Digests and alerts on their way out, with real processes: killed, twice at once, and to the end."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.command import Leadline
from tests.receivers import Receiver, hook
from tests.servers import Server, item, rss

HOOK = """
[[targets]]
id = "ops"
kind = "webhook"
url = "{url}"
secret = "env:HOOK_SECRET"
format = "json"
allow_private = ["127.0.0.1"]
"""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("HOOK_SECRET", "s3cret")
    with hook() as made:
        yield made


def an_entry(title: str, number: int) -> str:
    return item(title, guid=str(number), link=f"https://acme.example/{number}", date=format_datetime(datetime.now(UTC)))


def configured(desk: Leadline, web: Server, receiver: Receiver, *titles: str, more: str = "") -> None:
    entries = [an_entry(title, number) for number, title in enumerate(titles)]
    desk.configure(web.serve("/feed", rss(*entries)))
    with desk.config.open("a", encoding="utf-8") as file:
        file.write(HOOK.format(url=receiver.url) + more)
    desk("poll", "--quiet")


def titles(receiver: Receiver) -> list[list[str]]:
    """Of each digest that came, the stories."""
    return [
        [story["title"] for section in json.loads(each.body)["prospects"] for story in section["stories"]]
        for each in receiver.posted
    ]


def test_killed_between_sending_and_marking(web: Server, desk: Leadline, receiver: Receiver) -> None:
    """Nothing is lost; only the one in flight comes again, and both runs and receivers are told."""
    configured(desk, web, receiver, "Acme acquires Beta for cash")
    started: list[subprocess.Popen[str]] = []
    there = threading.Event()

    def kill() -> None:
        there.wait(10)
        started[0].send_signal(signal.SIGKILL)
        started[0].wait()

    receiver.before = kill
    started.append(desk.start("digest", "--send", "ops"))
    there.set()
    started[0].communicate(timeout=60)
    receiver.before = lambda: None

    desk("digest", "--send", "ops")
    assert "may have been sent" in desk.errors
    assert titles(receiver) == [["Acme acquires Beta for cash"]] * 2
    assert "not confirmed" in json.loads(receiver.posted[1].body)["notices"][0]
    assert [each["state"] for each in desk.json("send")["deliveries"]] == ["sent", "unconfirmed"]

    desk("digest", "--send", "ops")
    assert "Nothing is new" in desk.errors
    assert len(receiver.posted) == 2


def test_two_at_once_send_once(web: Server, desk: Leadline, receiver: Receiver) -> None:
    configured(desk, web, receiver, "Acme acquires Beta for cash")
    both = threading.Event()
    receiver.before = lambda: both.wait(20)

    first = desk.start("digest", "--send", "ops")
    while not receiver.posted:
        assert first.poll() is None
    desk("digest", "--send", "ops", code=75)
    assert "another run is sending" in desk.errors
    both.set()
    first.communicate(timeout=60)

    assert first.returncode == 0
    assert titles(receiver) == [["Acme acquires Beta for cash"]]


def test_what_did_not_arrive_comes_with_the_next(web: Server, desk: Leadline, receiver: Receiver) -> None:
    configured(desk, web, receiver, "Acme acquires Beta for cash")
    receiver.answers = [(400, {}), (204, {})]

    desk("digest", "--send", "ops", code=1)
    assert "400" in desk.errors
    desk("digest", "--send", "ops")

    assert titles(receiver) == [["Acme acquires Beta for cash"]] * 2
    left = desk.json("audit")
    assert [(each["what"], each["target"], each["count"]) for each in left] == [("digest", "ops", 1)]


def test_each_reader_has_a_mark_of_his_own(web: Server, desk: Leadline, receiver: Receiver) -> None:
    configured(desk, web, receiver, "Acme acquires Beta for cash")
    desk("digest", "--send", "ops")
    assert "Acme acquires Beta" in desk("digest", "--since", "last")
    assert "Acme acquires Beta" not in desk("digest", "--since", "last")
    desk("digest", "--send", "ops", "--rep", "ann")
    assert [bool(each) for each in titles(receiver)] == [True, True]
    assert [json.loads(each.body)["rep"] for each in receiver.posted] == ["me", "ann"]


def test_a_dry_run_sends_and_remembers_nothing(web: Server, desk: Leadline, receiver: Receiver) -> None:
    configured(desk, web, receiver, "Acme acquires Beta for cash")
    assert "Acme acquires Beta" in desk("digest", "--send", "ops", "--dry-run")
    assert receiver.posted == []
    assert desk.json("send")["deliveries"] == []
    assert desk.json("audit") == []


def test_a_poll_sends_alerts_and_a_story_once(web: Server, desk: Leadline, receiver: Receiver) -> None:
    alert = '[[alerts]]\nid = "deals"\nquery = "type:strategy.ma"\ntarget = "ops"\n'
    configured(desk, web, receiver, "Acme acquires Beta for cash", "Acme picnic", more=alert)

    [posted] = receiver.posted
    read = json.loads(posted.body)
    assert posted.headers["x-leadline-event"] == "alert"
    assert (read["version"], read["alert"], [each["title"] for each in read["items"]]) == (
        1, "deals", ["Acme acquires Beta for cash"])  # fmt: skip

    desk("poll", "--force", "--quiet")
    desk("alerts")
    assert len(receiver.posted) == 1
    assert [entry["decision"] for entry in desk.json("alerts", "--why")] == ["sent"]


def test_a_target_is_tested(web: Server, desk: Leadline, receiver: Receiver) -> None:
    configured(desk, web, receiver)
    desk("send", "--test", "ops")
    assert receiver.posted[0].headers["x-leadline-event"] == "test"
    assert json.loads(receiver.posted[0].body)["test"] is True
    receiver.answers = [(403, {})]
    desk("send", "--test", "ops", code=1)
    desk("send", "--test", "nobody", code=1)
    assert "no target has the id" in desk.errors
