"""How messages leave: a message in, one way to send it a file, an error in words if it did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path

from aggregator.config_outbox import TargetTable

MEDIA_TYPES = {
    "text": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8",
    "json": "application/json", "atom": "application/atom+xml; charset=utf-8", "ics": "text/calendar; charset=utf-8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to send, written."""

    id: str
    """The same for every try to send it, so that a receiver knows a repetition."""
    what: str
    """``digest``, ``alert`` or ``test``."""
    subject: str
    body: str
    format: str
    """One of the keys of ``MEDIA_TYPES``."""
    at: datetime
    folder: Path = Path()
    """Where relative paths begin."""
    contact: str = ""
    """Whom a receiver may ask, sent in the User-Agent."""


Send = Callable[[TargetTable, Message], None]

KINDS = {"stdout": "to_stdout", "file": "to_file", "webhook": "to_webhook", "apprise": "to_apprise"}
"""Kind of target → the module beside this one whose ``send(target, message)`` reaches it or raises LeadlineError."""


def send(target: TargetTable, message: Message) -> None:
    """Send a message. Raises LeadlineError where it is not known to have arrived."""
    deliver: Send = import_module(f"aggregator.outbox.{KINDS[target.kind]}").send
    deliver(target, message)
