"""Every way to a target against a real receiver on loopback: a file, a signed webhook, mail."""

from __future__ import annotations

import builtins
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from aggregator.config_outbox import TargetTable
from aggregator.errors import LeadlineError
from aggregator.outbox import Message, send, to_webhook
from tests.receivers import Receiver, hook, mailbox

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODY = "Tage wie dieser: „Öl & <b>Gas</b>“\n"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("HOOK_SECRET", "s3cret-of-the-hook")
    with hook() as made:
        monkeypatch.setenv("HOOK_URL", made.url + "?token=hidden")
        yield made


def a_message(form: str = "text", **other: Any) -> Message:
    return Message(**{"id": "id-1", "what": "digest", "subject": "leadline: 2 new", "body": BODY, "format": form,
                      "at": NOW, **other})  # fmt: skip


def a_hook(**other: Any) -> TargetTable:
    values = {"id": "hook", "kind": "webhook", "url": "env:HOOK_URL", "secret": "env:HOOK_SECRET",
              "allow_private": ["127.0.0.1"]}  # fmt: skip
    return TargetTable(**{**values, **other})


def test_a_file_is_written_whole_under_its_day(tmp_path: Path) -> None:
    target = TargetTable(id="page", kind="file", path="digest-{date}.txt")
    send(target, a_message(folder=tmp_path))
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [("digest-2026-03-02.txt", BODY)]
    with pytest.raises(LeadlineError, match="cannot be written"):
        send(TargetTable(id="page", kind="file", path="no/such/folder.txt"), a_message(folder=tmp_path))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_receiver_can_verify_what_was_posted(receiver: Receiver) -> None:
    send(a_hook(), a_message("json"))

    [posted] = receiver.posted
    time = posted.headers["x-leadline-timestamp"]
    signed = hmac.new(b"s3cret-of-the-hook", time.encode() + b"." + posted.body, sha256).hexdigest()
    assert posted.headers["x-leadline-signature"] == f"v1={signed}"
    assert abs(int(time) - datetime.now(UTC).timestamp()) < 60
    assert (posted.headers["idempotency-key"], posted.headers["x-leadline-event"]) == ("id-1", "digest")
    assert (posted.headers["content-type"], posted.body.decode()) == ("application/json", BODY)


def test_it_is_tried_again_with_the_same_key_and_longer_pauses(receiver: Receiver) -> None:
    receiver.answers = [(503, {}), (429, {"Retry-After": "7"}), (204, {})]
    pauses: list[float] = []

    to_webhook.send(a_hook(), a_message(), pause=pauses.append)

    assert pauses == [1.0, 7.0]
    assert [each.headers["idempotency-key"] for each in receiver.posted] == ["id-1"] * 3


@pytest.mark.parametrize(("status", "tries"), [(500, 4), (400, 1), (401, 1), (302, 1)])
def test_what_is_not_taken_is_an_error_without_the_secret_address(receiver: Receiver, status: int, tries: int) -> None:
    receiver.answers = [(status, {"Location": "/elsewhere"} if status == 302 else {})]

    with pytest.raises(LeadlineError) as failed:
        to_webhook.send(a_hook(), a_message(), pause=lambda _seconds: None)

    assert len(receiver.posted) == tries
    assert "hidden" not in str(failed.value)
    assert "127.0.0.1" in str(failed.value)


def test_the_guard_holds_for_webhooks_too(receiver: Receiver) -> None:
    with pytest.raises(LeadlineError):
        to_webhook.send(a_hook(allow_private=[]), a_message(), pause=lambda _seconds: None)
    assert receiver.posted == []


def test_a_long_pause_is_left_to_the_next_run(receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "3600"})]
    with pytest.raises(LeadlineError, match="429"):
        to_webhook.send(a_hook(), a_message(), pause=lambda _seconds: pytest.fail("it waited"))


def test_mail_arrives_at_a_real_server(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("apprise")
    with mailbox() as (port, mail):
        monkeypatch.setenv("MAIL", f"mailto://127.0.0.1:{port}?from=desk@leads.example&to=ann@leads.example")
        target = TargetTable(id="ann", kind="apprise", url="env:MAIL", format="html")
        send(target, a_message("html"))

    [got] = mail
    assert "leadline: 2 new" in str(got["subject"])
    parts = [part.get_payload(decode=True).decode("utf-8") for part in got.walk() if not part.is_multipart()]  # type: ignore[union-attr]
    assert any("„Öl & <b>Gas</b>“" in part for part in parts)


def test_mail_that_is_refused_is_an_error_without_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("apprise")
    with mailbox() as (port, _mail):
        pass
    monkeypatch.setenv("MAIL", f"mailto://jo:pass-word@127.0.0.1:{port}?from=a@b.example&to=c@d.example")
    with pytest.raises(LeadlineError) as failed:
        send(TargetTable(id="ann", kind="apprise", url="env:MAIL"), a_message())
    assert "pass-word" not in str(failed.value) + failed.value.hint
    assert "did not take" in str(failed.value)


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    true_import = builtins.__import__

    def without(name: str, *more: Any, **other: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return true_import(name, *more, **other)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(LeadlineError, match="not installed") as failed:
        send(TargetTable(id="ann", kind="apprise", url="env:MAIL"), a_message())
    assert "leadline[notify]" in failed.value.hint


def test_json_bodies_stay_json(receiver: Receiver) -> None:
    send(a_hook(), a_message("json", body=json.dumps({"a": "ü"})))
    assert json.loads(receiver.posted[0].body) == {"a": "ü"}
