"""Notices of one procurement as one thread, and what changed between one notice and the next.

A thread is held together by what records number it with: the ocid, the procedure, the solicitation, the notice, the
award. It runs from planning over the tender and its amendments to the award and what becomes of the contract.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from aggregator.model import Fact, Item, Version
from aggregator.pipeline.differences import ADDED, REMOVED, differences
from aggregator.pipeline.names import folded
from aggregator.pipeline.numbering import (
    AWARD,
    BUYERS,
    CANCELLED,
    CHANGE,
    FAMILIES,
    PLANNING,
    STATUSES,
    SUPPLIERS,
    all_values,
    first_value,
    leaves,
    stage,
    thread_keys,
)
from aggregator.pipeline.timing import deciding_day

_NOTICES = frozenset(
    f"purchasing_plans.{name}"
    for name in ("market_engagement", "pipeline", "tender", "tender_update", "framework", "direct_award")
)
SURE_NOTICE = 0.7
"""What tags an item without a number must be so sure for it to count as a notice."""
MAX_BUYERS = 3
"""An ocid under which more buyers stand is a register that they share, not one procurement."""
LASTS = {PLANNING: timedelta(days=365)}
LASTS_ELSE = timedelta(days=180)
"""How long after its last notice a procurement without a deadline counts as open."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a notice says otherwise than the one before it."""

    what: str
    """``stage``, ``deadline``, ``end``, ``value``, ``status``, ``supplier`` or ``title``."""
    before: str
    """Empty where it was not told before."""
    after: str

    @property
    def words(self) -> str:
        """As people say it: ``deadline moved from 3 Dec 2026 to 17 Dec 2026``."""
        if self.what == "title":
            gone, come = (f"“{each}”" for each in (self.before, self.after))
            if not self.after:
                return f"title without {gone}"
            return f"title with {come}" if not self.before else f"title: {gone} became {come}"
        if not self.before:
            return f"supplier named: {self.after}" if self.what == "supplier" else f"{self.what} told: {self.after}"
        verb = "moved" if self.what in ("deadline", "end") else "changed"
        what = "contract end" if self.what == "end" else self.what
        return f"{what} {verb} from {self.before} to {self.after}"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, or one version of a notice that was edited, as far as it tells of the procurement."""

    item: Item
    at: datetime
    stage: str
    title: str
    deadline: date | None = None
    end: date | None = None
    """When the contract ends."""
    value: float | None = None
    currency: str = ""
    status: str = ""
    suppliers: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    """Against the notice before it."""


@dataclass(frozen=True, slots=True)
class Thread:
    """One procurement: its notices, the earliest first."""

    key: str
    """What it is numbered by: ``ocid ocds-h6vhtk-0579c1``."""
    notices: tuple[Notice, ...]

    @property
    def latest(self) -> Notice:
        """Its last notice."""
        return self.notices[-1]

    @property
    def items(self) -> tuple[Item, ...]:
        """Its items, the earliest first, each once."""
        return tuple({notice.item.id: notice.item for notice in self.notices}.values())

    @property
    def stage(self) -> str:
        """How far it has come."""
        return self.latest.stage

    @property
    def deadline(self) -> date | None:
        """By when something must be handed in, as told last."""
        return self._last("deadline")  # type: ignore[return-value]  # the attribute of that name

    @property
    def end(self) -> date | None:
        """When the contract ends, as told last."""
        return self._last("end")  # type: ignore[return-value]  # the attribute of that name

    @property
    def value(self) -> tuple[float, str] | None:
        """Amount and currency, as told last."""
        return next(((n.value, n.currency) for n in reversed(self.notices) if n.value is not None), None)

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Who won it, as told last."""
        return next((n.suppliers for n in reversed(self.notices) if n.suppliers), ())

    @property
    def prospects(self) -> tuple[str, ...]:
        """Ids of the prospects that any of its notices concerns."""
        return tuple(dict.fromkeys(match.prospect for item in self.items for match in item.matches))

    def is_open(self, today: date) -> bool:
        """Whether one can still take part in it, as far as is known."""
        if self.stage in (AWARD, CHANGE, CANCELLED):
            return False
        if self.deadline is not None and (self.deadline >= today or self.stage != PLANNING):
            return self.deadline >= today
        return self.latest.at.date() + LASTS.get(self.stage, LASTS_ELSE) >= today

    def _last(self, name: str) -> object:
        return next((got for n in reversed(self.notices) if (got := getattr(n, name)) is not None), None)


def threads(
    items: Iterable[Item], versions: Mapping[str, Sequence[Version]] | None = None, *, alone: bool = False
) -> list[Thread]:
    """The procurements of these items, the one with the latest notice first; items of none are left out.

    ``versions`` are the former texts of items that were edited (id → newest first): an edit is a notice of its own.
    ``alone`` makes also of each notice without a number a thread of its own.
    """
    numbered = {
        item.id: (item, keys) for item in items if (keys := thread_keys(item) or _own_key(item, alone)) and stage(item)
    }
    made = [_thread(each, versions or {}) for each in _grouped(list(numbered.values()))]
    return sorted(made, key=lambda thread: (thread.latest.at, thread.key), reverse=True)


def told(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """What a record's fields tell of a procurement, as texts: where one differs, the record was edited."""
    if not fields:
        return ()
    from aggregator.tagging.facts import find_facts
    from aggregator.tagging.fields import decisions

    facts = find_facts("", "", fields=fields)
    said = [f"{fact.kind} {fact.value} {fact.currency}" for fact in facts]
    said += [f"{decision.field} {decision.value}" for decision in decisions(fields)]
    named = leaves(fields)
    return (*said, first_value(named, STATUSES), *all_values(named, SUPPLIERS))


def _own_key(item: Item, alone: bool) -> tuple[str, ...]:
    """What stands for the number of a notice that has none; nothing for news of a budget or an award."""
    is_notice = alone and any(tag.signal in _NOTICES and tag.confidence >= SURE_NOTICE for tag in item.tags)
    return (f"item {item.id}",) if is_notice else ()


def _grouped(numbered: Sequence[tuple[Item, tuple[str, ...]]]) -> list[list[Item]]:
    """Items that share a number, directly or over others."""
    parent = list(range(len(numbered)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for places in _sharing(numbered):
        for place in places[1:]:
            first, second = sorted((root(places[0]), root(place)))
            parent[second] = first
    groups: defaultdict[int, list[Item]] = defaultdict(list)
    for place, (item, _) in enumerate(numbered):
        groups[root(place)].append(item)
    return list(groups.values())


def _sharing(numbered: Sequence[tuple[Item, tuple[str, ...]]]) -> Iterator[list[int]]:
    """Places of items that share a number; those of different buyers apart where the number alone does not tell."""
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, keys) in enumerate(numbered):
        for key in keys:
            by_key[key].append(place)
    for key, places in by_key.items():
        buyers = {place: _buyer(numbered[place][0]) for place in places} if len(places) > 1 else {}
        if len(places) > 1 and _may_be_shared(key, set(buyers.values()) - {""}):
            for buyer in set(buyers.values()):
                yield [place for place in places if buyers[place] == buyer]
        else:
            yield places


def _may_be_shared(key: str, buyers: Collection[str]) -> bool:
    """Whether several procurements may have this number: an ocid of many buyers, another one that is short."""
    family, _, number = key.partition(" ")
    if family == "ocid":
        return len(buyers) > MAX_BUYERS
    distinct = len(re.sub(r"\W", "", number)) >= 9 and sum(map(str.isdigit, number)) >= 5
    return len(buyers) > 1 and not distinct


def _thread(items: Sequence[Item], versions: Mapping[str, Sequence[Version]]) -> Thread:
    notices = sorted(
        (notice for item in items for notice in _notices(item, versions.get(item.id, ()))),
        key=lambda notice: (notice.at, notice.item.id),
    )
    found = {key for item in items for key in thread_keys(item) or _own_key(item, alone=True)}
    keys = sorted(found, key=lambda key: FAMILIES.index(key.split()[0]))
    chained: list[Notice] = []
    for notice in notices:
        chained.append(replace(notice, changes=_changes(_so_far(chained), notice)) if chained else notice)
    return Thread(keys[0], tuple(chained))


def _notices(item: Item, versions: Sequence[Version]) -> Iterator[Notice]:
    """An item's former versions, then itself; each stands at the time from which it held."""
    from aggregator.tagging.facts import find_facts

    day, starts = item.dated.date(), item.dated
    for version in reversed(versions):
        fields = version.fields or item.fields
        facts = find_facts(version.title, version.text, fields=fields, dated=day)
        yield _notice(item, starts, stage(item), version.title, facts, fields)
        starts = version.replaced_at
    yield _notice(item, starts, stage(item), item.title, item.facts, item.fields)


def _notice(item: Item, at: datetime, of: str, title: str, facts: Sequence[Fact], fields: Mapping[str, Any]) -> Notice:
    amount = next((fact for fact in facts if fact.kind == "amount"), None)
    named = leaves(fields)
    return Notice(
        item=item,
        at=at,
        stage=of,
        title=title,
        deadline=deciding_day(facts, ("deadline",), item.dated.date()),
        end=deciding_day(facts, ("end",), item.dated.date()),
        value=amount.number if amount else None,
        currency=amount.currency if amount else "",
        status=first_value(named, STATUSES),
        suppliers=all_values(named, SUPPLIERS),
        buyers=all_values(named, BUYERS),
    )


def _so_far(notices: Sequence[Notice]) -> Notice:
    """The last notice, with what only earlier ones told."""
    last = notices[-1]
    missing: dict[str, Any] = {}
    for name in ("deadline", "end", "value", "status", "suppliers"):
        if not getattr(last, name):
            told_last = next((notice for notice in reversed(notices) if getattr(notice, name)), None)
            if told_last:
                missing[name] = getattr(told_last, name)
                if name == "value":
                    missing["currency"] = told_last.currency
    return replace(last, **missing)


def _changes(before: Notice, after: Notice) -> tuple[Change, ...]:
    """What the later notice tells otherwise; what it only leaves out is no change."""
    told_both = [
        ("stage", before.stage, after.stage),
        ("deadline", _day(before.deadline), _day(after.deadline)),
        ("end", _day(before.end), _day(after.end)),
        ("value", _money(before), _money(after)),
        ("status", before.status, after.status),
        ("supplier", ", ".join(before.suppliers), ", ".join(after.suppliers)),
    ]
    found = [Change(*each) for each in told_both if each[2] and each[1].casefold() != each[2].casefold()]
    return (*found, *_title_change(before.title, after.title))


def _title_change(before: str, after: str) -> Iterator[Change]:
    if folded(before) != folded(after):
        pieces = differences(before, after)
        gone, come = (
            " … ".join(each.text.strip() for each in pieces if each.kind == kind and each.text.strip())
            for kind in (REMOVED, ADDED)
        )
        if gone or come:
            yield Change("title", gone, come)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def _money(notice: Notice) -> str:
    return "" if notice.value is None else f"{notice.value:,.2f}".removesuffix(".00") + f" {notice.currency}".rstrip()


def _buyer(item: Item) -> str:
    return " ".join(folded(first_value(leaves(item.fields), BUYERS)))


def one_a_thread(items: Sequence[Item], of: Mapping[str, Thread]) -> list[Item]:
    """The items, of each procurement only the latest; ``of`` is item id → thread. The order is kept."""
    latest: dict[str, Item] = {}
    for item in items:
        thread = of.get(item.id)
        if thread and (thread.key not in latest or latest[thread.key].dated < item.dated):
            latest[thread.key] = item
    return [item for item in items if item.id not in of or latest[of[item.id].key].id == item.id]


def thread_words(thread: Thread, today: date) -> str:
    """A procurement in one line: ``amendment, notice 3 of 3: deadline moved from … to …; 12 days left``."""
    count = len(thread.notices)
    changes = "; ".join(change.words for change in thread.latest.changes if change.what != "title")
    parts = [f"{thread.stage}, notice {count} of {count}" if count > 1 else thread.stage]
    parts += [changes] if changes else []
    return ": ".join(parts) + (f"; {days_left(thread, today)}" if thread.is_open(today) and thread.deadline else "")


def days_left(thread: Thread, today: date) -> str:
    """How long there is to hand in; empty where no deadline is told."""
    if thread.deadline is None:
        return ""
    left = (thread.deadline - today).days
    return f"closed {_day(thread.deadline)}" if left < 0 else f"{left} day{'' if left == 1 else 's'} left"
