"""``leadline tag``: JSONL in, JSONL out; which content types each text has, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import click
import msgspec

from aggregator.cli.output import as_jsonl
from aggregator.errors import LeadlineError


class TagInput(msgspec.Struct, kw_only=True):
    """One line of input."""

    id: str | int | None = None
    title: str | None = ""
    summary: str | None = ""
    fields: dict[str, Any] | None = None
    """Structured fields of a record (form type, notice type, …); they decide before any words."""


@click.command(
    epilog="""\b
Each line is {"id": …, "title": …, "summary": …, "fields": {…}}; each answer is
{"id": …, "types": […], "tags": [{"type", "signal", "where", "evidence", "span", …}]}.
\b
Example:
  echo '{"id": 1, "title": "Acme appoints Jo Bell as CFO"}' | leadline tag
"""
)
@click.argument("file", type=click.File("rb"), default="-")
def tag(file: BinaryIO) -> None:
    """Tag texts by content type, each tag with the words or the field that earned it. Needs no database."""
    from aggregator.catalog import core_tagger
    from aggregator.cli.shapes import tag_dict
    from feeds.text import html_to_text, title_text

    tagger = core_tagger()

    def answers() -> Iterator[dict[str, Any]]:
        for line in read_lines(file):
            title, text = title_text(line.title or ""), html_to_text(line.summary or "")
            tags = tagger.tag(title, text, fields=line.fields or {})
            yield {
                "id": line.id,
                "types": list(dict.fromkeys(each.type for each in tags)),
                "tags": [tag_dict(t) for t in tags],
            }

    as_jsonl(answers())


def read_lines(lines: Iterable[bytes]) -> Iterator[TagInput]:
    """The lines of JSONL input. Raises LeadlineError that names the first line which is none."""
    decoder = msgspec.json.Decoder(TagInput)
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise LeadlineError(
                    f"line {number} of the input: {error}", hint='each line is {"id", "title", "summary"}'
                ) from None
