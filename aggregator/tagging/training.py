"""Labelled texts → weights of wordings; the same texts always give the same weights.

One logistic regression a content type, the rare side of each counted as much as the common one, over rows of equal
length, by coordinate descent on the dual (Yu, Huang and Lin, 2011): no step size to choose, and nothing random.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.wording import FEW, MAX_WEIGHT, Weights, grams

SEEN = 3
"""In how many texts a gram must stand to be learnt."""
KEPT = 6_500
"""How many grams are kept, those that say most."""
COST = 6.0
"""How much a text that is judged wrongly counts against large weights."""
FOLDS = 5
_ROUNDS, _ENOUGH = 30, 0.01


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled text."""

    title: str
    text: str
    types: frozenset[str]


def once(lessons: Sequence[Lesson]) -> list[Lesson]:
    """The texts without those that begin as another does, in an order that does not depend on the given one."""
    by_start: dict[str, Lesson] = {}
    for lesson in lessons:
        by_start.setdefault(f"{lesson.title}\n{lesson.text}".casefold()[:120], lesson)
    return [by_start[start] for start in sorted(by_start, key=lambda start: (zlib.crc32(start.encode()), start))]


def folds(lessons: Sequence[Lesson]) -> Iterator[tuple[list[Lesson], Weights]]:
    """Each fifth of the texts, with weights learnt from the others."""
    for fold in range(FOLDS):
        rest = [lesson for number, lesson in enumerate(lessons) if number % FOLDS != fold]
        yield list(lessons[fold::FOLDS]), learn(rest)


def learn(lessons: Sequence[Lesson]) -> Weights:
    """The weights that some texts give."""
    rows = [grams(lesson.title, lesson.text) for lesson in lessons]
    seen = Counter(gram for row in rows for gram in row)
    known = sorted(gram for gram, count in seen.items() if count >= SEEN)
    labels = [[kind in lesson.types for lesson in lessons] for kind in TYPE_IDS]
    fitted = _fit(rows, labels, known)
    if len(known) > KEPT:
        said = {gram: max(abs(column[place]) for column in fitted) for place, gram in enumerate(known)}
        known = sorted(sorted(known, key=lambda gram: (-said[gram], gram))[:KEPT])
        fitted = _fit(rows, labels, known)
    largest = max((abs(weight) for column in fitted for weight in column[:-1]), default=0.0)
    scale = largest / MAX_WEIGHT or 1.0
    whole = {gram: tuple(round(column[place] / scale) for column in fitted) for place, gram in enumerate(known)}
    return Weights(
        texts=len(lessons),
        types=TYPE_IDS,
        scale=float(f"{scale:.6g}"),
        intercepts=tuple(round(column[-1], 4) for column in fitted),
        grams=whole,
    )


def _fit(rows: Sequence[set[str]], labels: Sequence[Sequence[bool]], known: Sequence[str]) -> list[list[float]]:
    """For each type the weight of each known gram, then the intercept."""
    places = {gram: place for place, gram in enumerate(known)}
    numbered = [sorted(places[gram] for gram in row if gram in places) for row in rows]
    return [_regression(numbered, each, len(known)) for each in labels]


def _regression(rows: Sequence[Sequence[int]], labels: Sequence[bool], many: int) -> list[float]:
    weights = [0.0] * (many + 1)
    yes = sum(labels)
    if not yes or yes == len(labels):
        weights[many] = 0.0 if not rows else (-5.0, 5.0)[bool(yes)]
        return weights
    cost = {True: COST * len(labels) / (2 * yes), False: COST * len(labels) / (2 * (len(labels) - yes))}
    alphas = [min(0.001 * cost[label], 1e-3) for label in labels]
    texts = [
        (row, 1 if label else -1, 1 / math.sqrt(max(len(row), FEW))) for row, label in zip(rows, labels, strict=True)
    ]
    for (row, sign, value), alpha in zip(texts, alphas, strict=True):
        _add(weights, row, alpha * sign * value, alpha * sign)
    for _ in range(_ROUNDS):
        moved = 0.0
        for number, (row, sign, value) in enumerate(texts):
            margin = sign * (value * math.fsum(map(weights.__getitem__, row)) + weights[many])
            square = 1 + len(row) * value * value
            alpha = _better(alphas[number], margin, square, cost[labels[number]])
            step = alpha - alphas[number]
            if abs(step) > 1e-9:
                alphas[number] = alpha
                moved = max(moved, abs(step))
                _add(weights, row, step * sign * value, step * sign)
        if moved < _ENOUGH:
            break
    return weights


def _add(weights: list[float], row: Sequence[int], step: float, beyond: float) -> None:
    for place in row:
        weights[place] += step
    weights[-1] += beyond


def _better(alpha: float, margin: float, square: float, cost: float) -> float:
    """The place of one text's dual variable between 0 and its cost that is best while all others stand still."""
    low, high = 0.0, cost
    found = alpha
    for _ in range(40):
        slope = margin + square * (found - alpha) + math.log(found / (cost - found))
        if abs(slope) < 1e-6:
            break
        low, high = (low, found) if slope > 0 else (found, high)
        bent = square + cost / (found * (cost - found))
        found -= slope / bent
        if not low < found < high:
            found = (low + high) / 2
        if high - low < cost * 1e-12:
            break
    return min(max(found, cost * 1e-12), cost * (1 - 1e-12))
