"""A manager's report in every format: n always beside a figure, weeks without a gap, charts with their figures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from aggregator.model import Tally
from aggregator.report import FORMATS, render
from aggregator.report.build import Report, build, ratio, span
from aggregator.report.to_text import spark
from tests import golden

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=40)
WEEKS = {date(2026, 2, 2): 3, date(2026, 2, 16): 8, date(2026, 3, 2): 1}
WHOLE = Tally("", 12, 2, 4, 3, 5400.0, WEEKS, {date(2026, 2, 16): 2})
ROWS = (
    Tally("strategy.ma", 9, 2, 1, 2, 3600.0, {date(2026, 2, 2): 3, date(2026, 2, 16): 6}, {}),
    Tally("requirements", 3, 0, 0, 0, None, {date(2026, 2, 16): 2, date(2026, 3, 2): 1}, {}),
)


def report(*rows: Tally, names: dict[str, str] | None = None) -> Report:
    return build(
        [WHOLE],
        rows or ROWS,
        facet="signal",
        names=names or {"strategy.ma": "Merger, acquisition, sale"},
        since=SINCE,
        now=NOW,
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_as_it_was_looked_at(form: str) -> None:
    golden.check(f"report.{ {'text': 'txt'}.get(form, form) }", render(report(), form))


def test_weeks_without_anything_stand_as_noughts() -> None:
    built = report()
    assert built.mondays == (
        date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23), date(2026, 3, 2)
    )  # fmt: skip
    assert built.items == (3, 0, 8, 0, 1)
    assert built.kept == (0, 0, 2, 0, 0)
    assert built.rows[1].weeks == (0, 0, 2, 0, 1)


def test_a_ratio_never_stands_without_its_n() -> None:
    assert ratio(ROWS[0]) == "67% of 3"
    assert ratio(ROWS[1]) == "-"
    assert "n = 12 items" in render(report(), "text")
    assert "33% of 6 verdicts" in render(report(), "html")


def test_spans() -> None:
    assert [span(each) for each in (None, 5, 90, 5400, 200_000)] == ["-", "5 s", "1.5 min", "1.5 h", "2.3 d"]


def test_bars() -> None:
    assert spark([0, 1, 8]) == "·▂█"
    assert spark([]) == ""
    assert spark([0, 0]) == "··"


def test_html_is_well_formed_and_each_chart_has_a_name_and_its_figures() -> None:
    root = ElementTree.fromstring(render(report(), "html"))
    figures = root.findall(".//figure")
    assert len(figures) == 2
    for figure in figures:
        svg = figure.find("svg")
        assert svg is not None
        assert svg.get("role") == "img"
        assert svg.get("aria-label")
        assert len(figure.findall(".//tbody/tr")) == 5
    assert not {element.tag for element in root.iter()} & {"script", "img", "link", "iframe"}


def test_nothing_at_all() -> None:
    for form in FORMATS:
        page = render(build([], [], facet="source", names={}, since=SINCE, now=NOW), form)
        assert "0" in page
    assert "no verdict yet" in render(build([], [], facet="source", names={}, since=SINCE, now=NOW), "text")


@given(st.text(max_size=60), st.integers(0, 10**7))
def test_hostile_names_stay_names(name: str, n: int) -> None:
    tally = Tally("k", n, 0, 0, 0, None, {date(2026, 2, 2): n})
    built = report(tally, names={"k": name})
    ElementTree.fromstring(render(built, "html"))
    assert json.loads(render(built, "json"))["rows"][0]["n"] == n
    assert all(cell_len(line) <= 80 for line in render(built, "text").splitlines())
