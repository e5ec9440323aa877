"""The tables ``[[targets]]`` and ``[[alerts]]``: to whom things are sent, and what is told at once."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from feeds.tables import Document, Seconds, did_you_mean

Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="lower-case letters, digits, . _ and -")]
FORMATS = ("text", "md", "html", "json", "atom", "ics")
BY_APPRISE = ("text", "md", "html")
"""Formats that a message of a service can have."""
_ID = r"^[a-z0-9][a-z0-9._-]{0,63}$"
_REFERENCE = re.compile(r"^(env|file|cmd|keyring):\S")
_RATE = r"^[0-9]{1,4}\s*/\s*[0-9]{1,6}\s*[smhdw]$"


class TargetTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where digests and alerts are sent."""

    id: Annotated[str, Meta(pattern=_ID, description="its name in commands: lower-case letters, digits, . _ and -")]
    kind: Annotated[
        Literal["apprise", "webhook", "file", "stdout"],
        Meta(description="how it is reached; apprise: mail, Slack, Teams and many more"),
    ]
    url: Annotated[
        str,
        Meta(max_length=4000, description="address; of apprise always, of a webhook best, a reference: env:NAME …"),
    ] = ""
    path: Annotated[str, Meta(max_length=4000, description="of a file; {date} is put in; relative to this file")] = ""
    secret: Annotated[
        str, Meta(max_length=4000, description="reference to the secret that a webhook is signed with")
    ] = ""
    format: Annotated[
        Literal["text", "md", "html", "json", "atom", "ics"], Meta(description="how a digest is written for it")
    ] = "text"
    internal: Annotated[bool, Meta(description="whether items of internal sources may go to it")] = False
    allow_private: Annotated[
        list[str], Meta(description="networks outside the public internet where a webhook may be")
    ] = []


class AlertTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is told as soon as a poll brings it."""

    id: Annotated[str, Meta(pattern=_ID, description="its name: lower-case letters, digits, . _ and -")]
    query: Annotated[str, Meta(min_length=1, max_length=2000, description="which items; @name is a saved view")]
    target: Annotated[str, Meta(description="id of the target")]
    at_most: Annotated[
        str, Meta(pattern=_RATE, description="messages in a span; what is beyond waits for one summary")
    ] = "3/1h"

    @property
    def rate(self) -> tuple[int, float]:
        """How many messages in how many seconds."""
        count, _, span = self.at_most.partition("/")
        return int(count), float(Seconds.read(span))


T = TypeVar("T", TargetTable, AlertTable)


def outbox_of(document: Document, targets: object, alerts: object) -> tuple[
    tuple[TargetTable, ...], tuple[AlertTable, ...]
]:  # fmt: skip
    """The decoded tables; every fault is entered in the document."""
    found = _unique(document, document.decode_list(TargetTable, targets, "targets"), "targets")
    for number, target in found:
        _check_target(document, target, f"targets[{number}]")
    ids = [target.id for _, target in found]
    told = _unique(document, document.decode_list(AlertTable, alerts, "alerts"), "alerts")
    for number, alert in told:
        if alert.target not in ids:
            hint = did_you_mean(alert.target, ids) if ids else "no [[targets]] are configured"
            document.fault(f"alerts[{number}].target", f"no target has the id {alert.target!r}", hint)
        if alert.rate[0] < 1 or alert.rate[1] < 1:
            document.fault(f"alerts[{number}].at_most", "lets nothing through", 'write it as "3/1h"')
    return tuple(each for _, each in found), tuple(each for _, each in told)


def _unique(document: Document, tables: Iterable[T | None], at: str) -> list[tuple[int, T]]:
    found: dict[str, tuple[int, T]] = {}
    for number, table in enumerate(tables):
        if table is None:
            continue
        if table.id in found:
            document.fault(f"{at}[{number}]", f"a second one with the id {table.id!r}", "give one another id")
        found[table.id] = (number, table)
    return list(found.values())


def _check_target(document: Document, target: TargetTable, at: str) -> None:
    if target.kind == "apprise":
        if not _REFERENCE.match(target.url):
            document.fault(f"{at}.url", "holds a secret in the open", 'write "env:NAME", "file:PATH" or "cmd:COMMAND"')
        if target.format not in BY_APPRISE:
            document.fault(f"{at}.format", f"no message has the format {target.format}", ", ".join(BY_APPRISE))
    if target.kind == "webhook":
        if not _REFERENCE.match(target.url) and not _is_web(target.url):
            document.fault(f"{at}.url", "not a web address", 'write https://…, or "env:NAME" that names one')
        if not target.secret:
            document.fault(f"{at}.secret", "is missing: what a webhook sends is signed", 'write "env:NAME"')
        elif not _REFERENCE.match(target.secret):
            document.fault(f"{at}.secret", "holds a secret in the open", 'write "env:NAME", "file:PATH" or "cmd:…"')
    if target.kind == "file" and not target.path.strip():
        document.fault(f"{at}.path", "is missing", 'path = "digest-{date}.html"')
    for network in target.allow_private:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            document.fault(f"{at}.allow_private", f"not a network: {network[:60]!r}", 'write it as "10.1.2.0/24"')


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        return False
