"""A file as a target: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from aggregator.config_outbox import TargetTable
from aggregator.outbox import Message
from aggregator.whole_file import writing


def send(target: TargetTable, message: Message) -> None:
    """Put the message in the file's place. Raises LeadlineError where it cannot be written."""
    written = target.path.replace("{date}", f"{message.at.astimezone():%Y-%m-%d}")
    path = message.folder / Path(written).expanduser()
    with writing(path, private=True) as file:
        file.write(message.body)
