"""Standard output as a target: for pipes, and for cron, which mails what a job prints."""

from __future__ import annotations

import sys

from aggregator.config_outbox import TargetTable
from aggregator.outbox import Message


def send(target: TargetTable, message: Message) -> None:  # noqa: ARG001 - the signature of all targets
    """Print the body; a reader that has left raises BrokenPipeError."""
    sys.stdout.write(message.body)
    sys.stdout.flush()
