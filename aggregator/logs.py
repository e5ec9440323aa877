"""The log file: one JSON object a line, rotated by size, without secrets."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator.errors import LeadlineError
from feeds.text import printable

if TYPE_CHECKING:
    from aggregator.config import LogSettings
    from aggregator.refresh import Result

_SECRET = re.compile(
    r"((?:api[_-]?key|access[_-]?token|token|secret|password|passwd|key|auth(?:orization)?)[\"']?\s*[=:]\s*[\"']?"
    r"(?:bearer\s+|basic\s+)?)[^\s&\"',;]+",
    re.IGNORECASE,
)
_IN_URL = re.compile(r"(?<=://)[^/@\s:]+:[^/@\s]+(?=@)")

polls = logging.getLogger("leadline.poll")
polls.addHandler(logging.NullHandler())  # without a file it is nobody's: Python would print warnings to the terminal
"""Where each polled source is told."""


class JsonLines(logging.Formatter):
    """A record as one JSON object: ``at`` (RFC 3339, UTC), ``level``, ``logger``, ``message``, and its own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, redacted; what could steer a terminal is taken out."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        told |= {name: redacted(v) if isinstance(v, str) else v for name, v in getattr(record, "fields", {}).items()}
        if record.exc_info:
            told["traceback"] = redacted("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(told, default=str)


def redacted(text: str) -> str:
    """Text without what looks like a key, a token or a password."""
    return printable(_IN_URL.sub("***", _SECRET.sub(r"\1***", text)))


def to_file(settings: LogSettings, beside: Path | None) -> None:
    """Write the log to the file that the config names, if it names one; once a process. Raises LeadlineError."""
    if not settings.file:
        return
    path = (beside.parent if beside else Path()) / Path(settings.file).expanduser()
    root = logging.getLogger()
    if any(getattr(handler, "baseFilename", "") == str(path.absolute()) for handler in root.handlers):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path, maxBytes=settings.max_size, backupCount=settings.keep, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise LeadlineError(f"{path}: the log cannot be written: {error.strerror}", hint="see [log] file") from None
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(settings.level.upper())
    for noisy in ("apscheduler", "asyncio", "aiohttp"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def poll_result(result: Result) -> None:
    """Log what polling one source came to."""
    fields = {
        "source": result.source.id, "outcome": result.outcome, "reason": result.reason, "new": result.new,
        "changed": result.changed, "seen": result.seen,
    }  # fmt: skip
    level = logging.WARNING if result.outcome in ("failed", "gone", "lost") else logging.INFO
    polls.log(level, "%s: %s", result.source.id, result.outcome, extra={"fields": fields})
