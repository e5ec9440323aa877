"""``[[targets]]`` and ``[[alerts]]``: what is allowed, and every fault with what to do about it."""

from __future__ import annotations

import pytest

from aggregator import config
from aggregator.errors import ConfigError

GOOD = """
[[targets]]
id = "team"
kind = "apprise"
url = "env:TEAM"
format = "html"
[[targets]]
id = "hook"
kind = "webhook"
url = "https://hooks.example/x"
secret = "env:HOOK"
internal = true
[[targets]]
id = "page"
kind = "file"
path = "digest-{date}.html"
[[alerts]]
id = "deals"
query = "type:strategy.ma"
target = "hook"
at_most = "5 / 30m"
"""


def test_targets_and_alerts_are_read() -> None:
    read = config.parse(GOOD)
    assert [(target.id, target.kind, target.internal) for target in read.targets] == [
        ("team", "apprise", False), ("hook", "webhook", True), ("page", "file", False)]  # fmt: skip
    assert read.alerts[0].rate == (5, 1800.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[targets]]\nid = "a"\nkind = "apprise"\nurl = "mailto://jo:pw@x.example"', "holds a secret in the open"),
        ('[[targets]]\nid = "a"\nkind = "apprise"\nurl = "env:A"\nformat = "ics"', "no message has the format ics"),
        ('[[targets]]\nid = "a"\nkind = "webhook"\nurl = "https://a.example/"', "what a webhook sends is signed"),
        ('[[targets]]\nid = "a"\nkind = "webhook"\nurl = "https://a.example/"\nsecret = "x"', "secret in the open"),
        ('[[targets]]\nid = "a"\nkind = "webhook"\nurl = "ftp://a/"\nsecret = "env:A"', "not a web address"),
        ('[[targets]]\nid = "a"\nkind = "file"', "is missing"),
        ('[[targets]]\nid = "a"\nkind = "stdout"\nallow_private = ["x"]', "not a network"),
        ('[[targets]]\nid = "a"\nkind = "stdout"\n[[targets]]\nid = "a"\nkind = "stdout"', "a second one"),
        ('[[targets]]\nid = "A b"\nkind = "stdout"', "targets[0].id"),
        ('[[alerts]]\nid = "a"\nquery = "x"\ntarget = "none"', "no target has the id"),
        (GOOD.replace("5 / 30m", "often"), "alerts[0].at_most"),
        (GOOD.replace("5 / 30m", "0/1h"), "lets nothing through"),
        ('[schedule]\ndigest_to = ["nobody"]', "no target has the id"),
    ],
)
def test_a_fault_is_named(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as failed:
        config.parse(text)
    assert words in str(failed.value)
