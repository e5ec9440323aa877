"""Amounts of money and percentages in text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aggregator.model import Fact

_SIGNS = {"$": "$", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "us$": "USD", "a$": "AUD", "au$": "AUD",
          "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "rs": "INR", "rs.": "INR"}  # fmt: skip
_CODES = (
    "usd eur gbp jpy chf sek nok dkk isk pln czk huf ron bgn cad aud nzd sgd hkd inr cny rmb krw brl zar mxn try aed"
).split()
CURRENCY_NAMES = {"euro": "EUR", "euros": "EUR", "dollar": "$", "dollars": "$", "pound": "GBP", "pounds": "GBP",
          "pounds sterling": "GBP", "yen": "JPY", "yuan": "CNY", "rupees": "INR", "kronor": "SEK",
          "swedish kronor": "SEK", "norwegian kroner": "NOK", "danish kroner": "DKK", "swiss francs": "CHF",
          "roubles": "RUB", "rubles": "RUB", "zloty": "PLN", "forint": "HUF", "rand": "ZAR", "baht": "THB",
          "ringgit": "MYR", "rupiah": "IDR", "shekels": "ILS", "dirhams": "AED", "riyals": "SAR", "reais": "BRL",
          "us dollars": "USD", "canadian dollars": "CAD", "australian dollars": "AUD"}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "lakh": 1e5, "m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "million": 1e6,
           "millions": 1e6, "crore": 1e7,
           "mil": 1e6, "mld": 1e9, "mrd": 1e9, "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9,
           "tn": 1e12, "trillion": 1e12}  # fmt: skip


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGN = r"(?:us|au?|ca?|nz|hk|s)?\$|[€£¥₹]|rs[.]?"
_CODE = any_of(_CODES)
NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d[\d.,]{0,20}(?<![.,])"
_SCALE = any_of(_SCALES)
_FAR = rf"(?=[ ]?(?:-|–|—|to|and)[ ]?(?:{_SIGN})?\d[\d.,]{{0,12}}[ -]?(?P<far>{_SCALE})\b)"
_BEFORE = re.compile(
    rf"(?<![\w$])(?:(?P<sign>{_SIGN})|(?P<unit>[mkb](?={_CODE}))?(?P<code>{_CODE})[.]?)[ \u00a0]?(?P<number>{NUMBER})"
    rf"(?:[ \u00a0-]?(?P<scale>{_SCALE})\b|{_FAR}|(?![\w]))",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?<![\w$€£¥₹.,-])(?P<number>{NUMBER})[ \u00a0-]?(?:(?P<scale>{_SCALE})\b[ \u00a0]?)?"
    rf"(?:(?P<sign>[€£])|(?P<unit>[mk](?={_CODE}))?(?P<code>{_CODE})\b|(?P<named>{any_of(CURRENCY_NAMES)})\b)",
    re.IGNORECASE,
)
_HEAD = re.compile(rf"(?<![\w$])(?:{_SIGN}|[mkb]?(?:{_CODE})[.]?)[ \u00a0]?$", re.IGNORECASE)
_UP_TO = re.compile(rf"(?P<number>{NUMBER})[ \u00a0-]?(?P<scale>{_SCALE})\b", re.IGNORECASE)
MOST_BETWEEN = 5
"""Characters between the two ends of a range."""
_PERCENT = re.compile(r"(?<![\w.,])[-+\u2212]?\d{1,4}(?:[.,]\d{1,3})?[ \u00a0-]?(?:%|(?:percent|per cent|pct)\b)", re.I)


def amounts(text: str, where: str, starts: Iterable[int]) -> Iterator[Fact]:
    """Every amount whose currency is told, in order; ``$5-$7 million`` and ``$5-7 million`` are two, in millions."""
    ends, unit = 0, ""
    for start in starts:
        if start < ends:
            continue
        far = _UP_TO.match(text, start) if unit and start - ends <= MOST_BETWEEN else None
        most = _number(far["number"], scaled=True) if far else None
        if far and most is not None:
            ends = far.end()
            scaled = round(most * _SCALES[far["scale"].lower()], 2)
            yield Fact("amount", far[0], where, start, ends, number=scaled, currency=unit)
            unit = ""
            continue
        head = _HEAD.search(text, max(ends, start - 6), start)
        hit = (_BEFORE.match(text, head.start()) if head else None) or _AFTER.match(text, start)
        number = _number(hit["number"], scaled=bool(hit["scale"] or hit["unit"])) if hit else None
        if hit is None or number is None:
            continue
        ends = hit.end()
        groups = hit.groupdict()
        scale = (hit["scale"] or hit["unit"] or groups.get("far") or "").lower()
        unit = _currency(groups) if groups.get("far") else ""
        yield Fact(
            "amount", hit[0], where, hit.start(), hit.end(),
            number=round(number * _SCALES.get(scale, 1.0), 2), currency=_currency(groups),
        )  # fmt: skip


def percentages(text: str, where: str, starts: Iterable[int]) -> Iterator[Fact]:
    """Every percentage."""
    for start in starts:
        signed = start > 0 and text[start - 1] in "-+\u2212"
        hit = (_PERCENT.match(text, start - 1) if signed else None) or _PERCENT.match(text, start)
        if hit is None:
            continue
        figures = re.sub(r"[^\d.,]", "", hit[0]).replace(",", ".")
        sign = -1 if hit[0][0] in "-\u2212" else 1
        yield Fact("percent", hit[0], where, hit.start(), hit.end(), number=sign * float(figures))


def number_of(text: str) -> float | None:
    """The figure before a scale: in ``1.234bn`` the point is a decimal one."""
    return _number(text, scaled=True)


def number(text: str) -> float | None:
    """A number as people write it, with points, commas or spaces for thousands; None for what is none."""
    text = text.strip()
    return _number(text, scaled=False) if re.fullmatch(NUMBER, text) else None


def currency(text: str) -> str:
    """The ISO code of a currency's sign, code or name; empty for an unknown one."""
    folded = text.strip().lower()
    return folded.upper() if folded in _CODES else _SIGNS.get(folded) or CURRENCY_NAMES.get(folded, "")


def _currency(groups: dict[str, str | None]) -> str:
    return currency(groups.get("sign") or groups.get("code") or groups.get("named") or "")


def _number(text: str, *, scaled: bool) -> float | None:
    """The last of two kinds of mark is the decimal one; a single one before three figures parts thousands."""
    plain = re.sub(r"[ \u00a0\u202f]", "", text)
    marks = re.findall(r"[.,]", plain)
    decimal = ""
    if len(set(marks)) == 2 and plain.count(marks[-1]) == 1:
        decimal = marks[-1]
    elif len(marks) == 1:
        tail = len(plain) - plain.index(marks[0]) - 1
        decimal = marks[0] if tail != 3 or (scaled and marks[0] == ".") or plain[0] == "0" else ""
    elif len(set(marks)) == 2:
        return None
    for mark in ".,":
        plain = plain.replace(mark, "." if mark == decimal else "")
    try:
        return float(plain)
    except ValueError:
        return None
