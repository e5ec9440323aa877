"""Who is to be thanked for what: shares, thanks, and stage moves that cite a share. Pure.

Nothing of what anybody read, dismissed or wrote for himself is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.model import Deed

KINDS = ("share", "thank", "stage")
"""The deeds that credit is made of."""


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """One deed that gives credit."""

    at: datetime
    kind: str
    """``share``, ``thank`` or ``stage``."""
    rep: str
    """Who did it."""
    item: str
    """The item that was shared, thanked for or cited."""
    finder: str
    """Who shared the item first: the credit is his."""
    prospect: str = ""
    stage: str = ""
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class RepCredit:
    """One rep's credit in figures; what was taken back does not count."""

    rep: str
    found: int = 0
    """Items that he shared first."""
    thanks: int = 0
    """Thanks that he got from others."""
    moves: int = 0
    """Stage moves that cite what he found."""


@dataclass(frozen=True, slots=True)
class Credit:
    """The ledger, oldest first, and the figures by rep."""

    entries: tuple[CreditEntry, ...]
    reps: tuple[RepCredit, ...]


def credit(deeds: Iterable[Deed], since: datetime | None = None) -> Credit:
    """The credit in a ledger (all of it, oldest first: the finder may be older than ``since``)."""
    ledger = [deed for deed in deeds if deed.kind in KINDS]
    finders: dict[str, str] = {}
    for deed in ledger:
        if deed.kind == "share" and deed.value:
            finders.setdefault(deed.subject, deed.rep)
    entries = [each for each in _entries(ledger, finders) if since is None or each.at >= since]
    return Credit(tuple(entries), _figures(entries))


def _entries(ledger: Sequence[Deed], finders: dict[str, str]) -> list[CreditEntry]:
    entries: list[CreditEntry] = []
    open_: dict[tuple[str, str, str], int] = {}
    held: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for deed in ledger:
        key = (deed.kind, deed.holder, deed.subject)
        before = held.setdefault(key, [("", "")])
        is_undone = len(before) > 1 and before[-2] == (deed.value, deed.cites)
        if is_undone or (not deed.value and deed.kind != "stage"):
            if key in open_:
                place = open_.pop(key)
                entries[place] = replace(entries[place], is_taken_back=True)
            before.pop() if is_undone else before.append((deed.value, deed.cites))
            continue
        before.append((deed.value, deed.cites))
        item = deed.cites if deed.kind == "stage" else deed.subject
        open_.pop(key, None)
        if item in finders and not (deed.kind == "share" and finders[item] != deed.rep):
            open_[key] = len(entries)
            prospect, stage = (deed.subject, deed.value) if deed.kind == "stage" else ("", "")
            entries.append(CreditEntry(deed.at, deed.kind, deed.rep, item, finders[item], prospect, stage))
    return entries


def _figures(entries: Sequence[CreditEntry]) -> tuple[RepCredit, ...]:
    stand = [each for each in entries if not each.is_taken_back]
    found = {(each.finder, each.item) for each in stand if each.kind == "share"}
    thanks = {(each.finder, each.item, each.rep) for each in stand if each.kind == "thank" and each.rep != each.finder}
    founds = Counter(finder for finder, _ in found)
    thanked = Counter(finder for finder, _, _ in thanks)
    moves = Counter(each.finder for each in stand if each.kind == "stage")
    reps = {*founds, *thanked, *moves}
    made = [RepCredit(rep, founds[rep], thanked[rep], moves[rep]) for rep in reps]
    return tuple(sorted(made, key=lambda each: (-each.moves, -each.thanks, -each.found, each.rep)))
