"""Texts as JSON lines: each answered by another line; what cannot be read is named and passed over."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from aggregator.cli.output import as_jsonl, say
from aggregator.digest.words import counted
from aggregator.errors import LeadlineError


class TextLine(msgspec.Struct, kw_only=True):
    """One line of input."""

    id: str | int | None = None
    title: str | None = ""
    summary: str | None = ""
    fields: dict[str, Any] | None = None
    """Structured fields of a record (form type, notice type, …); they decide before any words."""


Answer = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]
"""What is answered to a clean title, a clean text and fields."""


def answer_lines(lines: Iterable[bytes], answer: Answer) -> None:
    """Write ``{"id": …, **answer}`` for each line. Raises LeadlineError in the end if any could not be read."""
    from feeds.text import html_to_text, title_text

    faulty = 0

    def answers() -> Iterator[dict[str, Any]]:
        nonlocal faulty
        for line in _read(lines):
            if isinstance(line, str):
                say(f"leadline: {line}", level=-1)
                faulty += 1
            else:
                title, text = title_text(line.title or ""), html_to_text(line.summary or "")
                yield {"id": line.id} | answer(title, text, line.fields or {})

    as_jsonl(answers())
    if faulty:
        raise LeadlineError(
            f"{counted(faulty, 'line')} could not be read and went unanswered",
            hint='each line is {"id", "title", "summary"}',
        )


def _read(lines: Iterable[bytes]) -> Iterator[TextLine | str]:
    """Each line of the input, or in words why it cannot be read."""
    decoder = msgspec.json.Decoder(TextLine)
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield decoder.decode(line.removeprefix(codecs.BOM_UTF8))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield f"line {number} of the input: {error}"
