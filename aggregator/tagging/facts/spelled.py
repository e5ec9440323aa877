"""Amounts of money in words, and figures whose currency nobody tells: ``half a billion euros``, ``1.2bn takeover``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

from aggregator.model import Fact
from aggregator.tagging.facts.money import CURRENCY_NAMES, NUMBER, any_of, currency, number_of

_SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
          "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
          "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
          "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
          "half": 0.5, "quarter": 0.25}  # fmt: skip
_LARGE = {"thousand": 1e3, "lakh": 1e5, "million": 1e6, "crore": 1e7, "billion": 1e9, "trillion": 1e12}
_TIMES = {"dozen": 12, "hundred": 100} | _LARGE
_FILLERS = frozenset(("and", "of"))
_ARTICLES = frozenset(("a", "an"))

_KEYWORDS = AhoCorasick([form for word in _TIMES for form in (word, word.capitalize(), word.upper())])
_ANY_KEYWORD = re.compile(any_of(_TIMES), re.IGNORECASE)
_COUNTED = any_of((*_SMALL, *_TIMES, *_FILLERS))
_FIRST = rf"{any_of(_SMALL.keys() - _ARTICLES)}|an?(?=[ -](?:$|quarter|{any_of(_TIMES)}))"
_BEFORE = re.compile(rf"(?<![\w.,$€£¥₹-])(?:{_FIRST})[ -]+(?:(?:{_COUNTED})[ -]+)*$", re.IGNORECASE)
"""The number words that lead up to a keyword; an article before a number is none of them."""
_FROM = re.compile(
    rf"(?P<words>(?:{_COUNTED})(?:[ -]+(?:{_COUNTED}))*)[ -]+(?P<named>{any_of(CURRENCY_NAMES)})\b",
    re.IGNORECASE,
)
_REACH = 60
"""Characters before a keyword in which its number words stand."""

_SCALE = r"(?P<scale>m(?:illion|ln|n)|b(?:illion|ln|n)|tn|trillion)"
_OF_MONEY = any_of(
    """acquisition bailout bid bond bonds budget buyout contract contracts cuts deal debt deficit facility fine fund
    grant investment ipo loan loss merger offer order orders payout profit refinancing rescue savings settlement stake
    surplus takeover windfall write-down writedown""".split()
)
_BARE = re.compile(rf"(?P<number>{NUMBER})[ -]?{_SCALE}\b(?=[ -](?:{_OF_MONEY})\b|(?P<alone>))", re.IGNORECASE)
_WORTH = re.compile(
    r"\b(?:worth|valued at|value of|priced at|costing)(?: (?:about|around|some|over|up to|nearly))? $", re.IGNORECASE
)
_NO_COUNT = re.compile(
    r"[ ]?(?:$|[^\w\s-]|[ ](?:over|to|for|in|and|or|from|by|with|per|on|as|after|a|an|until|including)\b)"
)
"""What follows a figure that counts nothing else."""


def spelled_amounts(text: str, where: str) -> Iterator[Fact]:
    """Amounts in words with a currency's name behind them; looked for only where a word such as ``million`` stands."""
    done = 0
    for start in _keywords(text):
        lead = _BEFORE.search(text, max(done, start - _REACH), start) if start >= done else None
        hit = _FROM.match(text, lead.start()) if lead else None
        value = _value(hit["words"]) if hit else None
        if hit and value:
            done = hit.end()
            yield Fact(
                "amount", hit[0], where, hit.start(), done, number=round(value, 2), currency=currency(hit["named"])
            )


def _keywords(text: str) -> list[int]:
    try:
        return [start for _, start, _ in _KEYWORDS.find_matches_as_indexes(text)]
    except UnicodeEncodeError:  # a lone half of a pair
        return [found.start() for found in _ANY_KEYWORD.finditer(text)]


def bare_amounts(text: str, where: str, starts: Iterable[int], taken: Iterable[Fact]) -> Iterator[Fact]:
    """Figures in millions and more without a currency, beside a word that says they are money."""
    spans = [(fact.start, fact.end) for fact in taken]
    for start in starts:
        hit = _BARE.match(text, start)
        if hit is None or any(first <= start < last for first, last in spans):
            continue
        if text[start - 1 : start].strip(" (") or (hit["alone"] is not None and not _is_worth(text, start, hit.end())):
            continue
        figure = number_of(hit["number"])
        if figure:
            scale = {"m": 1e6, "b": 1e9, "t": 1e12}[hit["scale"][0].lower()]
            yield Fact("amount", hit[0], where, start, hit.end(), number=round(figure * scale, 2))


def _is_worth(text: str, start: int, end: int) -> bool:
    return bool(_WORTH.search(text, max(0, start - 30), start) and _NO_COUNT.match(text, end))


def _value(words: str) -> float | None:
    """The number that words tell; None where they tell none, or one smaller than a hundred."""
    total = group = 0.0
    counted = scaled = article = False
    for word in re.split(r"[ -]+", words.lower()):
        if (
            word in _ARTICLES
        ):  # one, unless a number stands before it (half a billion) or a part behind it (a quarter of)
            article = not counted
            group += article
            counted = True
        elif word in _SMALL:
            group = _SMALL[word] + (0.0 if article else group)
            counted, article = True, False
        elif word in _TIMES and counted:
            scaled = True
            group *= _TIMES[word]
            if word in _LARGE:
                total, group = total + group, 0.0
        elif word not in _FILLERS:
            return None
    return total + group if scaled else None
