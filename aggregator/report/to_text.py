"""A report for the terminal: one line a row, trends as bars of eight heights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from aggregator.report.build import Report, Row, ratio, span, summary
from feeds.text import one_line, printable

WIDTH = 80
TREND = 12
"""Weeks in a row's trend."""
_BARS = "▁▂▃▄▅▆▇█"
_NAME = 26


def render(report: Report) -> str:
    """The report as lines of at most 80 columns."""
    return "".join(f"{printable(line).rstrip()}\n" for line in _lines(report))


def spark(counts: Sequence[int]) -> str:
    """Counts as bars, the highest full; nought is a dot."""
    top = max(counts, default=0)
    return "".join(_BARS[round((count / top) * (len(_BARS) - 1))] if count else "·" for count in counts)


def _lines(report: Report) -> Iterator[str]:
    yield f"Report by {report.facet}, {report.since:%Y-%m-%d} to {report.made_at:%Y-%m-%d %H:%M} UTC"
    yield summary(report)
    yield ""
    yield from _trend("Items a week", report.items, report)
    yield from _trend("Kept a week", report.kept, report)
    yield ""
    yield f"{report.facet:<{_NAME}} {'n':>7} {'kept':>12} {'corr.':>5} {'to triage':>9}  last {TREND} weeks"
    for row in report.rows:
        yield _row(row)
    if not report.rows:
        yield "Nothing came in this time."


def _trend(title: str, counts: Sequence[int], report: Report) -> Iterator[str]:
    shown = counts[-(WIDTH - 30) :]
    first = report.mondays[-len(shown)]
    yield f"{title:<13} {spark(shown)}  max {max(shown):,}"
    yield f"{'':<13} from the week of {first:%d %b %Y}, n {sum(shown):,}"


def _row(row: Row) -> str:
    name, tally = one_line(row.name) or "(none)", row.tally
    if cell_len(name) > _NAME:
        name = set_cell_size(name, _NAME - 1).rstrip() + "…"
    return (
        f"{set_cell_size(name, _NAME)} {tally.n:>7,} {ratio(tally):>12} {tally.corrections:>5} "
        f"{span(tally.median_seconds):>9}  {spark(row.weeks[-TREND:])}"
    )
