"""Facts measured on labelled snippets: what is found is right, and what is there is found.

``python -m tests.aggregator.tagging.test_tagging_facts_labelled`` prints the figures and every miss.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from aggregator.model import Fact
from aggregator.tagging.evaluate import Rate
from aggregator.tagging.facts import find_facts

DATED = date(2026, 11, 25)
FILE = Path(__file__).with_name("labelled_facts.txt")
Told = tuple[str, str]


def labelled() -> Iterator[tuple[str, Counter[Told]]]:
    """Each snippet and the facts that it tells, as (kind, value)."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        text, mark, facts = line.partition(" =>")
        if mark and not line.startswith("#"):
            told = (each.strip().partition(" ") for each in facts.split(";") if each.strip())
            yield text, Counter((kind, value.strip()) for kind, _, value in told)


def shown(fact: Fact) -> Told:
    """A fact as it is labelled."""
    if fact.kind == "amount":
        return fact.kind, f"{fact.number:.2f}".rstrip("0").rstrip(".") + f" {fact.currency}".rstrip()
    if fact.number is not None:
        return fact.kind, f"{fact.number:g}"
    return fact.kind, fact.day.isoformat() if fact.day else f"{fact.person} / {fact.role}"


def found(text: str, *, in_title: bool = True) -> Counter[Told]:
    """What is found in a snippet."""
    parts = (text, "") if in_title else ("", text)
    return Counter(shown(fact) for fact in find_facts(*parts, dated=DATED))


def measured() -> dict[str, tuple[Rate, Rate]]:
    """Precision and recall by kind, and of all."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for text, gold in labelled():
        here = found(text)
        for counter, facts in ((right, gold & here), (wanted, gold), (got, here)):
            for (kind, _), count in facts.items():
                counter[kind] += count
                counter["all"] += count
    kinds = sorted({*got, *wanted})
    return {kind: (Rate(right[kind], got[kind]), Rate(right[kind], wanted[kind])) for kind in kinds}


def test_the_set_is_large_enough() -> None:
    """And of every kind."""
    kinds = Counter(kind for _, facts in labelled() for kind, _ in facts)

    assert sum(1 for _ in labelled()) >= 180
    assert min(kinds[kind] for kind in ("amount", "deadline", "effective", "end", "joins", "leaves")) >= 10


@pytest.mark.parametrize(
    ("kind", "precision", "recall"),
    [
        ("all", 0.98, 0.96),
        *((kind, 0.95, 0.9) for kind in ("amount", "deadline", "effective", "end", "joins", "leaves")),
    ],
)
def test_precision_and_recall(kind: str, precision: float, recall: float) -> None:
    """At least as good as when it was last measured; the rules have seen these snippets."""
    exact, complete = measured()[kind]

    assert exact.value >= precision, str(exact)
    assert complete.value >= recall, str(complete)


def test_a_body_tells_the_same_as_a_title() -> None:
    """Wherever a snippet stands."""
    assert [text for text, _ in labelled() if found(text) != found(text, in_title=False)] == []


def report() -> Iterator[str]:
    """The figures as lines, then what was missed or wrong."""
    for kind, (precision, recall) in measured().items():
        yield f"{kind:10} precision {precision}   recall {recall}"
    for text, gold in labelled():
        if gold != found(text):
            missed, wrong = sorted(gold - found(text)), sorted(found(text) - gold)
            yield f"{text}\n    missed {missed}\n    wrong {wrong}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report())
