"""Which items tell one story: the same news over many feeds becomes one line with its sources."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from aggregator.model import MATCH_THRESHOLD, Item
from aggregator.pipeline.normalize import canonical_link
from feeds.model import Source

LOOK_BACK = timedelta(hours=120)
OVERLAP = 0.6
"""Shared significant words ÷ those of the shorter title (overlap coefficient)."""
MIN_SHARED, MIN_WORDS, MAX_MEMBERS = 3, 5, 30
"""Of a title with fewer than ``MIN_WORDS`` significant words, all must be shared."""
COMMON = 50
"""A word in more titles than this tells nothing about a story."""

_STOP = frozenset(
    (
        "a an the and or of to in on for at by with from as is are was were be been its it this that their his her "
        "new after over into will has have had up out more than about says said say amid "
        "inc ltd plc corp llc co company group"
    ).split()
)
_QUARTER = re.compile(
    r"\b(?:([qh])([1-4])|([1-4])([qh])"
    r"|(first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal[\s-]+)?([qh])(?:uarter|alf))(?![a-z])"
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_MONTH = re.compile(
    r"\b(January|February|March(?= \d)|April|May(?= \d)|June|July|August|September|October|November|December)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?![.,]\d)")
_PUBLISHER_RANK = {"issuer": 0, "regulator": 0, "wire": 1, "trade": 2, "": 3, "aggregator": 4}


@dataclass(frozen=True, slots=True)
class Story:
    """One piece of news: the item to show, and the others that tell it."""

    primary: Item
    others: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All members, the primary first."""
        return (self.primary, *self.others)


def group(items: Sequence[Item], sources: Mapping[str, Source]) -> list[Story]:
    """Stories in the order of their first items; every item is in exactly one."""
    parent = list(range(len(items)))
    sizes = [1] * len(items)
    words = _news_words(items)
    for left, right in _candidates(items, words):
        if _same_story(items[left], items[right], words[left], words[right]):
            _join(parent, sizes, left, right)
    members: defaultdict[int, list[Item]] = defaultdict(list)
    for index, item in enumerate(items):
        members[_root(parent, index)].append(item)
    return [_story(each, sources) for each in members.values()]


def _story(members: Sequence[Item], sources: Mapping[str, Source]) -> Story:
    ranked = sorted(members, key=lambda item: (_rank(item, sources), item.dated, item.id))
    return Story(ranked[0], tuple(ranked[1:]))


def _rank(item: Item, sources: Mapping[str, Source]) -> int:
    source = sources.get(item.source)
    return _PUBLISHER_RANK.get(source.publisher if source else "", 3)


def _significant(title: str) -> frozenset[str]:
    found = re.findall(r"[^\W\d_]{2,}", title.casefold())
    return frozenset(word for word in found if word not in _STOP)


def _news_words(items: Sequence[Item]) -> list[frozenset[str]]:
    """Each title's significant words without the names of the prospects that it concerns.

    A name of three words would otherwise be most of what two titles share, whatever they say of the prospect.
    """
    names: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        for match in item.matches:
            if match.why in ("name", "alias"):
                names[match.prospect] |= _significant(match.evidence.text)
    return [_significant(item.title).difference(*(names[match.prospect] for match in item.matches)) for item in items]


def _candidates(items: Sequence[Item], words: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    """Pairs that share a title, a link or enough rare words; looked up by index, not each with each."""
    pairs: Counter[tuple[int, int]] = Counter()
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_link: defaultdict[str, list[int]] = defaultdict(list)
    by_title: defaultdict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        for word in words[index]:
            by_word[word].append(index)
        if item.link:
            by_link[canonical_link(item.link)].append(index)
        by_title[item.title.casefold()].append(index)
    for indexes in by_word.values():
        if len(indexes) <= COMMON:
            pairs.update(_each_with_each(indexes))
    linked = {pair for indexes in by_link.values() if len(indexes) <= COMMON for pair in _each_with_each(indexes)}
    alike = {pair for indexes in by_title.values() for pair in pairwise(indexes)}
    # one less: a word that the two share may be too common to be looked up, like the prospect's own name
    return {pair for pair, shared in pairs.items() if shared >= MIN_SHARED - 1} | linked | alike


def _each_with_each(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((left, right) for n, left in enumerate(indexes) for right in indexes[n + 1 :])


def _same_story(left: Item, right: Item, words: frozenset[str], other: frozenset[str]) -> bool:
    if abs(left.dated - right.dated) > LOOK_BACK or not _same_prospects(left, right):
        return False
    if left.title.casefold() == right.title.casefold() and len(words) >= MIN_SHARED:
        return left.source != right.source or len(words) >= MIN_WORDS or left.link == right.link
    if left.source != right.source and left.link and canonical_link(left.link) == canonical_link(right.link):
        return bool(words & other)
    if not _same_figures(left.title, right.title):
        return False
    if left.source == right.source:
        return words == other and len(words) >= MIN_WORDS
    if words == other and len(words) >= MIN_SHARED:
        return True
    if _other_name(left.title, right.title, words ^ other):
        return False
    shared = len(words & other)
    shorter = min(len(words), len(other))
    wanted = OVERLAP * shorter if shorter >= MIN_WORDS else shorter
    return shared >= max(MIN_SHARED, wanted)


def _other_name(left: str, right: str, different: frozenset[str]) -> bool:
    """Whether two titles say the same of different names: "wins contract from Leeds council" and "… from Hull council".

    So where nothing but one name differs, in titles that write other words than names in lower case.
    """
    mine, theirs = (re.findall(r"[^\W\d_]{2,}", title) for title in (left, right))
    named = [[word for word in title[1:] if word.casefold() in different] for title in (mine, theirs)]
    swapped = len(different) == 2 and all(len(words) == 1 and words[0][0].isupper() for words in named)
    return swapped and all(sum(word.islower() for word in title) >= 2 for title in (mine, theirs))


def _same_figures(left: str, right: str) -> bool:
    """Whether two titles' times and numbers agree where both have some.

    Two quarters' results read alike and are two stories, though they share the year; ``3,200`` and ``3200`` agree.
    """
    for mine, theirs in zip(_figures(left), _figures(right), strict=True):
        if mine and theirs and not mine & theirs:
            return False
    return True


def _figures(title: str) -> tuple[frozenset[str], ...]:
    """Quarters and halves, months, years, and the other numbers that a title gives."""
    quarters = {_quarter(found) for found in _QUARTER.finditer(title.lower())}
    rest = re.sub(_QUARTER.pattern, " ", title, flags=re.IGNORECASE)
    years = frozenset(_YEAR.findall(rest))
    numbers = re.findall(r"\d[\d.,]*", _YEAR.sub(" ", rest))
    return (
        frozenset(quarters),
        frozenset(_MONTH.findall(rest)),
        years,
        frozenset(number.replace(",", "").rstrip(".") for number in numbers),
    )


def _quarter(found: re.Match[str]) -> str:
    """``q3`` for ``Q3``, ``3Q`` and ``third quarter``; ``h1`` for a first half."""
    kind, number, number2, kind2, ordinal, kind3 = found.groups()
    return f"{kind or kind2 or kind3}{number or number2 or _ORDINALS.get(ordinal) or ordinal[0]}"


def _same_prospects(left: Item, right: Item) -> bool:
    mine, theirs = (
        {match.prospect for match in item.matches if match.confidence >= MATCH_THRESHOLD} for item in (left, right)
    )
    return not mine or not theirs or bool(mine & theirs)


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _join(parent: list[int], sizes: list[int], left: int, right: int) -> None:
    first, second = sorted((_root(parent, left), _root(parent, right)))
    if first != second and sizes[first] + sizes[second] <= MAX_MEMBERS:
        parent[second] = first
        sizes[first] += sizes[second]
