"""Precision and recall of tags on labelled items, with how many and how sure: never a bare percentage."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aggregator.tagging.content_types import TYPE_IDS

Z = 1.959963984540054
"""Normal quantile of a two-sided 95% interval."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled item and what the tagger made of it."""

    gold: frozenset[str]
    predicted: frozenset[str]
    family: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its Wilson 95% interval; of nothing it is 0 with the interval 0 to 1."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end."""
        return wilson(self.hits, self.n)

    def __str__(self) -> str:
        """Like ``0.83 [0.77, 0.88] of 124``."""
        low, high = self.interval
        return f"{self.value:.2f} [{low:.2f}, {high:.2f}] of {self.n}"


@dataclass(frozen=True, slots=True)
class Line:
    """Figures for one type, one family or all."""

    name: str
    precision: Rate
    recall: Rate
    items: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one evaluation."""

    overall: Line
    by_type: tuple[Line, ...]
    by_family: tuple[Line, ...]
    false_alarms: Rate
    """Items without a gold type that got one."""
    exact: Rate
    """Items whose types are all right and none missing."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson score interval of a share at 95%."""
    if n <= 0:
        return 0.0, 1.0
    share, square = hits / n, Z * Z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def evaluate(judged: Iterable[Judged]) -> Report:
    """Micro precision and recall over (item, type) pairs: of all, by type and by family."""
    rows = tuple(judged)
    families = sorted({row.family for row in rows if row.family})
    untagged = [row for row in rows if not row.gold]
    return Report(
        overall=_line("all", rows, lambda _: True),
        by_type=tuple(_line(kind, rows, kind.__eq__) for kind in TYPE_IDS),
        by_family=tuple(_line(f, [row for row in rows if row.family == f], lambda _: True) for f in families),
        false_alarms=Rate(sum(bool(row.predicted) for row in untagged), len(untagged)),
        exact=Rate(sum(row.gold == row.predicted for row in rows), len(rows)),
    )


def _line(name: str, rows: Sequence[Judged], counts: Callable[[str], bool]) -> Line:
    right = sum(counts(kind) for row in rows for kind in row.gold & row.predicted)
    predicted = sum(counts(kind) for row in rows for kind in row.predicted)
    gold = sum(counts(kind) for row in rows for kind in row.gold)
    return Line(name, Rate(right, predicted), Rate(right, gold), len(rows))
