"""What tells one story from another: prospect, signal, day, and the amount, number or person that it is about.

Two texts that read alike differ in one of these; two that read differently and agree in them are one story.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from aggregator.model import MATCH_THRESHOLD, Item
from aggregator.pipeline.names import folded
from aggregator.pipeline.numbering import STAGE_OF, thread_keys
from feeds.model import Source

ALIKE, APART = 0.01, 0.05
"""Amounts that differ by no more are the same, those that differ by more are others, as a share of the larger."""
LEAST_COUNT = 50
"""A smaller number in a title (of plants, of years) identifies nothing."""
ALONE = frozenset(
    "market_position.funding strategy.ma structure.layoffs structure.exec_in structure.exec_out strategy.capex "
    "structure.board_control market_position.oversight market_position.results".split()
)
"""Signals that a prospect seldom has twice in a few days with the same amount, number or person: these decide alone."""
RESULTS = "market_position.results"
_ONE_DEAL = dict.fromkeys(
    ("purchasing_history.customer_win", "purchasing_history.vendor_named", "purchasing_history"),
    "purchasing_history.award",
)
"""A contract is told by either side, and by the choice of the supplier."""
_PEOPLE = ("joins", "leaves", "person")
_FAMILIES = ("ocid", "procedure", "notice", "award", "solicitation")

QUARTER = re.compile(
    r"\b(?:([qh])([1-4])|([1-4])([qh])"
    r"|(first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal[\s-]+)?([qh])(?:uarter|alf))(?![a-z])"
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_MONTH = re.compile(
    r"\b(January|February|March(?= \d)|April|May(?= \d)|June|July|August|September|October|November|December)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?![.,]\d)")
_SCALED = re.compile(r"(\d[\d.,]*)[ -]?(thousand|million|billion|trillion|bn|mln|k|m|b)?\b", re.IGNORECASE)
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "mln": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9,
           "trillion": 1e12}  # fmt: skip
_DASHED = re.compile(r"\s+[-|–—]\s+")
_MEDIA = re.compile(
    r"\b(?:news|newswires?|times|post|journal|reuters|bloomberg|herald|gazette|daily|tribune|telegraph|guardian"
    r"|wire|press|chronicle|observer|magazine|business insider|yahoo|cnbc|bbc|cnn|review|today|online)\b"
    r"|\.(?:com|net|org)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Times and numbers that a title gives."""

    quarters: frozenset[str]
    """Quarters and halves: ``q3``, ``h1``."""
    months: frozenset[str]
    years: frozenset[str]
    money: tuple[tuple[float, str], ...]
    """Amounts with their currency."""
    numbers: frozenset[float]
    """All others; ``3,200`` and ``3200`` agree."""


@dataclass(frozen=True, slots=True)
class StoryKey:
    """By what an item's story is known."""

    title: str
    """Without its publisher's name."""
    day: date
    prospects: frozenset[str]
    signals: frozenset[str]
    figures: Figures
    money: tuple[tuple[float, str], ...]
    """Amounts of the title, else the first few of the body."""
    people: frozenset[str]
    """Surnames of those whose post the title tells; else those of the body."""
    titled: frozenset[str]
    """Surnames that the title tells."""
    stages: frozenset[str]
    """Of a procurement."""
    numbers: tuple[str, ...]
    """What records number it with."""
    words: frozenset[str]
    """All words, folded, of the title and the beginning of the text: where a person may be named."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that decide, as candidates are looked up by them."""
        found = [*(f"{amount:.1e}" for amount, _ in self.money), *self.people]
        found += [f"#{number:g}" for number in self.figures.numbers if number >= LEAST_COUNT]
        found += self.figures.quarters
        return tuple(f"{p} {s} {each}" for p in self.prospects for s in self.signals for each in found)


def story_key(item: Item, sources: Mapping[str, Source]) -> StoryKey:
    """The key of an item's story."""
    title = plain_title(item.title, sources.get(item.source))
    figures = _figures(title)
    body = [(f.number, f.currency) for f in item.facts if f.kind == "amount" and f.where != "title" and f.number]
    titled = frozenset(_surnames(f.person for f in item.facts if f.kind in _PEOPLE and f.where == "title"))
    people = titled or frozenset(_surnames(f.person for f in item.facts if f.kind in ("joins", "leaves")))
    firm = [tag for tag in item.tags if tag.evidence.where != "body"] or item.tags
    return StoryKey(
        title=title,
        day=item.dated.date(),
        prospects=frozenset(match.prospect for match in item.matches if match.confidence >= MATCH_THRESHOLD),
        signals=frozenset(_ONE_DEAL.get(tag.signal, tag.signal) for tag in firm),
        figures=figures,
        money=figures.money or tuple(body[:3]),
        people=people,
        titled=titled,
        stages=frozenset(STAGE_OF[tag.signal] for tag in firm if tag.signal in STAGE_OF),
        numbers=thread_keys(item) if item.fields else (),
        words=frozenset(folded(f"{item.title} {item.text[:1500]}")) if titled else frozenset(),
    )


def differ(left: StoryKey, right: StoryKey) -> str:
    """Why two items cannot be one story, in words; empty where nothing speaks against it."""
    if left.prospects and right.prospects and left.prospects.isdisjoint(right.prospects):
        return "other prospects"
    mine, theirs = left.figures, right.figures
    for name in ("quarters", "months", "years"):
        one, other = getattr(mine, name), getattr(theirs, name)
        if one and other and one.isdisjoint(other):
            return f"other {name}"
    if _money_differs(mine, theirs):
        return "other amounts"
    if (
        mine.numbers
        and theirs.numbers
        and mine.numbers.isdisjoint(theirs.numbers)
        and not _any_money_agrees(left, right)
    ):
        return "other numbers"
    if left.titled and right.titled and left.titled.isdisjoint(right.words) and right.titled.isdisjoint(left.words):
        return "other people"
    if left.stages and right.stages and left.stages.isdisjoint(right.stages):
        return "another stage of a procurement"
    return "other procurements" if _numbered_apart(left, right) else ""


def agree(left: StoryKey, right: StoryKey) -> bool:
    """Whether prospect, signal, and an amount, a number or a person are the same."""
    if left.prospects.isdisjoint(right.prospects) or left.signals.isdisjoint(right.signals):
        return False
    counted = {number for number in left.figures.numbers & right.figures.numbers if number >= LEAST_COUNT}
    quarter = RESULTS in left.signals & right.signals and left.figures.quarters & right.figures.quarters
    return bool(left.people & right.people or counted or quarter) or _any_money_agrees(left, right)


def of_one_kind(left: StoryKey, right: StoryKey) -> bool:
    """Whether prospect and signal are the same, the signal one of those that a prospect seldom has twice in days."""
    return not left.prospects.isdisjoint(right.prospects) and decides_alone(left, right)


def decides_alone(left: StoryKey, right: StoryKey) -> bool:
    """Whether an agreement of two keys needs no word besides to make one story."""
    return not ALONE.isdisjoint(left.signals & right.signals)


def plain_title(title: str, source: Source | None) -> str:
    """A title without the name of its publisher, as aggregators append it."""
    parts = _DASHED.split(title)
    if len(parts) < 2:
        return title
    last, rest = parts[-1], title[: title.rindex(parts[-1])].rstrip(" -|–—")
    of_source = source is not None and bool(source.name) and folded(last) == folded(source.name)
    is_medium = len(last.split()) <= 4 and bool(_MEDIA.search(last)) and len(rest.split()) >= 4
    return rest if of_source or is_medium else title


def _money_differs(left: Figures, right: Figures) -> bool:
    pairs = [(a, b) for a, unit in left.money for b, other in right.money if _comparable(unit, other)]
    return bool(pairs) and all(abs(a - b) > APART * max(a, b) for a, b in pairs)


def _any_money_agrees(left: StoryKey, right: StoryKey) -> bool:
    return any(
        _comparable(unit, other) and (abs(a - b) <= ALIKE * max(a, b) or _rounds_to(a, b))
        for a, unit in left.money
        for b, other in right.money
    )


def _rounds_to(left: float, right: float) -> bool:
    """Whether one is the other with fewer figures, two at least: 1.24 and 1.2 billion."""
    rough, fine = sorted((left, right), key=lambda it: len(f"{it:g}".partition("e")[0].strip("0.").replace(".", "")))
    places = len(f"{rough:.6e}".partition("e")[0].rstrip("0").replace(".", ""))
    return places >= 2 and f"{fine:.{places - 1}e}" == f"{rough:.{places - 1}e}"


def _comparable(unit: str, other: str) -> bool:
    return unit == other or not unit or not other or ("$" in (unit, other) and (unit + other).strip("$")[-1:] == "D")


def _numbered_apart(left: StoryKey, right: StoryKey) -> bool:
    """Whether records number the two, and with nothing in common."""
    if not left.numbers or not right.numbers or set(left.numbers) & set(right.numbers):
        return False
    mine, theirs = ({number.partition(" ")[0] for number in key.numbers} for key in (left, right))
    return not mine.isdisjoint(theirs)


def _figures(title: str) -> Figures:
    from aggregator.tagging.facts.money import amounts
    from feeds.text.quickly import number_starts

    quarters = frozenset(_quarter(found) for found in QUARTER.finditer(title.lower()))
    rest = re.sub(QUARTER.pattern, " ", title, flags=re.IGNORECASE)
    money = list(amounts(rest, "title", number_starts(rest)))
    for fact in reversed(money):
        rest = f"{rest[: fact.start]} {rest[fact.end :]}"
    years = frozenset(_YEAR.findall(rest))
    return Figures(
        quarters,
        frozenset(_MONTH.findall(rest)),
        years,
        tuple((fact.number, fact.currency) for fact in money if fact.number),
        frozenset(_numbers(_YEAR.sub(" ", rest))),
    )


def _numbers(text: str) -> Iterator[float]:
    for hit in _SCALED.finditer(text):
        try:
            number = float(hit[1].replace(",", "").rstrip(".")) * _SCALES.get((hit[2] or "").lower(), 1.0)
        except ValueError:
            continue
        if math.isfinite(number):
            yield number


def _quarter(found: re.Match[str]) -> str:
    """``q3`` for ``Q3``, ``3Q`` and ``third quarter``; ``h1`` for a first half."""
    kind, number, number2, kind2, ordinal, kind3 = found.groups()
    return f"{kind or kind2 or kind3}{number or number2 or _ORDINALS.get(ordinal) or ordinal[0]}"


def _surnames(people: Iterable[str]) -> Iterator[str]:
    return (words[-1] for person in people if (words := folded(person)))
