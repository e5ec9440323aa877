"""Which items tell one story: the same news over many feeds becomes one line with its sources.

Text only finds candidates; the key decides (``story_keys``): prospect, signal, day, and amount, number or person.
Where a key tells nothing, the texts must be nearly the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from aggregator.model import Item
from aggregator.pipeline.normalize import canonical_link
from aggregator.pipeline.story_keys import (
    QUARTER,
    StoryKey,
    agree,
    decides_alone,
    differ,
    of_one_kind,
    plain_title,
    story_key,
)
from feeds.model import Source

LOOK_BACK = timedelta(hours=120)
"""How far apart the reports of one story lie at most, the first and the last."""
OVERLAP = 0.6
"""Shared significant words ÷ those of the shorter title (overlap coefficient)."""
MIN_SHARED, MIN_WORDS, MAX_MEMBERS = 3, 5, 10
"""Of a title with fewer than ``MIN_WORDS`` significant words, all must be shared. A story has at most ``MAX_MEMBERS``
titles; word-for-word copies of one title count as one."""
COMMON = 50
"""A word in more titles than this tells nothing about a story."""
STEM = 6
"""Letters of a word that count: ``acquires`` and ``acquired`` are one."""

_STOP = frozenset(
    (
        "a an the and or of to in on for at by with from as is are was were be been its it this that their his her "
        "new after over into will has have had up out more than about says said say amid "
        "inc ltd plc corp llc co company group million billion mln bn"
    ).split()
)
_TRADE_TEXT = (
    "wins won lands secures bags awarded award awards contract contracts deal order tender notice agreement signs "
    "selected selects chosen supply services service provide announces announced year years worth big major "
    "reports report results quarter says plans plan dollars euros pounds usd eur gbp acquire acquires acquisition "
    "merge merger buy buys takeover sale sells completes raises funding round appoints appointed names named chief "
    "officer executive financial director jobs cut cuts open opens launches invests"
)
"""Words of the trade, which two stories of one prospect share as a matter of course."""
_PUBLISHER_RANK = {"issuer": 0, "regulator": 0, "wire": 1, "trade": 2, "": 3, "aggregator": 4}

__all__ = ["LOOK_BACK", "Story", "StoryKey", "group", "plain_title", "story_key"]


def _stem(word: str) -> str:
    return (word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word)[:STEM]


_TRADE = frozenset(_stem(word) for word in _TRADE_TEXT.split())


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
    """Stories in the order of their first items; every item is in exactly one, whatever the order of the items."""
    ordered = sorted(items, key=lambda item: (item.dated, item.id))
    keys = [story_key(item, sources) for item in ordered]
    words = _news_words(ordered, keys)
    clusters = _Clusters(ordered, keys)
    pairs = _candidates(ordered, keys, words)
    joins = ((_likeness(*pair, ordered, keys, words), *pair) for pair in pairs)
    for _, left, right in sorted((-likeness, left, right) for likeness, left, right in joins if likeness):
        clusters.join(left, right)
    members: defaultdict[int, list[Item]] = defaultdict(list)
    for index, item in enumerate(ordered):
        members[clusters.root(index)].append(item)
    place = {item.id: number for number, item in reversed(list(enumerate(items)))}
    stories = [_story(each, sources) for each in members.values()]
    return sorted(stories, key=lambda story: min(place[item.id] for item in story.items))


class _Clusters:
    """Items joined into stories, none of which holds two that differ."""

    def __init__(self, items: Sequence[Item], keys: Sequence[StoryKey]) -> None:
        self._items, self._keys = items, keys
        self._parent = list(range(len(items)))
        self._titles: list[dict[str, int]] = [{key.title.casefold(): n} for n, key in enumerate(keys)]
        self._span = [(item.dated, item.dated) for item in items]

    def root(self, index: int) -> int:
        """The number of the story that an item is in."""
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def join(self, left: int, right: int) -> None:
        """Make one story of two, unless it became too long, too large, or held two that differ."""
        first, second = sorted((self.root(left), self.root(right)))
        mine, theirs = self._titles[first], self._titles[second]
        span = min(self._span[first][0], self._span[second][0]), max(self._span[first][1], self._span[second][1])
        if first == second or span[1] - span[0] > LOOK_BACK or len({**mine, **theirs}) > MAX_MEMBERS:
            return
        if any(differ(self._keys[one], self._keys[other]) for one in mine.values() for other in theirs.values()):
            return
        self._parent[second] = first
        self._titles[first], self._span[first] = {**theirs, **mine}, span


def _story(members: Sequence[Item], sources: Mapping[str, Source]) -> Story:
    ranked = sorted(members, key=lambda item: (_rank(item, sources), item.dated, item.id))
    return Story(ranked[0], tuple(ranked[1:]))


def _rank(item: Item, sources: Mapping[str, Source]) -> int:
    source = sources.get(item.source)
    return _PUBLISHER_RANK.get(source.publisher if source else "", 3)


def _significant(title: str) -> frozenset[str]:
    found = re.findall(r"[^\W\d_]{2,}", QUARTER.sub(" ", title.casefold()))
    return frozenset(_stem(word) for word in found if word not in _STOP)


def _news_words(items: Sequence[Item], keys: Sequence[StoryKey]) -> list[frozenset[str]]:
    """Each title's significant words without the names of the prospects that it concerns.

    A name of three words would otherwise be most of what two titles share, whatever they say of the prospect.
    """
    names: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        for match in item.matches:
            if match.why in ("name", "alias"):
                names[match.prospect] |= _significant(match.evidence.text)
    return [
        _significant(key.title).difference(*(names[match.prospect] for match in item.matches))
        for item, key in zip(items, keys, strict=True)
    ]


def _candidates(
    items: Sequence[Item], keys: Sequence[StoryKey], words: Sequence[frozenset[str]]
) -> set[tuple[int, int]]:
    """Pairs that share a title, a link, a part of the key or enough rare words; looked up, not each with each."""
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_link: defaultdict[str, list[int]] = defaultdict(list)
    by_title: defaultdict[str, list[int]] = defaultdict(list)
    by_part: defaultdict[str, list[int]] = defaultdict(list)
    for index, (item, key) in enumerate(zip(items, keys, strict=True)):
        for word in words[index]:
            by_word[word].append(index)
        for part in key.parts:
            by_part[part].append(index)
        if item.link:
            by_link[canonical_link(item.link)].append(index)
        by_title[key.title.casefold()].append(index)
    pairs = Counter(pair for indexes in by_word.values() if len(indexes) <= COMMON for pair in _each_with_each(indexes))
    # one less: a word that the two share may be too common to be looked up, like the prospect's own name
    found = {pair for pair, shared in pairs.items() if shared >= MIN_SHARED - 1}
    for table in (by_link, by_part):
        found |= {pair for each in table.values() if len(each) <= COMMON for pair in _each_with_each(each)}
    return found | {pair for each in by_title.values() for pair in _neighbours(each)}


def _each_with_each(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((left, right) for n, left in enumerate(indexes) for right in indexes[n + 1 :])


def _neighbours(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each with the next few: of many copies, not all need to be compared."""
    return ((left, right) for n, left in enumerate(indexes) for right in indexes[n + 1 : n + 4])


def _likeness(
    left: int, right: int, items: Sequence[Item], keys: Sequence[StoryKey], words: Sequence[frozenset[str]]
) -> float:
    """How surely two items tell one story, for the surest to be joined first; 0 where they do not."""
    mine, theirs, one, other = words[left], words[right], keys[left], keys[right]
    if abs(items[left].dated - items[right].dated) > LOOK_BACK or differ(one, other):
        return 0.0
    if one.title.casefold() == other.title.casefold():
        return 3.0 if _copies(items[left], items[right], mine) else 0.0
    shared = len(mine & theirs)
    overlap = shared / min(len(mine), len(theirs)) if mine and theirs else 0.0
    if _same_link(items[left], items[right]):
        return 2.0 + overlap if shared else 0.0
    if _other_name(one.title, other.title, mine ^ theirs):
        return 0.0
    if agree(one, other) and (decides_alone(one, other) or (mine & theirs) - _TRADE):
        return 1.0 + overlap
    if of_one_kind(one, other) and len((mine & theirs) - _TRADE) >= 2 and overlap >= OVERLAP:
        return overlap
    return overlap if _reads_alike(items[left], items[right], mine, theirs) else 0.0


def _copies(left: Item, right: Item, words: frozenset[str]) -> bool:
    """Whether one title twice is one story: not so for a short one, nor for two items of one source with one of it."""
    if len(words) < MIN_SHARED:
        return False
    return left.source != right.source or len(words) >= MIN_WORDS or left.link == right.link


def _same_link(left: Item, right: Item) -> bool:
    return left.source != right.source and bool(left.link) and canonical_link(left.link) == canonical_link(right.link)


def _reads_alike(left: Item, right: Item, words: frozenset[str], others: frozenset[str]) -> bool:
    if left.source == right.source or _are_adverts(left, right):
        return words == others and len(words) >= MIN_WORDS
    shorter = min(len(words), len(others))
    wanted = OVERLAP * shorter if shorter >= MIN_WORDS else shorter
    return len(words & others) >= max(MIN_SHARED, wanted)


def _subject(title: Sequence[str]) -> frozenset[str]:
    """The capitalised words that a title begins with: ``Acme Capital`` of "Acme Capital to present at …"."""
    lead = list(takewhile(lambda word: word[0].isupper(), title))
    return frozenset(_stem(word.casefold()) for word in lead if word.casefold() not in _STOP)


def _are_adverts(*items: Item) -> bool:
    """Job adverts read alike whatever the job."""
    return all(any(tag.signal == "structure.hiring_need" for tag in item.tags) for item in items)


def _other_name(left: str, right: str, different: frozenset[str]) -> bool:
    """Whether two titles say the same of different names: "wins contract from Leeds council" and "… from Hull council".

    So where nothing but one name differs, in titles that write other words than names in lower case.
    """
    mine, theirs = (re.findall(r"[^\W\d_]{2,}", title) for title in (left, right))
    one, other = (_subject(title) for title in (mine, theirs))
    if one and other and one.isdisjoint(other) and one | other == different:
        return True
    named = [[word for word in title[1:] if _stem(word.casefold()) in different] for title in (mine, theirs)]
    swapped = len(different) == 2 and all(len(words) == 1 and words[0][0].isupper() for words in named)
    return swapped and all(sum(word.islower() for word in title) >= 2 for title in (mine, theirs))
