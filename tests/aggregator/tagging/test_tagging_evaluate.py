"""Figures of an evaluation, checked by hand."""

from __future__ import annotations

import pytest

from aggregator.tagging.content_types import CONTENT_TYPES
from aggregator.tagging.evaluate import Judged, Rate, evaluate, wilson
from aggregator.tagging.signals import SIGNALS


def row(gold: str, predicted: str, family: str = "news") -> Judged:
    return Judged(frozenset(gold.split()), frozenset(predicted.split()), family)


def test_figures() -> None:
    report = evaluate(
        [
            row("strategy", "strategy structure"),
            row("structure", "", "press"),
            row("", "strategy"),
            row("", ""),
        ]
    )

    assert (report.overall.precision.hits, report.overall.precision.n) == (1, 3)
    assert (report.overall.recall.hits, report.overall.recall.n) == (1, 2)
    assert report.overall.f1 == pytest.approx(0.4)
    assert (report.false_alarms.hits, report.false_alarms.n) == (1, 2)
    assert (report.exact.hits, report.exact.n) == (1, 4)
    assert [line.name for line in report.by_family] == ["news", "press"]
    assert {line.name: line.recall.n for line in report.by_type}["structure"] == 1


def test_wilson() -> None:
    low, high = wilson(8, 10)

    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0
    assert str(Rate(8, 10)) == "0.80 [0.49, 0.94] of 10"


def test_nothing_to_judge() -> None:
    assert evaluate([]).overall.f1 == 0


def test_six_types_and_forty_signals() -> None:
    kinds = {kind.id for kind in CONTENT_TYPES}

    assert len(kinds) == 6
    assert len({signal.id for signal in SIGNALS}) == 40
    assert {signal.type for signal in SIGNALS} <= kinds | {""}
    assert all(signal.half_life > 0 for signal in SIGNALS if signal.shape == "decay")
    assert all(len(kind.label) <= 9 for kind in CONTENT_TYPES)
