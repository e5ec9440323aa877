"""A report as one HTML file with charts drawn in it; each chart's figures stand beside it as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aggregator.dossier.to_html import STYLE
from aggregator.html_page import document, text
from aggregator.report.build import Report, Row, ratio, span, summary

_WIDTH, _HEIGHT, _FOOT = 640, 120, 18


def render(report: Report) -> str:
    """The report as a whole document: nothing fetched, nothing run."""
    title = f"Report by {report.facet}"
    lead = f"{report.since:%Y-%m-%d} to {report.made_at:%Y-%m-%d %H:%M} UTC. {summary(report)}."
    charts = _chart("Items a week", report.items, report.mondays) + _chart("Kept a week", report.kept, report.mondays)
    rows = "".join(_row(row, report.mondays) for row in report.rows)
    heads = "".join(
        f'<th scope="col"{klass}>{name}</th>'
        for name, klass in (
            (text(report.facet), ""), ("n", ' class="figure"'), ("kept", ' class="figure"'),
            ("corrections", ' class="figure"'), ("median to triage", ' class="figure"'), ("items a week", ""),
        )
    )  # fmt: skip
    table = f"<table>\n<caption>By {text(report.facet)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
    table += f"<tbody>\n{rows}</tbody>\n</table>\n"
    body = f"<header>\n<h1>{text(title)}</h1>\n<p>{text(lead)}</p>\n</header>\n<main>\n{charts}{table}</main>\n"
    return document(title, STYLE, body)


def _chart(title: str, counts: Sequence[int], mondays: Sequence[date]) -> str:
    """A bar a week, with its figures in a table that can be opened."""
    wide, top = _WIDTH / len(counts), max([*counts, 1])
    bar, place = min(max(wide - 2, 1), 40), f'y="{_HEIGHT + _FOOT - 4}" font-size="12" fill="currentColor"'
    bars = "".join(
        f'<rect x="{number * wide:.1f}" y="{_HEIGHT - count / top * _HEIGHT:.1f}" width="{bar:.1f}" '
        f'height="{count / top * _HEIGHT:.1f}"><title>{monday:%Y-%m-%d}: {count}</title></rect>'
        for number, (count, monday) in enumerate(zip(counts, mondays, strict=True))
    )
    ends = (
        f'<text x="0" {place}>{mondays[0]:%Y-%m-%d}</text>'
        f'<text x="{_WIDTH}" {place} text-anchor="end">{mondays[-1]:%Y-%m-%d}</text>'
    )
    label = f"{title}: {sum(counts)} in {len(counts)} weeks, at most {max(counts)}"
    cells = "".join(
        f'<tr><th scope="row">{monday:%Y-%m-%d}</th><td class="figure">{count}</td></tr>\n'
        for monday, count in zip(mondays, counts, strict=True)
    )
    return (
        f"<figure>\n<figcaption>{text(label)}</figcaption>\n"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + _FOOT}" role="img" aria-label="{text(label)}" fill="#3b6ea5">'
        f"{bars}{ends}</svg>\n"
        f"<details><summary>Figures</summary><table><caption>{text(title)}</caption>\n"
        f'<thead><tr><th scope="col">week of</th><th scope="col" class="figure">n</th></tr></thead>\n'
        f"<tbody>{cells}</tbody></table></details>\n</figure>\n"
    )


def _row(row: Row, mondays: Sequence[date]) -> str:
    tally = row.tally
    figures = (f"{tally.n:,}", ratio(tally), f"{tally.corrections}", span(tally.median_seconds))
    cells = "".join(f'<td class="figure">{text(each)}</td>' for each in figures)
    return f'<tr><th scope="row">{text(row.name) or "(none)"}</th>{cells}<td>{_small(row, mondays)}</td></tr>\n'


def _small(row: Row, mondays: Sequence[date]) -> str:
    """A row's trend as a line of bars."""
    top, wide = max([*row.weeks, 1]), 120 / len(row.weeks)
    bars = "".join(
        f'<rect x="{number * wide:.1f}" y="{20 - count / top * 20:.1f}" width="{max(wide - 1, 0.5):.1f}" '
        f'height="{count / top * 20:.1f}"/>'
        for number, count in enumerate(row.weeks)
    )
    label = f"{len(mondays)} weeks, at most {max(row.weeks)} a week"
    size = 'width="120" height="20" viewBox="0 0 120 20"'
    return f'<svg {size} role="img" aria-label="{text(label)}" fill="#3b6ea5">{bars}</svg>'
