"""``leadline tag``: JSONL in, JSONL out; which content types each text has, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import click


@click.command(
    short_help="Tag texts by content type, with reasons.",
    epilog="""\b
Each line is {"id": …, "title": …, "summary": …, "fields": {…}}; each answer is
{"id": …, "types": […], "tags": [{"type", "signal", "where", "evidence", …}],
"facts": [{"kind", "value", "text", "span", …}]}.
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
    from aggregator.cli.lines import answer_lines
    from aggregator.cli.shapes import fact_dict, tag_dict
    from aggregator.tagging.facts import find_facts

    tagger = core_tagger()

    def answer(title: str, text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        tags = tagger.tag(title, text, fields=fields)
        return {
            "types": list(dict.fromkeys(each.type for each in tags)),
            "tags": [tag_dict(each) for each in tags],
            "facts": [fact_dict(each) for each in find_facts(title, text, fields=fields)],
        }

    answer_lines(file, answer)
