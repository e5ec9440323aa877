"""What is known of one prospect, and what is not: pure, and every statement has the item it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from aggregator.model import Fact, Item, Prospect
from aggregator.tagging.content_types import TYPE_IDS

PER_TYPE = 12
"""Stories shown of one content type."""
MOST = 20
"""People, tenders and contracts shown."""


@dataclass(frozen=True, slots=True)
class Known:
    """One statement and the item that makes it."""

    words: str
    item: Item
    day: date | None = None
    """By when, or from when; None where it has no day."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the qualifying checklist, and what answers it; no answer means unknown."""

    words: str
    answer: Known | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One prospect, as far as it has been seen."""

    prospect: Prospect
    stories: tuple[tuple[str, tuple[tuple[Item, float], ...]], ...]
    """Content type → its stories with their scores, best first; only types that have some."""
    timeline: tuple[tuple[Item, float], ...]
    """Latest first."""
    people: tuple[Known, ...]
    tenders: tuple[Known, ...]
    """Still open, the nearest deadline first."""
    contracts: tuple[Known, ...]
    """With the day they end, the nearest first."""
    checklist: tuple[Question, ...]

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(each.answer is not None for each in self.checklist)


Scored = tuple[Item, float]


def build(prospect: Prospect, scored: Sequence[Scored], today: date) -> Dossier:
    """A dossier from a prospect's stories, in any order."""
    latest = sorted(scored, key=lambda each: each[0].dated, reverse=True)
    items = [item for item, _ in latest]
    tenders = sorted(_tenders(items, today), key=_day)[:MOST]
    contracts = sorted(_facts(items, ("end",), lambda fact: fact.text), key=_day)
    ahead = [each for each in contracts if _day(each) >= today]
    people = _people(items)
    return Dossier(
        prospect,
        tuple((kind, stories) for kind in TYPE_IDS if (stories := _stories(kind, scored))),
        tuple(latest[:MOST]),
        tuple(people[:MOST]),
        tuple(tenders),
        tuple((ahead + [each for each in reversed(contracts) if each not in ahead])[:MOST]),
        _checklist(items, people, tenders, ahead),
    )


def _stories(kind: str, scored: Sequence[Scored]) -> tuple[Scored, ...]:
    those = [each for each in scored if any(tag.type == kind for tag in each[0].tags)]
    return tuple(sorted(those, key=lambda each: -each[1])[:PER_TYPE])


def _facts(items: Sequence[Item], kinds: Sequence[str], words: Callable[[Fact], str]) -> list[Known]:
    found: dict[tuple[str, str, date | None], Known] = {}
    for item in items:
        for fact in item.facts:
            if fact.kind in kinds:
                found.setdefault((item.title, fact.kind, fact.day), Known(words(fact), item, fact.day))
    return list(found.values())


def _people(items: Sequence[Item]) -> list[Known]:
    """Who holds, takes or leaves a post; the latest word on each person only."""
    found: dict[str, Known] = {}
    verbs = {"joins": "joins as", "leaves": "leaves as", "person": "is"}
    for item in items:
        for fact in item.facts:
            if fact.kind in verbs and fact.person:
                role = f" {verbs[fact.kind]} {fact.role}" if fact.role else ""
                found.setdefault(fact.person.casefold(), Known(f"{fact.person}{role}", item, item.dated.date()))
    return list(found.values())


def _tenders(items: Sequence[Item], today: date) -> list[Known]:
    open_ = [
        Known(each.item.title, each.item, each.day)
        for each in _facts(items, ("deadline",), lambda fact: fact.text)
        if each.day and each.day >= today and any(tag.type == "purchasing_plans" for tag in each.item.tags)
    ]
    return list({each.item.title.casefold(): each for each in sorted(open_, key=_day, reverse=True)}.values())


def _checklist(
    items: Sequence[Item], people: Sequence[Known], tenders: Sequence[Known], contracts: Sequence[Known]
) -> tuple[Question, ...]:
    amounts = [
        Known(fact.text, item)
        for item in items
        for fact in item.facts
        if fact.kind == "amount" and any(tag.type == "purchasing_plans" for tag in item.tags)
    ]
    return (
        Question("What does it want to become?", _latest(items, "strategy")),
        Question("What must it fix or obtain?", _latest(items, "requirements")),
        Question("What will it buy?", _latest(items, "purchasing_plans")),
        Question("By when?", tenders[0] if tenders else None),
        Question("For how much?", amounts[0] if amounts else None),
        Question("Who decides?", people[0] if people else None),
        Question("How is it arranged?", _latest(items, "structure")),
        Question("Who supplies it now?", _latest(items, "purchasing_history")),
        Question("When does a contract end?", contracts[0] if contracts else None),
        Question("How does it stand?", _latest(items, "market_position")),
    )


def _latest(items: Sequence[Item], kind: str) -> Known | None:
    return next((Known(i.title, i, i.dated.date()) for i in items if any(tag.type == kind for tag in i.tags)), None)


def _day(known: Known) -> date:
    return known.day or date.max
