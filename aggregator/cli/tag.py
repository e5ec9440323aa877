"""``leadline tag``: JSONL in, JSONL out; which content types each text has, and why."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import click
import msgspec

from aggregator.cli.output import as_jsonl, say
from aggregator.digest.words import counted
from aggregator.errors import LeadlineError


class TagInput(msgspec.Struct, kw_only=True):
    """One line of input."""

    id: str | int | None = None
    title: str | None = ""
    summary: str | None = ""
    fields: dict[str, Any] | None = None
    """Structured fields of a record (form type, notice type, …); they decide before any words."""


@click.command(
    short_help="Tag texts by content type, with reasons.",
    epilog="""\b
Each line is {"id": …, "title": …, "summary": …, "fields": {…}}; each answer is
{"id": …, "types": […], "tags": [{"type", "signal", "where", "evidence", …}]}.
A line that cannot be read is named on stderr and passed over; the exit code is
then 1.
\b
Examples:
  leadline tag < items.jsonl > tags.jsonl
  echo '{"id": 1, "title": "Acme appoints Jo Bell as CFO"}' | leadline tag
""",
)
@click.argument("file", type=click.File("rb"), default="-")
def tag(file: BinaryIO) -> None:
    """Tag texts by content type, each tag with the words or the field that earned it. Needs no database."""
    from aggregator.catalog import core_tagger
    from aggregator.cli.shapes import tag_dict
    from feeds.text import html_to_text, title_text

    tagger = core_tagger()
    faulty = 0

    def answers() -> Iterator[dict[str, Any]]:
        nonlocal faulty
        for line in _read(file):
            if isinstance(line, str):
                say(f"leadline: {line}", level=-1)
                faulty += 1
                continue
            title, text = title_text(line.title or ""), html_to_text(line.summary or "")
            tags = tagger.tag(title, text, fields=line.fields or {})
            types = list(dict.fromkeys(each.type for each in tags))
            yield {"id": line.id, "types": types, "tags": [tag_dict(each) for each in tags]}

    as_jsonl(answers())
    if faulty:
        raise LeadlineError(
            f"{counted(faulty, 'line')} could not be read and went unanswered",
            hint='each line is {"id", "title", "summary"}',
        )


def _read(lines: Iterable[bytes]) -> Iterator[TagInput | str]:
    """Each line of the input, or in words why it cannot be read."""
    decoder = msgspec.json.Decoder(TagInput)
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield decoder.decode(line.removeprefix(codecs.BOM_UTF8))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield f"line {number} of the input: {error}"
