"""What released items say of a prospect: answers, people, procurements, ends, risks, commitments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from aggregator.digest.words import fact_value, signal_title, tag_reason, type_title
from aggregator.dossier.nouns import (
    Answer,
    Commitment,
    Copy,
    End,
    Gathered,
    Person,
    Procurement,
    Ref,
    Risk,
)
from aggregator.model import Item, Question, Tag
from aggregator.pipeline.computed import contract_end
from aggregator.pipeline.names import folded
from aggregator.pipeline.procurements import Thread, threads
from aggregator.tagging.content_types import TYPE_IDS
from aggregator.tagging.signals import SIGNAL
from feeds.text import one_line, safe_link

OLD = timedelta(days=365)
"""Evidence older than this is shown, and asked about again."""
RISK_SPAN = timedelta(days=180)
"""How far back risks are looked for."""
PER_QUESTION = 3
"""Pieces of evidence shown to a question."""
_CUT = re.compile(r"\b(?:cuts?|cutting|slash\w*|freez\w*|froze\w*|shortfall|reduc\w+|deficit|lower\w*|warn\w*)\b", re.I)
_SHRINKING = ("purchasing_plans.budget", "market_position.guidance", "market_position.results")
_REORGANISING = ("structure.reorg",)
_BINDING = ("purchasing_plans", "purchasing_history", "requirements")
_RANK = {"person": 0, "leaves": 1, "joins": 2}


def ref(item: Item, gathered: Gathered) -> Ref:
    """An item as evidence."""
    source = gathered.sources.get(item.source)
    name = (source.name if source else "") or item.source
    return Ref(item.id, one_line(item.title) or "(untitled)", safe_link(item.link), one_line(name), item.dated)


def is_about(item: Item, prospect: str) -> bool:
    """Whether an item is about the prospect and does not only mention it."""
    return any(match.prospect == prospect and match.about for match in item.matches)


def latest_first(items: Iterable[Item]) -> list[Item]:
    """Items by when they happened, the latest first."""
    return sorted(items, key=lambda item: (item.dated, item.id), reverse=True)


def answers(gathered: Gathered) -> tuple[Answer, ...]:
    """Every question of the checklist with its evidence, by content type."""
    items = latest_first(_undismissed(gathered))
    found = [_answer(question, items, gathered) for question in gathered.questions]
    return tuple(sorted(found, key=lambda answer: _place(answer.type)))


def ask(gathered: Gathered, found: Sequence[Answer]) -> tuple[str, ...]:
    """What to ask: what nothing is known of, then what is old; first what serves the present stage, by its weight."""
    weight = {one_line(question.question): _worth(question, gathered.prospect.stage) for question in gathered.questions}
    wanted = [answer for answer in found if answer.is_old or not answer.is_known]
    return tuple(a.question for a in sorted(wanted, key=lambda a: (a.is_known, -weight.get(a.question, 0))))


def _worth(question: Question, stage: str) -> float:
    signal = SIGNAL.get(question.type)
    return (signal.weight + (100 if stage in signal.stages else 0)) if signal else 0


def people(gathered: Gathered) -> tuple[Person, ...]:
    """Who holds, takes or left a post, as last told, the latest first."""
    found: dict[tuple[str, ...], tuple[tuple[datetime, int], Person]] = {}
    for item in gathered.items:
        if not is_about(item, gathered.prospect.id):
            continue
        for fact in item.facts:
            if fact.kind not in _RANK or not fact.person:
                continue
            key, order = tuple(folded(fact.person)), (item.dated, _RANK[fact.kind])
            if key not in found or order > found[key][0]:
                state = "in post" if fact.kind == "person" else fact.kind
                role = one_line(fact.role) or (found[key][1].role if key in found else "")
                found[key] = order, Person(one_line(fact.person), role, state, ref(item, gathered))
    return tuple(person for _, person in sorted(found.values(), key=lambda each: (each[0], each[1].name), reverse=True))


def procurements(gathered: Gathered) -> tuple[Procurement, ...]:
    """Procurements as threads: the open ones by deadline, then the others, the latest first."""
    today = gathered.now.date()
    found = [_procurement(thread, today, gathered) for thread in threads(gathered.items, gathered.versions, alone=True)]
    return tuple(
        sorted(found, key=lambda each: (not each.is_open, each.deadline or date.max if each.is_open else today))
    )


def ends(gathered: Gathered) -> tuple[End, ...]:
    """Contracts that end from now on, the nearest first; each day of a title once."""
    today = gathered.now.date()
    found: dict[tuple[date, str], End] = {}
    for item in latest_first(gathered.items):
        day = contract_end(item)
        if day and day >= today:
            found.setdefault((day, item.title.casefold()), End(day, (day - today).days, ref(item, gathered)))
    return tuple(sorted(found.values(), key=lambda end: (end.day, end.ref.item)))


def risks(gathered: Gathered) -> tuple[Risk, ...]:
    """What of the last half year may harm a deal, the latest first."""
    found = []
    for item in latest_first(_undismissed(gathered)):
        if gathered.now - item.dated > RISK_SPAN or not is_about(item, gathered.prospect.id):
            continue
        tag = next((tag for tag in item.tags if _risk_kind(tag, item)), None)
        if tag:
            found.append(Risk(_risk_kind(tag, item), tag_reason(tag), ref(item, gathered)))
    return tuple(found)


def commitments(gathered: Gathered) -> tuple[Commitment, ...]:
    """Sums and days told of purchases and duties, the latest first, each once."""
    found: dict[tuple[str, str], Commitment] = {}
    for item in latest_first(_undismissed(gathered)):
        if not any(tag.type in _BINDING for tag in item.tags):
            continue
        for fact in item.facts:
            if fact.kind in ("amount", "deadline", "effective", "end") and fact.value is not None:
                value = fact_value(fact)
                words = f"{fact.field}: {one_line(fact.text, 80)}" if fact.where == "field" else f"“{fact.text}”"
                found.setdefault(
                    (fact.kind, value), Commitment(fact.kind, value, one_line(words, 120), ref(item, gathered))
                )
    return tuple(found.values())


def copies(gathered: Gathered) -> tuple[Copy, ...]:
    """Every copied document, and pinned items of which there is no copy, the latest item first."""
    found = []
    for item in latest_first(gathered.items):
        mine = [each for each in gathered.documents if each.item == item.id]
        found += [
            Copy(ref(item, gathered), each.url, each.name, each.media_type, each.size, each.sha256, each.fetched_at)
            for each in mine
        ]
        if not mine and item.id in gathered.pinned:
            found.append(Copy(ref(item, gathered), safe_link(item.link)))
    return tuple(found)


def _undismissed(gathered: Gathered) -> Iterator[Item]:
    for item in gathered.items:
        verdict = gathered.verdicts.get(item.id)
        if verdict is None or verdict.state != "dismissed":
            yield item


def _answer(question: Question, items: Sequence[Item], gathered: Gathered) -> Answer:
    evidence = [item for item in items if _speaks_to(question.type, item, gathered.prospect.id)]
    is_old = bool(evidence) and gathered.now - evidence[0].dated > OLD
    refs = tuple(ref(item, gathered) for item in evidence[:PER_QUESTION])
    signal = SIGNAL.get(question.type)
    type_, topic = (signal.type, signal.title) if signal else (question.type, type_title(question.type))
    return Answer(one_line(question.question), type_, topic, one_line(question.why), refs, is_old)


def _speaks_to(type_: str, item: Item, prospect: str) -> bool:
    """Whether an item has a content type or signal; whoever is named with his post tells who decides."""
    if any(type_ in (tag.signal, tag.type) for tag in item.tags):
        return True
    named = type_ == "structure.decision_makers" and is_about(item, prospect)
    return named and any(fact.kind in ("person", "joins") and fact.person for fact in item.facts)


def _place(type_: str) -> int:
    return TYPE_IDS.index(type_) if type_ in TYPE_IDS else len(TYPE_IDS)


def _procurement(thread: Thread, today: date, gathered: Gathered) -> Procurement:
    latest = thread.latest
    value = f"{thread.value[0]:,.0f} {thread.value[1]}".strip() if thread.value else ""
    left = (thread.deadline - today).days if thread.deadline else None
    return Procurement(
        one_line(latest.title), thread.stage, thread.is_open(today), thread.deadline, left, value,
        tuple(map(one_line, thread.suppliers)), tuple(one_line(change.words) for change in latest.changes),
        len(thread.notices), ref(latest.item, gathered),
    )  # fmt: skip


def _risk_kind(tag: Tag, item: Item) -> str:
    """What kind of risk a tag tells of; empty for none."""
    signal = SIGNAL.get(tag.signal)
    title = signal_title(tag) or type_title(tag.type)
    if tag.phase == "cancelled":
        return f"Cancelled: {title}"
    if tag.signal in _SHRINKING and (_CUT.search(item.title) or _CUT.search(tag.evidence.text)):
        return f"Cut: {title}"
    if signal and (signal.polarity == "risk" or tag.signal in _REORGANISING):
        return title
    return ""
