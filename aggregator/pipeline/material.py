"""What of a story would be worth telling again if it changed: its phase, its amount, its deadline. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from aggregator.model import Item
from aggregator.pipeline.timing import deciding_day

_RANK = {"rumoured": 0, "planned": 1, "announced": 2, "completed": 3, "cancelled": 4}
_SAME = 0.05
"""Amounts that differ by a smaller share are one amount, told by two."""

Told = Mapping[str, str]
"""``phase``, ``amount`` (``310000000 USD``), ``deadline`` (``2026-12-14``), as far as they were told."""


def told(item: Item) -> dict[str, str]:
    """What an item tells of these three."""
    phases = [tag.phase for tag in sorted(item.tags, key=lambda tag: -tag.confidence) if tag.phase in _RANK]
    amount = next((fact for fact in item.facts if fact.kind == "amount" and fact.number is not None), None)
    deadline = deciding_day(item.facts, ("deadline",), item.dated.date())
    found = {
        "phase": phases[0] if phases else "",
        "amount": f"{amount.number:.2f}".removesuffix(".00") + f" {amount.currency}".rstrip() if amount else "",
        "deadline": deadline.isoformat() if deadline else "",
    }
    return {name: value for name, value in found.items() if value}


def what_is_new(before: Iterable[Told], now: Told) -> list[str]:
    """What is told now that was not told before, in words; empty where nothing material is new.

    A phase is new only if it is a later one: who still reports a rumour says nothing new.
    """
    former = list(before)
    words = []
    for name, value in now.items():
        known = [each[name] for each in former if each.get(name)]
        if not known:
            words += [f"{name} told: {shown(value)}"] if name != "phase" else []
        elif not any(_same(name, each, value) for each in known):
            words.append(f"{name}: {shown(known[-1])} → {shown(value)}")
    return words


def merged(all_told: Iterable[Told]) -> dict[str, str]:
    """The last told of each, and of the phases the latest."""
    found: dict[str, str] = {}
    for each in all_told:
        for name, value in each.items():
            if name != "phase" or _RANK.get(value, 0) >= _RANK.get(found.get(name, ""), 0):
                found[name] = value
    return found


def shown(value: str) -> str:
    """A told value as people read it."""
    number, _, unit = value.partition(" ")
    try:
        return f"{float(number):,.2f}".removesuffix(".00") + f" {unit}".rstrip()
    except ValueError:
        pass
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {day:%b %Y}"


def _same(name: str, before: str, now: str) -> bool:
    if name == "phase":
        return _RANK.get(now, 0) <= _RANK.get(before, 0)
    if name == "amount":
        old, new = float(before.split()[0]), float(now.split()[0])
        return abs(old - new) <= _SAME * max(abs(old), abs(new))
    return before == now
