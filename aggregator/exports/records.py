"""Rows as JSON lines and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator.digest.to_json import encoded
from aggregator.digest.to_markdown import escape
from aggregator.exports.rows import Row
from aggregator.exports.tables import _ITEM
from feeds.text import one_line, printable


def jsonl(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a row, with the columns of the CSV and the reasons of the score."""
    for row in rows:
        values = {name: value(row) for name, value in _ITEM}
        values["reasons"] = [{"words": reason.words, "factor": reason.factor} for reason in row.score.reasons]
        yield encoded(values) + "\n"


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """A list, an entry a row, with why."""
    for row in rows:
        company = f"**{escape(row.company)}** · " if row.company else ""
        title = f"[{escape(row.item.title)}](<{row.link}>)" if row.link else escape(row.item.title)
        why = f"  \n  why: {escape(row.evidence)}" if row.evidence else ""
        about = f"{row.score.value:.0f} · {row.dated:%Y-%m-%d} · {escape(one_line(row.source))}"
        yield printable(f"- {company}{title} · {about}{why}") + "\n"
