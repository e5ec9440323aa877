"""``leadline match``: JSONL in, JSONL out; which prospects each text is about, and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click


@click.command(
    short_help="Match texts to prospects, with reasons.",
    epilog="""\b
FILE lists prospects: TOML with [[prospects]] (a config will do), CSV with a name
column, JSON lines, or plain text with a name on each line.
Each line of input is {"id": …, "title": …, "summary": …, "fields": {…}}; each
answer is {"id": …, "prospects": [{"prospect", "name", "why", "evidence", "span",
"confidence", "about"}]}, the surest first.
\b
Example:
  leadline match --prospects names.txt < items.jsonl
""",
)
@click.option("--prospects", "names", required=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@click.argument("file", type=click.File("rb"), default="-")
def match(names: str, file: BinaryIO) -> None:
    """Match texts to prospects, each match with its reason. Needs no database."""
    from aggregator.cli.lines import answer_lines
    from aggregator.cli.shapes import match_dict
    from aggregator.pipeline.prospects import ProspectMatcher
    from aggregator.prospect_files import read_prospects

    prospects = read_prospects(Path(names))
    matcher = ProspectMatcher(prospects)
    called = {prospect.id: prospect.name for prospect in prospects}

    def answer(title: str, text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        matches = matcher.match(title, text, fields=fields)
        return {"prospects": [match_dict(each) | {"name": called[each.prospect]} for each in matches]}

    answer_lines(file, answer)
